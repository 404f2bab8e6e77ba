// Where both are, in words and numbers: for each side its time, frame, PTS with time base, digest, and what it shows.

import { called } from "./codes.js";
import { clock } from "./frames.js";
import { say } from "./page.js";

const QUIET_MS = 150; // a digest is asked for where somebody stops, not at each frame that goes by
const SPOKEN_MS = 500;

export class SideReadout {
  constructor({ line, letter, facts, framesUrl }) {
    this.line = line;
    this.letter = letter;
    this.facts = facts;
    this.framesUrl = framesUrl;
    this.address = null;
    this.ordinal = null;
    this.exact = null;
    this.at = (name) => line.querySelector(`[data-at=${name}]`);
  }

  /** The side moved: `waits` while the exact still of the new frame is on its way. Returns the words for listeners. */
  moved({ ordinal, seconds, frames, playing }, waits) {
    this.at("clock").textContent = clock(seconds);
    if (!frames) return `${this.letter} ${clock(seconds)}`;
    this.ordinal = ordinal;
    this.at("ordinal").textContent = ordinal;
    this.at("pts").textContent = frames.pts[ordinal];
    if (this.exact !== ordinal || playing) {
      this.exact = null;
      this.line.classList.toggle("pending", waits);
      this.say(waits ? this.facts.sayOther : "");
    }
    this.#askDigest(ordinal, playing);
    return `${this.letter} ${this.facts.sayFrame} ${ordinal}, ${clock(seconds)}`;
  }

  /** The exact still of this frame is on screen. */
  shown(ordinal) {
    this.exact = ordinal;
    this.line.dataset.exact = ordinal;
    this.line.classList.remove("pending");
    this.say(this.facts.sayExact);
  }

  /** No still is on screen. */
  dropped() {
    this.exact = null;
    delete this.line.dataset.exact;
    this.line.classList.remove("pending");
    this.say("");
  }

  say(words) {
    this.at("exactness").textContent = words;
  }

  /** The whole address in words; null where there are no pictures. Throws where its digest cannot be had. */
  async cited() {
    if (this.ordinal === null) return null;
    // Whoever moves on while it is asked for is given that of where they are then.
    while (this.address?.ordinal !== this.ordinal) if (!(await this.#learn(this.ordinal))) throw new Error("no address");
    const { item, pts, time_base: base, ordinal, of, digest } = this.address;
    return `${this.letter}: item ${item} · pts ${pts} × ${base} s · frame ${ordinal} of ${of} · ${digest}`;
  }

  #askDigest(ordinal, playing) {
    clearTimeout(this.asking);
    if (this.address?.ordinal === ordinal) return;
    this.address = null;
    const button = this.at("digest");
    button.textContent = "········";
    button.title = "";
    delete button.dataset.copy;
    this.at("flags").replaceChildren();
    if (playing) return;
    this.asking = setTimeout(() => this.#learn(ordinal), QUIET_MS);
  }

  /** Ask for the address of a frame; whether it was had. */
  async #learn(ordinal) {
    const answer = await fetch(`${this.framesUrl}/${ordinal}`, { headers: { Accept: "application/json" } }).catch(() => null);
    const told = answer?.ok ? await answer.json().catch(() => null) : null;
    // Whoever has moved on meanwhile is not told the digest of where they were.
    if (!told || this.ordinal !== ordinal) return Boolean(told);
    this.address = told;
    const button = this.at("digest");
    const [algorithm, hex] = this.address.digest.split(":");
    button.textContent = hex.slice(0, 8);
    button.title = `${algorithm} ${hex}`;
    button.dataset.copy = this.address.digest;
    this.#flag();
    return true;
  }

  #flag() {
    const odd = ["derived", "out_of_order", "damaged"].filter((name) => this.address[name]).map(called);
    this.at("flags").replaceChildren(...odd.map((word) => {
      const flag = document.createElement("span");
      flag.className = "flag";
      flag.textContent = word;
      return flag;
    }));
  }
}

let speaking = null;

/** Say where both stand, once somebody stopped there. */
export function speak(words) {
  clearTimeout(speaking);
  speaking = setTimeout(() => say(words), SPOKEN_MS);
}
