// The map of the alignment: A's seconds on a rail above, B's on a rail below, each as long as the field, and between them
// a ribbon for each stretch. It runs left to right in every page, as players and film do.

import { clock } from "./frames.js";

const SVG = "http://www.w3.org/2000/svg";
const [TOP, RAIL, BETWEEN] = [20, 22, 34];
export const HEIGHT = TOP + RAIL + BETWEEN + RAIL + TOP;
const STEPS_S = [0.1, 0.2, 0.5, 1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 1800, 3600, 7200];
const TICK_PX = 110;
const RAILS = { a: TOP, b: TOP + RAIL + BETWEEN };

function draw(parent, name, attributes, words) {
  const made = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  if (words !== undefined) made.textContent = words;
  parent.append(made);
  return made;
}

export class AlignmentMap extends EventTarget {
  constructor({ svg, rails, alignment, lasts, state }) {
    super();
    this.svg = svg;
    this.rails = rails;
    this.segments = alignment.segments;
    this.lasts = lasts;
    this.state = state;
    this.playheads = { a: 0, b: 0 };
    this.current = null;
    for (const [side, rail] of Object.entries(rails)) {
      rail.addEventListener("pointerdown", (event) => this.dispatchEvent(new CustomEvent("seek", { detail: { side, seconds: (event.offsetX / rail.clientWidth) * this.lasts[side] } })));
    }
    new ResizeObserver(() => this.draw()).observe(svg);
  }

  /** Where both stand, in which stretch, which side stands nowhere, and the words for those who listen. */
  at(playheads, current, gone, words) {
    this.playheads = playheads;
    this.gone = gone;
    for (const side of ["a", "b"]) {
      this.rails[side].setAttribute("aria-valuenow", playheads[side].toFixed(3));
      this.rails[side].setAttribute("aria-valuetext", words[side]);
    }
    if (current !== this.current) {
      this.current = current;
      this.draw();
    } else {
      this.#needles();
    }
  }

  draw() {
    const width = this.svg.clientWidth;
    if (!width) return;
    this.width = width;
    this.svg.setAttribute("viewBox", `0 0 ${width} ${HEIGHT}`);
    this.svg.replaceChildren();
    for (const side of ["a", "b"]) this.#rail(side);
    this.segments.forEach((segment, index) => this.#ribbon(segment, index));
    for (const side of ["a", "b"]) this.segments.forEach((segment, index) => this.#bar(side, segment, index));
    this.needles = draw(this.svg, "g", { class: "needles" });
    this.#needles();
  }

  #x(side, seconds) {
    return (seconds / (this.lasts[side] || 1)) * this.width;
  }

  #rail(side) {
    const [y, lasts] = [RAILS[side], this.lasts[side]];
    draw(this.svg, "rect", { class: "rail-ground", x: 0.5, y: y + 0.5, width: this.width - 1, height: RAIL - 1 });
    const step = STEPS_S.find((one) => this.#x(side, one) >= TICK_PX) ?? STEPS_S.at(-1);
    for (let at = 0; at <= lasts; at += step) {
      const x = Math.round(this.#x(side, at)) + 0.5;
      const [from, text] = side === "a" ? [y - 5, y - 7] : [y + RAIL, y + RAIL + 15];
      draw(this.svg, "line", { class: "tick", x1: x, x2: x, y1: from, y2: from + 5 });
      if (x + 60 < this.width) draw(this.svg, "text", { class: "tick-words", x: x + 3, y: text }, clock(at).replace(/\.000$/, ""));
    }
  }

  #ends(side, segment) {
    return [this.#x(side, segment[side][0]), this.#x(side, segment[side][1])];
  }

  #ribbon(segment, index) {
    const [left, right] = this.#ends("a", segment);
    const ends = this.#ends("b", segment);
    const [under, over] = segment.speed < 0 ? ends.toReversed() : ends;
    const [from, to] = [RAILS.a + RAIL, RAILS.b];
    draw(this.svg, "polygon", { class: this.#class("ribbon", index), points: `${left},${from} ${right},${from} ${over},${to} ${under},${to}` });
  }

  #bar(side, segment, index) {
    const [left, right] = this.#ends(side, segment);
    const wide = Math.max(3, right - left);
    draw(this.svg, "rect", { class: this.#class("bar-of", index), x: left + 0.5, y: RAILS[side] + 1.5, width: Math.max(2, wide - 1), height: RAIL - 3 });
    this.#mark(left, wide, RAILS[side] + RAIL / 2);
    if (wide > 16) draw(this.svg, "text", { class: "number-of", x: left + 10, y: RAILS[side] + RAIL / 2 + 4 }, String(index + 1));
  }

  // What a person said stands as a shape too: a filled square for confirmed, a line through for rejected.
  #mark(left, wide, middle) {
    if (this.state() === "rejected") draw(this.svg, "line", { class: "struck", x1: left + 20, x2: left + wide, y1: middle, y2: middle });
    if (this.state() === "confirmed" && wide > 34) draw(this.svg, "rect", { class: "seen", x: left + 20, y: middle - 4, width: 8, height: 8 });
  }

  #class(name, index) {
    return `${name} ${this.state()}${index === this.current ? " current" : ""}`;
  }

  #needles() {
    if (!this.needles) return;
    this.needles.replaceChildren();
    const [a, b] = [this.#x("a", this.playheads.a), this.#x("b", this.playheads.b)];
    const line = (x1, y1, x2, y2, name) => draw(this.needles, "line", { class: name, x1, y1, x2, y2 });
    if (this.gone !== "a") line(a, RAILS.a - 6, a, RAILS.a + RAIL, "needle");
    if (this.gone !== "b") line(b, RAILS.b, b, RAILS.b + RAIL + 6, "needle");
    if (this.current !== null) line(a, RAILS.a + RAIL, b, RAILS.b, "thread");
  }
}
