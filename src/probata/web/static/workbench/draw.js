// How things look on the axis. Shape says what kind of thing it is, words say it too; colour alone never does.
// Machine candidates are dashed and hollow; "could not look" is hatched.

import { called } from "./codes.js";
import { clock } from "./frames.js";

const STEPS_S = [0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 1800, 3600, 7200];
const LABEL_PX = 96;
const FRAME_PX = 9;

function words({ context, colour, font }, text, x, y, tone = "soft") {
  context.font = `12px ${font}`;
  context.textBaseline = "middle";
  context.fillStyle = colour(tone);
  context.fillText(text, x, y);
}

/** Times, and the frames themselves once they are wide enough to be told apart. */
export function drawRuler(pen) {
  const { context, colour, width, from, to, top, height, x, frames } = pen;
  const wanted = ((to - from) / width) * LABEL_PX;
  const step = STEPS_S.find((one) => one >= wanted) ?? STEPS_S.at(-1);
  context.strokeStyle = colour("edge");
  context.lineWidth = 1;
  context.beginPath();
  for (let number = Math.ceil(from / step - 1e-9); number * step <= to; number += 1) {
    const at = Math.round(x(number * step)) + 0.5;
    context.moveTo(at, top + height - 8);
    context.lineTo(at, top + height);
    const label = clock(number * step);
    const text = step < 1 ? label : label.replace(/\.000$/, "");
    context.font = `12px ${pen.font}`;
    words(pen, text, Math.min(at + 4, width - context.measureText(text).width), top + 9);
  }
  context.stroke();
  if (frames) drawFrames(pen);
}

function drawFrames({ context, colour, width, from, to, top, height, x, frames }) {
  const first = frames.shownAt(from);
  if ((to - from) / (frames.startOf(frames.order.at(-1)) - frames.startOf(frames.order[0]) || 1) * frames.count > width / FRAME_PX) return;
  context.strokeStyle = colour("line");
  context.beginPath();
  for (let ordinal = first; ordinal < frames.count && frames.startOf(ordinal) <= to; ordinal += 1) {
    const at = Math.round(x(frames.startOf(ordinal))) + 0.5;
    context.moveTo(at, top + height - (frames.keys.has(ordinal) ? 14 : 5));
    context.lineTo(at, top + height);
  }
  context.stroke();
}

/** A track: what was found, or in words why there is nothing to see. */
export function trackRow(track, say, chosen = () => null) {
  const count = `${track.entries.length} ${track.entries.length === 1 ? say.one : say.found}`;
  // Where there is nothing to draw the words stand in the row itself, and it takes less room.
  const lanes = lanesOf(track.entries);
  const deep = 1 + Math.max(0, ...lanes.values());
  return {
    label: called(track.analyser),
    hint: track.outcome === "found" ? count : "",
    height: track.outcome === "found" ? 34 + (deep - 1) * LANE_STEP_PX : 24,
    draw: (pen) => (track.outcome === "found" ? drawCandidates(pen, track.entries, chosen(), lanes) : drawAbsence(pen, track, say)),
  };
}

export const LANE_STEP_PX = 20;
const MOST_DEEP = 4;

/** In which lane each lies, so that what overlaps in time is not drawn over each other; beyond the last they share it. */
export function lanesOf(entries) {
  const ends = [];
  const lanes = new Map();
  for (const entry of entries.toSorted((one, other) => one.start_s - other.start_s)) {
    let lane = ends.findIndex((end) => end <= entry.start_s + 1e-9);
    if (lane < 0) lane = Math.min(ends.length, MOST_DEEP - 1);
    ends[lane] = Math.max(ends[lane] ?? 0, entry.end_s);
    lanes.set(entry, lane);
  }
  return lanes;
}

const HELD = new Set(["accepted", "corrected"]);

const NEAR_PX = 4;
const APART_PX = 12;
const BIN_PX = 6;

