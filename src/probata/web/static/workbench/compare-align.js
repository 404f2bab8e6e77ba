// Which seconds of A are which seconds of B: a few stretches, each a straight line from one player's clock to the other's.
//
// These seconds only lead across. What stands there is addressed by its frame: the middle of a frame of the one leads
// into the frame of the other that is on screen then. Both ends of a stretch are rounded to pictures of their own; the
// line through its middle takes half of each rounding, and no more.

const OTHER = { a: "b", b: "a" };

export class Alignment {
  constructor(segments) {
    this.segments = segments;
  }

  static other(side) {
    return OTHER[side];
  }

  /** The stretch that holds this second of a side, the preferred one where several do; null outside all. */
  at(side, seconds, preferred = null) {
    const holds = (segment) => seconds >= segment[side][0] - 1e-6 && seconds < segment[side][1] + 1e-6;
    if (preferred !== null && holds(this.segments[preferred])) return preferred;
    const found = this.segments.findIndex(holds);
    return found < 0 ? null : found;
  }

  /** The same moment on the other side's clock: along the stretch's line through its middle, and not beyond its ends. */
  across(index, side, seconds) {
    const segment = this.segments[index];
    const [from, to] = [segment[side], segment[OTHER[side]]];
    const there = (to[0] + to[1]) / 2 + this.pace(index, side) * (seconds - (from[0] + from[1]) / 2);
    return Math.min(to[1], Math.max(to[0], there));
  }

  /** How many seconds of the other side pass in one of this side; below 0 where it runs backwards. */
  pace(index, side) {
    const { speed } = this.segments[index];
    return side === "a" ? speed : 1 / speed;
  }

  /** Every second of a side at which a stretch begins or ends, in order. */
  edges(side) {
    return this.segments.flatMap((segment) => segment[side]).sort((one, other) => one - other);
  }
}
