// The drawing: edges of what the player or the still shows, painted on a canvas over it. The picture itself is not
// painted in this way of looking (stage.css), so that where nothing can be drawn there is nothing to see.

import { edges } from "./edges.js";

const MOST_WIDE_PX = 480;
const EVERY_MS = 66;

export class Drawing {
  /** sides: [{ canvas, video, still, astray() }] */
  constructor({ sides, veil, ways }) {
    Object.assign(this, { sides, veil, ways });
    this.source = document.createElement("canvas");
    this.drawn = 0;
    for (const who of [veil, ways]) who.addEventListener("changed", () => this.#wake());
    this.#wake();
  }

  get wanted() {
    return this.veil.open && this.ways.way === "drawing";
  }

  #wake() {
    if (!this.wanted) for (const { canvas } of this.sides) this.#wipe(canvas);
    else if (!this.running) this.running = requestAnimationFrame((now) => this.#turn(now));
  }

  #turn(now) {
    this.running = null;
    if (!this.wanted) return;
    if (now - this.drawn >= EVERY_MS) {
      this.drawn = now;
      for (const side of this.sides) this.#draw(side);
    }
    this.running = requestAnimationFrame((next) => this.#turn(next));
  }

  #draw({ canvas, video, still, astray }) {
    const paused = video.paused || video.ended;
    const picture = !still.hidden && still.complete && still.naturalWidth ? still : video.readyState >= 2 && !(paused && astray()) ? video : null;
    if (!picture) return this.#wipe(canvas);
    // A still that stands needs no second drawing.
    const name = picture === still ? still.src : null;
    if (name && name === canvas.dataset.of) return undefined;
    const wide = picture === still ? still.naturalWidth : video.videoWidth;
    const tall = picture === still ? still.naturalHeight : video.videoHeight;
    const width = Math.max(1, Math.min(MOST_WIDE_PX, wide));
    const height = Math.max(1, Math.round((width * tall) / wide));
    Object.assign(this.source, { width, height });
    const context = this.source.getContext("2d", { willReadFrequently: true });
    context.drawImage(picture, 0, 0, width, height);
    const found = edges(context.getImageData(0, 0, width, height).data, width, height);
    if (canvas.width !== width || canvas.height !== height) Object.assign(canvas, { width, height });
    canvas.getContext("2d").putImageData(new ImageData(found, width, height), 0, 0);
    canvas.dataset.of = name ?? "";
    canvas.hidden = false;
    // No copy of the picture stays behind.
    Object.assign(this.source, { width: 1, height: 1 });
    return undefined;
  }

  #wipe(canvas) {
    if (canvas.hidden) return;
    canvas.hidden = true;
    canvas.dataset.of = "";
    canvas.width = 1;
  }
}
