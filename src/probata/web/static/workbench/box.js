// Drawing a box over the picture: by pointer, by keyboard, or from numbers. It is kept in shares of the picture as
// shown, upright and in its right shape; nothing of the picture itself is read or sent.

import { say, sayLater } from "./page.js";

const STEP = 0.01;
const FINE = 0.001;
const LEAST = 0.002;
const GRIP_PX = 10;
const SPOKEN_MS = 500;
const FIRST = [0.4, 0.4, 0.2, 0.2]; // where whoever has no pointer begins

const ARROWS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
const within = (value, least, most) => Math.min(most, Math.max(least, value));
const exact = (share) => Math.round(share * 10000) / 10000;

export class Box extends EventTarget {
  /** layer: what lies over the picture; mark: knows where in the stage the picture is. */
  constructor({ layer, note, mark }) {
    super();
    this.layer = layer;
    this.note = note;
    this.mark = mark;
    this.drawn = layer.querySelector(".drawn");
    this.value = null;
    this.drawing = false;
    this.seen = false;
    this.#listen();
    mark.addEventListener("placed", () => this.#place());
  }

  /** Show what there is, and let it be drawn if asked; `seen` says whether the picture can be seen, paused. */
  allow(seen) {
    this.seen = seen;
    if (!seen && this.drawing) this.#stop();
    this.#place();
  }

  /** Begin to draw. Whoever has no box yet is given one in the middle once an arrow is pressed. */
  start() {
    this.before = this.value;
    this.drawing = true;
    this.#place();
    this.layer.focus();
  }

  /** Keep the box as it is. */
  take() {
    if (this.drawing) this.#stop();
    say(this.value ? `${this.layer.dataset.sayTaken}: ${this.#words()}` : this.layer.dataset.sayAway);
    this.dispatchEvent(new Event("taken"));
  }

  /** Leave it as it was before it was drawn. */
  putAway() {
    if (!this.drawing) return;
    this.set(this.before);
    this.#stop();
    say(this.layer.dataset.sayAway);
  }

  /** A box of [left, top, width, height], or none. */
  set(value) {
    this.value = value && value.map(exact);
    this.#place();
    this.dispatchEvent(new Event("changed"));
  }

  #stop() {
    this.drawing = false;
    this.pulled = null;
    this.#place();
    this.dispatchEvent(new Event("changed"));
  }

  #place() {
    const picture = this.mark.picture();
    const shown = this.seen && picture && (this.drawing || this.value);
    this.layer.hidden = !shown;
    this.note.hidden = !shown || !this.drawing || Boolean(this.pulled);
    if (!shown) return;
    this.layer.classList.toggle("idle", !this.drawing);
    this.layer.tabIndex = this.drawing ? 0 : -1;
    for (const [name, pixels] of Object.entries(picture)) this.layer.style[name] = `${pixels}px`;
    this.drawn.hidden = !this.value;
    if (!this.value) return;
    const [left, top, width, height] = this.value.map((share) => `${share * 100}%`);
    Object.assign(this.drawn.style, { left, top, width, height });
  }

  #listen() {
    this.layer.addEventListener("pointerdown", (event) => this.#grip(event));
    this.layer.addEventListener("pointermove", (event) => this.#pull(event));
    for (const end of ["pointerup", "pointercancel"]) this.layer.addEventListener(end, () => this.#let());
    this.layer.addEventListener("keydown", (event) => this.#key(event));
  }

  #at({ clientX, clientY }) {
    const { left, top, width, height } = this.layer.getBoundingClientRect();
    return [within((clientX - left) / width, 0, 1), within((clientY - top) / height, 0, 1)];
  }

  // At a corner the box is resized against the opposite one, inside it is moved, elsewhere a new one begins.
  #grip(event) {
    if (!this.drawing || event.button !== 0) return;
    event.preventDefault();
    this.layer.focus();
    this.layer.setPointerCapture(event.pointerId);
    const from = this.#at(event);
    const { width, height } = this.layer.getBoundingClientRect();
    const [left, top, wide, tall] = this.value ?? [0, 0, 0, 0];
    const near = ([x, y]) => Math.hypot((x - from[0]) * width, (y - from[1]) * height) < GRIP_PX;
    const [right, bottom] = [left + wide, top + tall];
    // Each corner, and the one opposite.
    const corners = [
      [left, top, right, bottom], [right, top, left, bottom], [left, bottom, right, top], [right, bottom, left, top],
    ];
    const corner = this.value && corners.find(near);
    const inside = from[0] > left && from[0] < right && from[1] > top && from[1] < bottom;
    if (corner) this.pulled = { anchor: corner.slice(2), old: this.value };
    else if (this.value && inside) this.pulled = { offset: [from[0] - left, from[1] - top], old: this.value };
    else this.pulled = { anchor: from, old: this.value };
  }

  #pull(event) {
    if (!this.pulled) return;
    const [x, y] = this.#at(event);
    const { anchor, offset, old } = this.pulled;
    if (offset) {
      this.set([within(x - offset[0], 0, 1 - old[2]), within(y - offset[1], 0, 1 - old[3]), old[2], old[3]]);
      return;
    }
    const [left, top] = [Math.min(anchor[0], x), Math.min(anchor[1], y)];
    const size = [Math.abs(anchor[0] - x), Math.abs(anchor[1] - y)];
    this.set(size.some((one) => one < LEAST) ? old : [left, top, ...size]);
  }

  #let() {
    if (!this.pulled) return;
    this.pulled = null;
    this.#speak();
    this.#place();
  }

  // Arrows and Enter are the box's own while it is drawn; every other key does what it does everywhere.
  #key(event) {
    if (!this.drawing || event.altKey || event.metaKey) return;
    if (event.code === "Enter") this.take();
    else if (event.code === "Escape") {
      this.putAway();
      return; // and the page veils, as Escape does everywhere
    } else if (ARROWS[event.code]) this.#move(ARROWS[event.code], event);
    else return;
    event.preventDefault();
    event.stopPropagation();
  }

  #move([across, down], { shiftKey, ctrlKey }) {
    const step = ctrlKey ? FINE : STEP;
    if (!this.value) this.set(FIRST);
    else {
      const [left, top, width, height] = this.value;
      this.set(shiftKey
        ? [left, top, within(width + across * step, STEP, 1 - left), within(height + down * step, STEP, 1 - top)]
        : [within(left + across * step, 0, 1 - width), within(top + down * step, 0, 1 - height), width, height]);
    }
    this.#speak();
  }

  #words() {
    const { sayLeft, sayTop, sayWide, sayTall } = this.layer.dataset;
    const [left, top, width, height] = this.value.map((share) => `${+(share * 100).toFixed(1)} %`);
    return `${sayLeft} ${left}, ${sayTop} ${top}, ${sayWide} ${width}, ${sayTall} ${height}`;
  }

  #speak() {
    clearTimeout(this.speaking);
    if (this.value) this.speaking = sayLater(`${this.layer.dataset.sayBox}: ${this.#words()}`, SPOKEN_MS);
  }
}
