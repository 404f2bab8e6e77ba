// The table of frames in the browser: exact ticks in, seconds only where a player wants them.
//
// A browser's clock rounds. Seeking to a frame's start may show the frame before it, and `seconds × frames a second` is
// wrong wherever frames are uneven. So a frame is addressed by its ordinal, and a player is sent to the middle of the
// stretch for which the frame is shown. Even so a player may land elsewhere (see player.js): only the exact still is
// ever taken for the picture of an address.

export class Frames {
  static async load(url) {
    const answer = await fetch(url, { headers: { Accept: "application/json" } });
    if (!answer.ok) throw new Error(`no table of frames (${answer.status})`);
    return new Frames(await answer.json());
  }

  constructor({ count, time_base: [number, parts], origin_s: [origin, originParts], pts, middles, keys }) {
    this.count = count;
    this.pts = pts;
    this.middles = middles;
    this.keys = new Set(keys);
    this.number = number;
    this.parts = parts;
    this.origin = origin / originParts;
    // Files whose times run backwards are rare, and must be answered too.
    this.order = Array.from(pts.keys());
    if (pts.some((tick, at) => at > 0 && tick < pts[at - 1])) this.order.sort((one, other) => pts[one] - pts[other] || one - other);
  }

  clamp(ordinal) {
    return Math.min(this.count - 1, Math.max(0, ordinal));
  }

  /** When a frame starts, on the player's clock; for drawing and reading, never an address. */
  startOf(ordinal) {
    return (this.pts[ordinal] * this.number) / this.parts - this.origin;
  }

  /** Until when a frame is shown, on the player's clock; for a frame that no time shows, when it would start. */
  endOf(ordinal) {
    const doubled = this.middles[ordinal];
    return doubled === null ? this.startOf(ordinal) : ((doubled - this.pts[ordinal]) * this.number) / this.parts - this.origin;
  }

  /** Where to send a player so that it shows this frame, in the middle or early in it; null if no time shows it. */
  seekTo(ordinal, early = false) {
    const doubled = this.middles[ordinal];
    if (doubled === null) return null;
    const middle = (doubled * this.number) / (2 * this.parts) - this.origin;
    return early ? this.startOf(ordinal) + (middle - this.startOf(ordinal)) / 50 : middle;
  }

  /** The frame whose start is nearest: `mediaTime` names a start, rounded to a microsecond or so. */
  ofMediaTime(seconds) {
    const after = this.#firstAtOrAfter(seconds);
    const before = Math.max(0, after - 1);
    const last = Math.min(after, this.count - 1);
    const nearer = Math.abs(this.startOf(this.order[last]) - seconds) < Math.abs(seconds - this.startOf(this.order[before]));
    return this.order[nearer ? last : before];
  }

  /** The frame that is on screen at a time: the last that has started. */
  shownAt(seconds) {
    const after = this.#firstAtOrAfter(seconds + 1e-9);
    return this.order[Math.max(0, after - 1)];
  }

  #firstAtOrAfter(seconds) {
    let low = 0;
    let high = this.count;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.startOf(this.order[middle]) < seconds) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}

/** 00:12.480, or 1:00:12.480; for reading. */
export function clock(seconds) {
  const sign = seconds < 0 ? "-" : "";
  const thousandths = Math.round(Math.abs(seconds) * 1000);
  const pad = (value, digits) => String(value).padStart(digits, "0");
  const hours = Math.floor(thousandths / 3600000);
  const minutes = Math.floor(thousandths / 60000) % 60;
  const rest = `${pad(Math.floor(thousandths / 1000) % 60, 2)}.${pad(thousandths % 1000, 3)}`;
  return hours ? `${sign}${hours}:${pad(minutes, 2)}:${rest}` : `${sign}${pad(minutes, 2)}:${rest}`;
}
