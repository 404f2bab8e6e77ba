// One time axis for all tracks: zoom, pan, playhead. It always runs left to right, also in right-to-left pages, as
// players and film do.

import { clock } from "./frames.js";
import { drawRuler } from "./draw.js";
import { drawStretch } from "./draw-observed.js";

const RULER_PX = 30;
const LEAST_VIEW_S = 0.05;
const DRAG_PX = 4;

export class Axis extends EventTarget {
  /** rows: [{ label, hint, height, draw(pen) }] */
  constructor({ canvas, labels, hover, duration, frames }) {
    super();
    this.canvas = canvas;
    this.labels = labels;
    this.hover = hover;
    this.duration = duration || 1;
    this.frames = frames;
    this.rows = [];
    this.from = 0;
    this.to = this.duration;
    this.playhead = 0;
    this.stretch = { from: null, to: null };
    this.#listen();
    new ResizeObserver(() => this.draw()).observe(canvas.parentElement);
  }

  /** rows, or a function that gives them anew when `relabel` is called. */
  set(rows) {
    this.source = rows;
    this.relabel();
  }

  relabel() {
    const rows = typeof this.source === "function" ? this.source() : this.source;
    this.rows = rows;
    this.labels.replaceChildren(this.#label({ label: "", hint: "", height: RULER_PX }), ...rows.map((row) => this.#label(row)));
    this.canvas.style.height = `${RULER_PX + rows.reduce((sum, row) => sum + row.height, 0)}px`;
    this.canvas.setAttribute("aria-valuemax", this.duration.toFixed(3));
    this.draw();
  }

  at(seconds, words, follow) {
    this.playhead = seconds;
    this.canvas.setAttribute("aria-valuenow", seconds.toFixed(3));
    this.canvas.setAttribute("aria-valuetext", words);
    const width = this.to - this.from;
    // While playing the view turns a page; stepping off its edge moves it just enough.
    if (seconds < this.from || seconds > this.to) this.#look(follow ? seconds : seconds - width / 2, width);
    else this.#turn();
  }

  /** Where an in and an out mark are, in seconds; null where there is none. */
  marked(stretch) {
    this.stretch = stretch;
    this.draw();
  }

  zoom(factor, around = this.playhead) {
    const width = Math.min(this.duration, Math.max(LEAST_VIEW_S, (this.to - this.from) * factor));
    const share = Math.min(1, Math.max(0, (around - this.from) / (this.to - this.from)));
    this.#look(around - share * width, width);
  }

  pan(seconds) {
    this.#look(this.from + seconds, this.to - this.from);
  }

  all() {
    this.#look(0, this.duration);
  }

  #look(from, width) {
    this.from = Math.min(Math.max(0, from), Math.max(0, this.duration - width));
    this.to = this.from + width;
    this.draw();
  }

  secondsAt(x) {
    return this.from + (x / this.canvas.clientWidth) * (this.to - this.from);
  }

  /** Draw all anew, at the next frame. */
  draw() {
    this.stale = true;
    this.#turn();
  }

