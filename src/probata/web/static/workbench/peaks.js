// Levels of the sound, as fine as the view can show: the whole length at first, and for a narrower view the stretch
// around it, asked for once the view has come to rest.

const QUIET_MS = 120;

export class Peaks {
  /** whole: levels of the whole length; arrived: called when finer ones came. */
  constructor({ url, whole, arrived }) {
    Object.assign(this, { url, whole, arrived });
    this.finer = null; // { levels, from, to }
    this.wanted = "";
  }

  get none() {
    return this.whole.level.length === 0;
  }

  /** The levels to draw a view from. */
  of({ from, to, width }) {
    const pixel = (to - from) / width;
    if (this.whole.bucket_s <= pixel) return this.whole;
    const held = this.finer && this.finer.from <= from + 1e-6 && this.finer.to >= to - 1e-6;
    // Finer levels than a pixel are no use, coarser ones than there could be are asked for anew.
    if (held && (this.finer.levels.bucket_s <= pixel || this.finer.span <= 4 * (to - from))) return this.finer.levels;
    this.#want(from, to);
    return held && this.finer.levels.bucket_s < this.whole.bucket_s ? this.finer.levels : this.whole;
  }

  // A view's width to either side comes along, so that a little way can be gone without asking.
  #want(from, to) {
    const [start, end] = [Math.max(0, from - (to - from)), to + (to - from)];
    const query = `from=${start.toFixed(6)}&to=${end.toFixed(6)}`;
    if (query === this.wanted) return;
    this.wanted = query;
    clearTimeout(this.waiting);
    this.waiting = setTimeout(() => this.#ask(query, start, end), QUIET_MS);
  }

  async #ask(query, from, to) {
    const answer = await fetch(`${this.url}?${query}`, { headers: { Accept: "application/json" } }).catch(() => null);
    if (query !== this.wanted || !answer?.ok) return;
    this.finer = { levels: await answer.json(), from, to, span: to - from };
    this.arrived();
  }
}