// In a wide view there is no room for each: then bars say how many lie there, and zooming in tells them apart. What lies
// nearer together than a few pixels, alike and in one lane, is drawn once; the label says how many there are.
function drawCandidates(row, entries, chosen, lanes) {
  const { from, to, x, width } = row;
  if (isDense(row, entries)) {
    drawDense(row, entries, chosen);
    return;
  }
  const drawn = new Set();
  const stamps = new Map();
  for (const entry of entries) {
    if (entry.end_s < from || entry.start_s > to) continue;
    const lane = lanes.get(entry) ?? 0;
    const [left, right] = [Math.max(-4, x(entry.start_s)), Math.min(width + 4, x(entry.end_s))];
    const place = `${lane} ${entry.state} ${Math.floor(left / NEAR_PX)} ${Math.floor(right / NEAR_PX)}`;
    if (entry !== chosen && drawn.has(place)) continue;
    drawn.add(place);
    const pen = { ...row, top: row.top + lane * LANE_STEP_PX, height: 34 };
    if (entry === chosen) ground(pen, left, right);
    if (right - left > 10) drawSpan(pen, entry, left, right);
    else stampMark(pen, entry.state, Math.round(x(entry.start_s)), stamps, { down: 9, size: 4.5 });
    if (right - left > 60 && entry.shown) {
      inside(pen, entry.text || entry.state !== "candidate" ? entry.shown : `? ${entry.shown}`, Math.max(0, left) + (HELD.has(entry.state) ? 18 : 6), right);
    }
  }
}

function isDense({ from, to, width }, entries) {
  let marks = 0;
  for (const { start_s: start, end_s: end } of entries) {
    if (end >= from && start <= to && ((end - start) / (to - from)) * width <= 10) marks += 1;
  }
  return marks > width / APART_PX;
}

// How many lie in each few pixels: hollow and dashed for what nobody decided, filled for what a person holds.
function drawDense(row, entries, chosen) {
  const { context, colour, from, to, x, top, height, width } = row;
  const bins = Array.from({ length: Math.ceil(width / BIN_PX) }, () => ({ open: 0, held: 0 }));
  for (const { start_s: start, state } of entries) {
    const bin = start < from || start > to || state === "rejected" ? null : bins[Math.floor(x(start) / BIN_PX)];
    if (bin) bin[HELD.has(state) ? "held" : "open"] += 1;
  }
  const unit = (height - 10) / Math.max(1, ...bins.map(({ open, held }) => open + held));
  if (chosen) ground(row, Math.round(x(chosen.start_s)) - 2, Math.round(x(chosen.start_s)) + 3);
  const base = top + height - 3;
  stroke(row, "candidate");
  context.lineWidth = 1;
  context.setLineDash([2, 2]);
  bins.forEach(({ open, held }, at) => {
    if (open) context.strokeRect(at * BIN_PX + 0.5, Math.round(base - (open + held) * unit) + 0.5, BIN_PX - 2, Math.max(2, Math.round(open * unit)));
  });
  context.setLineDash([]);
  context.fillStyle = colour("observed");
  bins.forEach(({ held }, at) => { if (held) context.fillRect(at * BIN_PX, base - held * unit, BIN_PX - 1, Math.max(2, held * unit)); });
}

function stroke({ context, colour }, state) {
  context.strokeStyle = colour(HELD.has(state) ? "observed" : "candidate");
  context.fillStyle = context.strokeStyle;
  context.lineWidth = HELD.has(state) ? 2 : 1.5;
  context.setLineDash(state === "candidate" ? [4, 3] : []);
}

function drawSpan(pen, { state }, left, right) {
  const { context, top, height } = pen;
  stroke(pen, state);
  context.strokeRect(left, top + 8, right - left, height - 16);
  context.setLineDash([]);
  if (state === "rejected") {
    context.beginPath();
    context.moveTo(left, top + height / 2);
    context.lineTo(right, top + height / 2);
    context.stroke();
  }
  if (HELD.has(state)) context.fillRect(Math.max(0, left) + 4, top + 13, 8, 8);
}

const STAMP_PX = 18;

// A thousand paths take longer than a frame, a thousand copies of one little picture do not.
function stampMark(pen, state, at, stamps, shape) {
  const { context, top, height } = pen;
  if (!stamps.has(state)) stamps.set(state, stampOf(pen, state, height, shape));
  context.drawImage(stamps.get(state), at - STAMP_PX / 2, top, STAMP_PX, height);
}

function stampOf(pen, state, height, shape) {
  const density = pen.context.getTransform().a;
  const stamp = document.createElement("canvas");
  Object.assign(stamp, { width: Math.ceil(STAMP_PX * density), height: Math.ceil(height * density) });
  const context = stamp.getContext("2d");
  context.scale(stamp.width / STAMP_PX, stamp.height / height);
  drawMark({ ...pen, context, top: 0, height }, state, STAMP_PX / 2 + 0.5, shape);
  return stamp;
}