  #turn() {
    this.pending ??= requestAnimationFrame(() => {
      this.pending = null;
      this.#paint();
    });
  }

  // The tracks change less often than the playhead moves: they are drawn aside, and laid under it.
  #paint() {
    const { canvas } = this;
    const [width, height] = [canvas.clientWidth, canvas.clientHeight];
    if (!width || !height) return;
    const density = window.devicePixelRatio || 1;
    this.under ??= document.createElement("canvas");
    const [wide, tall] = [Math.round(width * density), Math.round(height * density)];
    for (const one of [canvas, this.under]) {
      if (one.width === wide && one.height === tall) continue;
      // A canvas of another size is empty.
      Object.assign(one, { width: wide, height: tall });
      this.stale = true;
    }
    if (this.stale) this.pen = this.#paintTracks(width, height, density);
    this.stale = false;
    const context = canvas.getContext("2d");
    context.setTransform(1, 0, 0, 1, 0, 0);
    context.clearRect(0, 0, wide, tall);
    context.drawImage(this.under, 0, 0);
    context.scale(density, density);
    this.#paintPlayhead({ ...this.pen, context }, height);
  }

  #paintTracks(width, height, density) {
    const context = this.under.getContext("2d");
    context.setTransform(1, 0, 0, 1, 0, 0);
    context.clearRect(0, 0, this.under.width, this.under.height);
    context.scale(density, density);
    const style = getComputedStyle(this.canvas);
    const tones = new Map();
    const colour = (name) => {
      if (!tones.has(name)) tones.set(name, style.getPropertyValue(`--${name}`).trim());
      return tones.get(name);
    };
    const pen = {
      context, colour, width, from: this.from, to: this.to, frames: this.frames,
      font: style.fontFamily,
      x: (seconds) => ((seconds - this.from) / (this.to - this.from)) * width,
    };
    drawRuler({ ...pen, top: 0, height: RULER_PX });
    let top = RULER_PX;
    for (const row of this.rows) {
      context.strokeStyle = colour("line");
      context.lineWidth = 1;
      context.beginPath();
      context.moveTo(0, top + 0.5);
      context.lineTo(width, top + 0.5);
      context.stroke();
      context.save();
      context.beginPath();
      context.rect(0, top, width, row.height);
      context.clip();
      row.draw({ ...pen, top, height: row.height });
      context.restore();
      top += row.height;
    }
    drawStretch(pen, this.stretch, RULER_PX, height);
    return pen;
  }

  #paintPlayhead({ context, colour, x }, height) {
    const at = Math.round(x(this.playhead)) + 0.5;
    context.strokeStyle = colour("playhead");
    context.fillStyle = colour("playhead");
    context.lineWidth = 1.5;
    context.beginPath();
    context.moveTo(at, RULER_PX - 8);
    context.lineTo(at, height);
    context.stroke();
    context.beginPath();
    context.moveTo(at - 5, RULER_PX - 10);
    context.lineTo(at + 5, RULER_PX - 10);
    context.lineTo(at, RULER_PX - 2);
    context.fill();
  }

  #label({ label, hint, height }) {
    const line = document.createElement("li");
    line.style.height = `${height}px`;
    line.append(label);
    if (hint) {
      const small = document.createElement("span");
      small.className = "hint";
      small.textContent = hint;
      small.title = hint;
      line.append(small);
    }
    return line;
  }

  #listen() {
    const { canvas } = this;
    let grip = null;
    canvas.addEventListener("wheel", (event) => {
      event.preventDefault();
      const width = this.to - this.from;
      if (event.shiftKey || Math.abs(event.deltaX) > Math.abs(event.deltaY)) this.pan(((event.deltaX || event.deltaY) / canvas.clientWidth) * width);
      else this.zoom(1.0015 ** event.deltaY, this.secondsAt(event.offsetX));
    }, { passive: false });
    canvas.addEventListener("pointerdown", (event) => {
      grip = { x: event.offsetX, from: this.from, moved: false };
      canvas.setPointerCapture(event.pointerId);
    });
    canvas.addEventListener("pointermove", (event) => {
      this.#tell(this.secondsAt(event.offsetX));
      if (!grip) return;
      grip.moved ||= Math.abs(event.offsetX - grip.x) > DRAG_PX;
      if (grip.moved) this.#look(grip.from - ((event.offsetX - grip.x) / canvas.clientWidth) * (this.to - this.from), this.to - this.from);
    });
    canvas.addEventListener("pointerup", (event) => {
      if (grip && !grip.moved) this.dispatchEvent(new CustomEvent("seek", { detail: { seconds: this.secondsAt(event.offsetX) } }));
      grip = null;
    });
    canvas.addEventListener("pointerleave", () => { this.hover.textContent = ""; });
  }

  #tell(seconds) {
    const frame = this.frames ? ` · ${this.frames.shownAt(seconds)}` : "";
    this.hover.textContent = `${clock(Math.min(this.duration, Math.max(0, seconds)))}${frame}`;
  }
}
