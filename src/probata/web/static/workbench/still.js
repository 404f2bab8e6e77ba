// The exact still: the server decodes the frame from the original, proves its digest, and only then it is shown here.
//
// One request is under way at a time. Whoever steps quickly gets the still of the frame where they stop, and the
// server is not asked for pictures that nobody waits for. Until it is there the last still stays, and the page says
// that it is not yet the picture of the address.

export class Still extends EventTarget {
  constructor(image, urlOfZero) {
    super();
    this.image = image;
    this.urlOfZero = urlOfZero;
    this.wanted = null;
    this.shown = null;
    this.busy = false;
    this.settled = null;
  }

  /** Ask for a frame's still; the newest wish counts. */
  want(ordinal) {
    this.wanted = ordinal;
    if (!this.busy) this.settled = this.#serve();
  }

  /** What to wait for until no still is under way; null where none is. */
  get underWay() {
    return this.busy ? this.settled : null;
  }

  /** Show none, and forget the picture. */
  drop() {
    this.wanted = null;
    this.#hide();
  }

  async #serve() {
    this.busy = true;
    while (this.wanted !== null && this.wanted !== this.shown) {
      const ordinal = this.wanted;
      try {
        await this.#show(ordinal);
      } catch (error) {
        if (this.wanted === ordinal) {
          this.drop();
          this.dispatchEvent(new CustomEvent("failed", { detail: { ordinal, why: error.message } }));
        }
      }
    }
    this.busy = false;
  }

  async #show(ordinal) {
    // Why not, in our own words: what a browser says of it is in another language than the page.
    const { unreachable, failed } = document.body.dataset;
    const answer = await fetch(this.urlOfZero.replace(/0\.png$/, `${ordinal}.png`)).catch(() => null);
    if (!answer) throw new Error(unreachable);
    if (!answer.ok) throw new Error((await answer.json().catch(() => ({}))).message ?? `${failed} (${answer.status})`);
    if (answer.headers.get("Probata-Frame") !== String(ordinal)) throw new Error(failed);
    const picture = await answer.blob().catch(() => null);
    if (!picture) throw new Error(unreachable);
    const url = URL.createObjectURL(picture);
    if (this.wanted !== ordinal) return URL.revokeObjectURL(url);
    // Decoded aside, so that no empty picture flashes between two stills.
    const decoded = new Image();
    decoded.src = url;
    await decoded.decode().catch(() => { throw new Error(failed); });
    if (this.wanted !== ordinal) return URL.revokeObjectURL(url);
    const last = this.image.src;
    this.image.src = url;
    this.image.hidden = false;
    if (last) URL.revokeObjectURL(last);
    this.shown = ordinal;
    this.dispatchEvent(new CustomEvent("shown", { detail: { ordinal } }));
  }

  #hide() {
    this.image.hidden = true;
    this.shown = null;
    if (this.image.src) URL.revokeObjectURL(this.image.src);
    this.image.removeAttribute("src");
  }
}
