// An in mark and an out mark, as editors know them: the stretch that an observation is about. Ordinals where there are
// frames, seconds of the player where there are none; both ends belong to it.

export class Stretch extends EventTarget {
  constructor(frames) {
    super();
    this.frames = frames;
    this.first = null;
    this.last = null;
  }

  /** Set one mark (`first` or `last`) here, or take it off where it is here; past the other one it takes that off. */
  toggle(which, here) {
    const set = this[which] !== here;
    this[which] = set ? here : null;
    const crossed = set && this.first !== null && this.last !== null && this.last < this.first;
    if (crossed) this[which === "first" ? "last" : "first"] = null;
    this.#changed();
    return set;
  }

  set(first, last) {
    this.first = first;
    this.last = last;
    this.#changed();
  }

  clear() {
    this.set(null, null);
  }

  /** From and to on the player's clock, each null where there is no mark. */
  get seconds() {
    const at = (mark, when) => (mark === null ? null : this.frames ? when(mark) : mark);
    return { from: at(this.first, (one) => this.frames.startOf(one)), to: at(this.last, (one) => this.frames.endOf(one)) };
  }

  #changed() {
    this.dispatchEvent(new Event("changed"));
  }
}
