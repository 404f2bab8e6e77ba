// Which seconds of one item are which seconds of another: a few stretches, each a straight line from one player's clock to the other's.
//
// These seconds only lead across. What stands there is addressed by its frame: the middle of a frame of the one leads
// into the frame of the other that is on screen then. Both ends of a stretch are rounded to pictures of their own; the
// line through its middle takes half of each rounding, and no more.

export class Alignment {
  /** sides: the letters of both; a stretch has its seconds under each, and its speed is told from the first. */
  constructor(segments, sides = ["a", "b"]) {
    this.segments = segments;
    this.sides = sides;
  }

  other(side) {
    return this.sides[side === this.sides[0] ? 1 : 0];
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
    const [from, to] = [segment[side], segment[this.other(side)]];
    const there = (to[0] + to[1]) / 2 + this.pace(index, side) * (seconds - (from[0] + from[1]) / 2);
    return Math.min(to[1], Math.max(to[0], there));
  }

  /** How many seconds of the other side pass in one of this side; below 0 where it runs backwards. */
  pace(index, side) {
    const { speed } = this.segments[index];
    return side === this.sides[0] ? speed : 1 / speed;
  }

  /** Every second of a side at which a stretch begins or ends, in order. */
  edges(side) {
    return this.segments.flatMap((segment) => segment[side]).sort((one, other) => one - other);
  }
}

/** Every two of the members, by both letters in their order; without stretches where nothing joins them. */
export class Alignments {
  constructor(letters, pairs) {
    this.every = new Map();
    letters.forEach((one, place) => {
      for (const other of letters.slice(place + 1)) {
        const pair = pairs.find((held) => held.one === one && held.other === other);
        this.every.set(one + other, Object.assign(new Alignment(pair?.segments ?? [], [one, other]), { state: pair?.state ?? "candidate" }));
      }
    });
  }

  static key(one, other) {
    return one < other ? one + other : other + one;
  }

  between(one, other) {
    return this.every.get(Alignments.key(one, other));
  }
}
