// The map of the alignment: each member's seconds on a rail, A's at the top, each as long as the field; between two rails
// a ribbon for each stretch that these two share. A bar on a rail is what it shares with A (on A's: with B). It runs left
// to right in every page, as players and film do.

import { Alignments } from "./compare-align.js";
import { clock } from "./frames.js";

const SVG = "http://www.w3.org/2000/svg";
const [TOP, RAIL] = [20, 22];
const BETWEEN = { 2: 34, 3: 20, 4: 14 }; // the less the more rails there are
const STEPS_S = [0.1, 0.2, 0.5, 1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 1800, 3600, 7200];
const TICK_PX = 110;

function draw(parent, name, attributes, words) {
  const made = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  if (words !== undefined) made.textContent = words;
  parent.append(made);
  return made;
}

export class AlignmentMap extends EventTarget {
  /** state(one, other): what people said of what joins these two. */
  constructor({ svg, rails, alignments, lasts, state }) {
    super();
    this.svg = svg;
    this.rails = rails;
    this.letters = Object.keys(rails);
    this.alignments = alignments;
    this.lasts = lasts;
    this.state = state;
    const step = RAIL + BETWEEN[this.letters.length];
    this.tops = Object.fromEntries(this.letters.map((side, place) => [side, TOP + place * step]));
    this.height = TOP + (this.letters.length - 1) * step + RAIL + TOP;
    svg.parentElement.style.blockSize = `${this.height}px`;
    svg.style.blockSize = `${this.height}px`;
    for (const [side, rail] of Object.entries(rails)) rail.style.insetBlockStart = `${this.tops[side]}px`;
    this.playheads = Object.fromEntries(this.letters.map((side) => [side, 0]));
    this.current = {};
    this.gone = new Set();
    for (const [side, rail] of Object.entries(rails)) {
      rail.addEventListener("pointerdown", (event) => this.dispatchEvent(new CustomEvent("seek", { detail: { side, seconds: (event.offsetX / rail.clientWidth) * this.lasts[side] } })));
    }
    new ResizeObserver(() => this.draw()).observe(svg);
  }

  /** Where all stand, in which stretch every two of them, who stands nowhere, and the words for those who listen. */
  at(playheads, current, gone, words) {
    this.playheads = playheads;
    this.gone = gone;
    for (const side of this.letters) {
      this.rails[side].setAttribute("aria-valuenow", playheads[side].toFixed(3));
      this.rails[side].setAttribute("aria-valuetext", words[side]);
    }
    if (JSON.stringify(current) !== JSON.stringify(this.current)) {
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
    this.svg.setAttribute("viewBox", `0 0 ${width} ${this.height}`);
    this.svg.replaceChildren();
    for (const side of this.letters) this.#rail(side);
    for (const [upper, lower] of this.#neighbours()) {
      this.alignments.between(upper, lower).segments.forEach((segment, index) => this.#ribbon(upper, lower, segment, index));
    }
    for (const side of this.letters) {
      const other = side === "a" ? "b" : "a";
      this.alignments.between(side, other).segments.forEach((segment, index) => this.#bar(side, other, segment, index));
    }
    this.needles = draw(this.svg, "g", { class: "needles" });
    this.#needles();
  }

  #neighbours() {
    return this.letters.slice(1).map((lower, place) => [this.letters[place], lower]);
  }

  #x(side, seconds) {
    return (seconds / (this.lasts[side] || 1)) * this.width;
  }

  #rail(side) {
    const [y, lasts] = [this.tops[side], this.lasts[side]];
    draw(this.svg, "rect", { class: "rail-ground", x: 0.5, y: y + 0.5, width: this.width - 1, height: RAIL - 1 });
    const step = STEPS_S.find((one) => this.#x(side, one) >= TICK_PX) ?? STEPS_S.at(-1);
    for (let at = 0; at <= lasts; at += step) {
      const x = Math.round(this.#x(side, at)) + 0.5;
      const last = side === this.letters.at(-1);
      const [from, text] = side === "a" ? [y - 5, y - 7] : [y + RAIL, y + RAIL + 15];
      draw(this.svg, "line", { class: "tick", x1: x, x2: x, y1: from, y2: from + 5 });
      // Between two rails are ribbons, and no room for words.
      if (x + 60 < this.width && (side === "a" || last)) draw(this.svg, "text", { class: "tick-words", x: x + 3, y: text }, clock(at).replace(/\.000$/, ""));
    }
  }

  #ends(side, segment) {
    return [this.#x(side, segment[side][0]), this.#x(side, segment[side][1])];
  }

  #ribbon(upper, lower, segment, index) {
    const [left, right] = this.#ends(upper, segment);
    const ends = this.#ends(lower, segment);
    const [under, over] = segment.speed < 0 ? ends.toReversed() : ends;
    const [from, to] = [this.tops[upper] + RAIL, this.tops[lower]];
    draw(this.svg, "polygon", { class: this.#class("ribbon", upper, lower, index), points: `${left},${from} ${right},${from} ${over},${to} ${under},${to}` });
  }

  #bar(side, other, segment, index) {
    const [left, right] = this.#ends(side, segment);
    const wide = Math.max(3, right - left);
    draw(this.svg, "rect", { class: this.#class("bar-of", side, other, index), x: left + 0.5, y: this.tops[side] + 1.5, width: Math.max(2, wide - 1), height: RAIL - 3 });
    this.#mark(left, wide, this.tops[side] + RAIL / 2, this.state(side, other));
    if (wide > 16) draw(this.svg, "text", { class: "number-of", x: left + 10, y: this.tops[side] + RAIL / 2 + 4 }, String(index + 1));
  }

  // What a person said stands as a shape too: a filled square for confirmed, a line through for rejected.
  #mark(left, wide, middle, state) {
    if (state === "rejected") draw(this.svg, "line", { class: "struck", x1: left + 20, x2: left + wide, y1: middle, y2: middle });
    if (state === "confirmed" && wide > 34) draw(this.svg, "rect", { class: "seen", x: left + 20, y: middle - 4, width: 8, height: 8 });
  }

  #class(name, one, other, index) {
    return `${name} ${this.state(one, other)}${index === this.current[Alignments.key(one, other)] ? " current" : ""}`;
  }

  #needles() {
    if (!this.needles) return;
    this.needles.replaceChildren();
    const line = (x1, y1, x2, y2, name) => draw(this.needles, "line", { class: name, x1, y1, x2, y2 });
    for (const side of this.letters) {
      const [x, top] = [this.#x(side, this.playheads[side]), this.tops[side]];
      if (!this.gone.has(side)) line(x, side === "a" ? top - 6 : top, x, side === "a" ? top + RAIL : top + RAIL + 6, "needle");
    }
    for (const [upper, lower] of this.#neighbours()) {
      if ((this.current[Alignments.key(upper, lower)] ?? null) === null) continue;
      line(this.#x(upper, this.playheads[upper]), this.tops[upper] + RAIL, this.#x(lower, this.playheads[lower]), this.tops[lower], "thread");
    }
  }
}