// A short one: a line down from a diamond; filled once a person holds it, struck through once one does not.
function drawMark(pen, state, at, { down, size }) {
  const { context, top, height } = pen;
  stroke(pen, state);
  context.beginPath();
  context.moveTo(at, top + down + 6);
  context.lineTo(at, top + height);
  context.stroke();
  context.setLineDash([]);
  context.beginPath();
  context.moveTo(at, top + down - size);
  context.lineTo(at + size, top + down);
  context.lineTo(at, top + down + size);
  context.lineTo(at - size, top + down);
  context.closePath();
  context.stroke();
  if (HELD.has(state)) context.fill();
  if (state === "rejected") {
    context.beginPath();
    context.moveTo(at - 8, top + down);
    context.lineTo(at + 8, top + down);
    context.stroke();
  }
}

/** The ground of what is chosen. */
export function ground({ context, colour, top, height }, left, right) {
  context.fillStyle = colour("selection");
  context.fillRect(left - 6, top + 2, right - left + 12, height - 4);
}

/** Words within a bar, cut off where it ends. */
export function inside(pen, text, left, right, tone = "ink") {
  const { context, top, height } = pen;
  context.save();
  context.beginPath();
  context.rect(left, top, right - left - 4, height);
  context.clip();
  words(pen, text, left, top + height / 2, tone);
  context.restore();
}

function drawAbsence(pen, track, say) {
  const { top, height } = pen;
  if (track.outcome === "could_not_look") hatch(pen);
  const text = track.why && track.outcome === "could_not_look" ? `${say[track.outcome]}: ${track.why}` : say[track.outcome];
  if (track.outcome === "could_not_look") plate(pen, text);
  words(pen, text, 10, top + height / 2, track.outcome === "could_not_look" ? "ink" : "soft");
}

function plate({ context, colour, font, top, height }, text) {
  context.font = `12px ${font}`;
  context.fillStyle = colour("surface");
  context.fillRect(4, top + height / 2 - 10, context.measureText(text).width + 12, 20);
}

function hatch({ context, colour, width, top, height }) {
  context.strokeStyle = colour("hatch");
  context.lineWidth = 1;
  context.beginPath();
  for (let at = -height; at < width; at += 8) {
    context.moveTo(at, top + height);
    context.lineTo(at + height, top);
  }
  context.stroke();
}

const LANE_PX = 24;
const MOST_LANES = 8;

/** Matches to other items: a lane for each, a bar for each stretch, and beside the bars what it is, in words. */
export function matchRow(matches, say) {
  const lanes = [...Map.groupBy(matches.entries, (entry) => entry.relation).values()];
  const shown = lanes.slice(0, MOST_LANES);
  const count = matches.entries.length;
  const absent = { nothing_found: say.nothing_shared, not_looked: say.not_searched }[matches.outcome] ?? say[matches.outcome];
  const track = { outcome: matches.outcome, why: matches.why };
  return {
    label: say.copies,
    hint: lanes.length > shown.length ? `${shown.length} / ${lanes.length}` : count ? `${count} ${count === 1 ? say.stretch : say.stretches}` : absent,
    height: Math.max(34, shown.length * LANE_PX + 6),
    draw: (pen) => {
      if (!count) drawAbsence(pen, track, { ...say, [matches.outcome]: absent });
      shown.forEach((entries, lane) => drawMatch(pen, entries, pen.top + 3 + lane * LANE_PX));
    },
  };
}

function drawMatch(pen, entries, top) {
  const { from, to, x, width } = pen;
  const seen = entries.filter((one) => one.end_s >= from && one.start_s <= to);
  const bars = seen.map((one) => [Math.max(-2, x(one.start_s)), Math.min(width + 2, x(one.end_s))]);
  for (const [left, right] of bars) drawBar(pen, entries[0].state, left, Math.max(left + 3, right), top + 4);
  if (bars.length) labelBars(pen, bars, entries[0], top + LANE_PX / 2);
}

// A candidate is dashed and hollow, what a person confirmed is solid with a filled square, what one rejected is crossed.
function drawBar({ context, colour }, state, left, right, top) {
  const height = LANE_PX - 8;
  context.strokeStyle = colour(state === "confirmed" ? "observed" : "candidate");
  context.fillStyle = context.strokeStyle;
  context.lineWidth = state === "confirmed" ? 2 : 1.5;
  context.setLineDash(state === "candidate" ? [4, 3] : []);
  context.beginPath();
  context.rect(left, top, right - left, height);
  if (state === "rejected") {
    context.moveTo(left, top + height / 2);
    context.lineTo(right, top + height / 2);
  }
  context.stroke();
  context.setLineDash([]);
  if (state === "confirmed") context.fillRect(left + 4, top + 4, Math.min(8, right - left - 4), 8);
}

