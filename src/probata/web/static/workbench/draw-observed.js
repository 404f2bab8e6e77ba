// What people observed, on the axis: solid blocks, filled, where a machine's candidates are dashed and hollow. And the
// stretch between the in and the out mark.

import { called } from "./codes.js";
import { ground, inside, LANE_STEP_PX, lanesOf } from "./draw.js";

const LEAST_PX = 5;
const BLOCK_PX = 16;
const LABEL_PX = 60;

/** The lane of observations; `chosen` gives the chosen one. */
export function observedRow(entries, say, chosen) {
  const lanes = lanesOf(entries);
  const deep = 1 + Math.max(0, ...lanes.values());
  const count = entries.length;
  return {
    label: say.observed,
    hint: count ? `${count} ${count === 1 ? say.observation : say.observations}` : "",
    height: count ? 30 + (deep - 1) * LANE_STEP_PX : 24,
    draw: (pen) => {
      if (!count) inside(pen, say.nothing_observed, 10, pen.width, "soft");
      for (const entry of entries) drawBlock(pen, entry, (lanes.get(entry) ?? 0) * LANE_STEP_PX, entry === chosen());
    },
  };
}

function drawBlock(pen, entry, down, chosen) {
  const { context, colour, from, to, x, width } = pen;
  if (entry.end_s < from || entry.start_s > to) return;
  const left = Math.max(-4, x(entry.start_s));
  const right = Math.min(width + 4, Math.max(x(entry.end_s), x(entry.start_s) + LEAST_PX));
  const top = pen.top + down + 7;
  if (chosen) ground({ ...pen, top: pen.top + down, height: 30 }, left, right);
  context.fillStyle = colour("observed");
  context.fillRect(left, top, right - left, BLOCK_PX);
  if (chosen) {
    context.strokeStyle = colour("ink");
    context.lineWidth = 2;
    context.strokeRect(left - 2, top - 2, right - left + 4, BLOCK_PX + 4);
  }
  const figure = entry.count ? `${entry.count.figure} ` : "";
  const words = `${called(entry.kind)} ${figure}${entry.shown}`;
  if (right - left > LABEL_PX) inside({ ...pen, top, height: BLOCK_PX }, words, Math.max(0, left) + 6, right, "ground");
}

/** In and out marks: brackets over the ruler and a bright stretch between them; an open end has no bracket. */
export function drawStretch({ context, colour, width, x }, { from, to }, ruler, height) {
  if (from === null && to === null) return;
  const [left, right] = [from === null ? null : x(from), to === null ? null : x(to)];
  context.save();
  if (left !== null && right !== null) {
    context.globalAlpha = 0.28;
    context.fillStyle = colour("observed");
    context.fillRect(left, 0, Math.max(1, right - left), ruler);
    context.globalAlpha = 0.1;
    context.fillRect(left, ruler, Math.max(1, right - left), height - ruler);
    context.globalAlpha = 1;
  }
  context.strokeStyle = colour("observed");
  context.lineWidth = 2;
  context.beginPath();
  for (const [at, inward] of [[left, 1], [right, -1]]) {
    if (at === null || at < -8 || at > width + 8) continue;
    context.moveTo(at + 6 * inward, 3);
    context.lineTo(at + inward, 3);
    context.lineTo(at + inward, ruler - 3);
    context.lineTo(at + 6 * inward, ruler - 3);
  }
  context.stroke();
  context.restore();
}
