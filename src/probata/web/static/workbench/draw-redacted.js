// What is masked and muted, on the axis: masks as solid grey blocks, mutes as blocks struck through; hollow until a second
// person released them.

import { inside, LANE_STEP_PX, lanesOf } from "./draw.js";

const LEAST_PX = 4;
const BLOCK_PX = 16;
const LABEL_PX = 60;

/** The lane of redactions. */
export function redactedRow(entries, say) {
  const lanes = lanesOf(entries);
  const deep = 1 + Math.max(0, ...lanes.values());
  const count = entries.length;
  return {
    label: say.redactions,
    hint: count ? `${count} ${count === 1 ? say.hidden_one : say.hidden_many}` : "",
    height: count ? 30 + (deep - 1) * LANE_STEP_PX : 24,
    draw: (pen) => {
      if (!count) inside(pen, say.nothing_redacted, 10, pen.width, "soft");
      for (const entry of entries) drawPart(pen, entry, (lanes.get(entry) ?? 0) * LANE_STEP_PX, say);
    },
  };
}

function drawPart(pen, entry, down, say) {
  const { context, colour, from, to, x, width } = pen;
  if (entry.end_s < from || entry.start_s > to) return;
  const left = Math.max(-4, x(entry.start_s));
  const right = Math.min(width + 4, Math.max(x(entry.end_s), x(entry.start_s) + LEAST_PX));
  const top = pen.top + down + 7;
  const released = entry.state === "released";
  context.save();
  context.fillStyle = colour("soft");
  context.strokeStyle = colour("soft");
  context.lineWidth = 2;
  if (released) context.fillRect(left, top, right - left, BLOCK_PX);
  else context.strokeRect(left + 1, top + 1, Math.max(1, right - left - 2), BLOCK_PX - 2);
  if (entry.kind === "mute") {
    context.strokeStyle = colour(released ? "ground" : "soft");
    context.beginPath();
    context.moveTo(left, top + BLOCK_PX / 2);
    context.lineTo(right, top + BLOCK_PX / 2);
    context.stroke();
  }
  context.restore();
  const words = `${entry.kind === "mute" ? say.muted_part : say.masked_part}${released ? "" : ` · ${say.not_released}`}`;
  if (right - left > LABEL_PX) inside({ ...pen, top, height: BLOCK_PX }, words, Math.max(0, left) + 6, right, released ? "ground" : "soft");
}
