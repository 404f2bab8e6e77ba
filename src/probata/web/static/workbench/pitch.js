// The pitches of the sound under the waveform: a picture that the server draws of the stretch in view, in no colour of
// its own. It is asked for once the view has come to rest, and stretched with the view until the next one is there.

const QUIET_MS = 250;
const MOST_S = 60;
const HEIGHT_PX = 72;

export class Pitch {
  constructor({ url, axis, say }) {
    this.url = url;
    this.axis = axis;
    this.say = say;
    this.shown = true;
    this.drawn = null; // { image, from, to, topHz }
    this.wanted = "";
    this.failed = false;
  }

  /** The row on the axis. */
  get row() {
    return {
      label: this.say.pitch,
      hint: this.shown ? (this.drawn ? `0–${Math.round(this.drawn.topHz / 1000)} kHz` : "") : this.say.pitch_hidden,
      height: this.shown ? HEIGHT_PX : 22,
      draw: (pen) => this.#draw(pen),
    };
  }

  toggle() {
    this.shown = !this.shown;
  }

  #draw(pen) {
    if (!this.shown) return;
    const { context, colour, from, to, top, height, x, width } = pen;
    if (to - from > MOST_S) {
      this.#words(pen, this.say.pitch_far);
      return;
    }
    this.#want(from, to, Math.max(64, Math.min(4000, Math.round(width))));
    if (this.drawn) {
      const { image, from: start, to: end } = this.drawn;
      if (this.inked?.tone !== colour("ink") || this.inked.of !== image) this.inked = { of: image, tone: colour("ink"), picture: ink(image, colour("ink")) };
      context.drawImage(this.inked.picture, x(start), top + 2, x(end) - x(start), height - 4);
    }
    // What was drawn of another stretch must not look like silence here.
    if (this.failed) this.#words(pen, this.say.pitch_failed);
  }

  #words({ context, colour, font, top, height }, text) {
    context.font = `12px ${font}`;
    context.textBaseline = "middle";
    context.fillStyle = colour("soft");
    context.fillText(text, 10, top + height / 2);
  }

  #want(from, to, columns) {
    const query = `from=${from.toFixed(6)}&to=${to.toFixed(6)}&columns=${columns}`;
    if (query === this.wanted) return;
    this.wanted = query;
    clearTimeout(this.waiting);
    this.waiting = setTimeout(() => this.#ask(query, from, to), QUIET_MS);
  }

  async #ask(query, from, to) {
    const answer = await fetch(`${this.url}?${query}`).catch(() => null);
    if (query !== this.wanted) return;
    this.failed = !answer?.ok;
    if (answer?.ok) {
      const image = await createImageBitmap(await answer.blob()).catch(() => null);
      const first = !this.drawn;
      if (image) this.drawn = { image, from, to, topHz: Number(answer.headers.get("Probata-Top-Hz")) };
      if (first) this.axis.relabel();
    }
    this.axis.draw();
  }
}

function ink(image, tone) {
  const canvas = document.createElement("canvas");
  [canvas.width, canvas.height] = [image.width, image.height];
  const context = canvas.getContext("2d");
  context.drawImage(image, 0, 0);
  context.globalCompositeOperation = "source-in";
  context.fillStyle = tone;
  context.fillRect(0, 0, canvas.width, canvas.height);
  return canvas;
}