// In the widest bar where it fits, else behind the last, else before the first; where the whole fits nowhere, in short.
function labelBars(pen, bars, { label, short, state }, middle) {
  pen.context.font = `12px ${pen.font}`;
  for (const text of [label, short]) {
    const long = pen.context.measureText(text).width;
    const at = roomFor(long, bars, pen.width, state === "confirmed" ? 18 : 8);
    if (at === null) continue;
    if (state === "rejected") plateAt(pen, at - 3, long + 6, middle);
    words(pen, text, at, middle, "ink");
    return;
  }
}

function roomFor(long, bars, width, mark) {
  const [left, right] = bars.toSorted((one, other) => other[1] - other[0] - one[1] + one[0])[0];
  const first = Math.max(0, left);
  if (Math.min(width, right) - first > long + mark + 8) return first + mark;
  if (bars.at(-1)[1] + 8 + long < width) return bars.at(-1)[1] + 8;
  return bars[0][0] - long - 8 > 0 ? bars[0][0] - long - 8 : null;
}

function plateAt({ context, colour }, left, wide, middle) {
  context.fillStyle = colour("surface");
  context.fillRect(left, middle - 7, wide, 14);
}

/** The waveform: lowest to highest level of what a pixel covers, and within it the mean power. */
export function waveRow(peaks, say, impulses = []) {
  const draw = peaks.none ? (pen) => words(pen, say.none, 10, pen.top + pen.height / 2) : (pen) => { drawWave(pen, peaks.of(pen)); drawImpulses(pen, impulses); };
  return { label: say.sound, hint: "", height: peaks.none ? 34 : 68, draw };
}

// Where a sound may be an impulse: a mark over the waveform, on its own row as well.
function drawImpulses(pen, impulses) {
  const { from, to, x } = pen;
  // In a wide view they would hide the sound; their own row says how many there are.
  if (isDense(pen, impulses)) return;
  const [drawn, stamps] = [new Set(), new Map()];
  for (const { start_s: start, state } of impulses) {
    if (start < from || start > to) continue;
    const at = Math.round(x(start));
    const place = `${state} ${Math.floor(at / NEAR_PX)}`;
    if (drawn.has(place)) continue;
    drawn.add(place);
    stampMark(pen, state, at, stamps, { down: 6, size: 3.5 });
  }
}

function drawWave({ context, colour, width, from, to, top, height }, wave) {
  const middle = top + height / 2;
  const scale = (height / 2 - 3) / wave.full_scale;
  const inner = [];
  context.fillStyle = colour("wave");
  for (let pixel = 0; pixel < width; pixel += 1) {
    const start = from + (pixel / width) * (to - from);
    const range = buckets(wave, start, from + ((pixel + 1) / width) * (to - from));
    if (!range) continue;
    let [low, high, power] = [0, 0, 0];
    for (let at = range[0]; at < range[1]; at += 1) {
      low = Math.min(low, wave.lowest[at]);
      high = Math.max(high, wave.highest[at]);
      power += wave.level[at] ** 2;
    }
    const level = Math.sqrt(power / (range[1] - range[0]));
    context.fillRect(pixel, middle - high * scale, 1, Math.max(1, (high - low) * scale));
    inner.push([pixel, middle - level * scale, Math.max(1, 2 * level * scale)]);
  }
  context.fillStyle = colour("wave-body");
  for (const [pixel, from_px, tall] of inner) context.fillRect(pixel, from_px, 1, tall);
}

// Which buckets sound between two times; none where the file's own timestamps leave a gap.
function buckets(wave, start, end) {
  const { anchors, bucket_s: length } = wave;
  for (let at = anchors.length - 1; at >= 0; at -= 1) {
    const [bucket, seconds] = anchors[at];
    if (start < seconds && at > 0) continue;
    const limit = anchors[at + 1]?.[0] ?? wave.level.length;
    const first = Math.floor(bucket + (start - seconds) / length);
    const last = Math.max(first + 1, Math.ceil(bucket + (end - seconds) / length));
    // Of a stretch, levels stand for themselves alone: before its first and after its last nothing is known.
    const ends = Math.min(last, Math.ceil(limit), wave.level.length);
    return first < bucket || first < 0 || first >= limit || first >= ends ? null : [first, ends];
  }
  return null;
}
