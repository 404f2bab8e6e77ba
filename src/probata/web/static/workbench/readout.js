// Where we are, in words and numbers: media time, frame, PTS with its time base, digest, and what is odd about it.

import { called } from "./codes.js";
import { clock } from "./frames.js";
import { say, sayLater } from "./page.js";

const QUIET_MS = 150; // a digest is asked for where somebody stops, not at each frame that goes by
const SPOKEN_MS = 500;

export class Readout {
  constructor({ facts, stage }) {
    this.facts = facts;
    this.stage = stage;
    this.ordinal = null;
    this.address = null;
    this.at = (id) => document.getElementById(id);
    this.at("cite")?.addEventListener("click", () => this.#cite());
  }

  /** The playhead moved; returns the words for those who listen. */
  moved({ ordinal, seconds, frames, playing }) {
    const { facts } = this;
    if (this.at("clock")) this.at("clock").textContent = clock(seconds);
    if (!frames) return clock(seconds);
    this.ordinal = ordinal;
    this.at("ordinal").textContent = ordinal;
    this.at("pts").textContent = frames.pts[ordinal];
    if (playing || this.stage.dataset.exact !== String(ordinal)) {
      const waits = this.stage.dataset.state === "revealed" && !playing;
      delete this.stage.dataset.exact;
      this.at("address").classList.toggle("pending", waits);
      this.exact(waits ? facts.sayOther : "");
    }
    this.#askDigest(ordinal, playing);
    this.#flag(frames.keys.has(ordinal));
    const words = `${facts.sayFrame} ${ordinal}, ${clock(seconds)}`;
    if (!playing) this.#speak(words);
    return words;
  }

  /** Playing, speed or sound changed. */
  changed({ playing, rate, video, astray }) {
    this.stage.classList.toggle("astray", astray);
    const button = (name) => document.querySelector(`[data-do=${name}]`);
    button("pause").setAttribute("aria-pressed", playing);
    button("sound").setAttribute("aria-pressed", !video.muted);
    this.at("sound").textContent = video.muted ? this.facts.sayMuted : this.facts.saySound;
    this.at("speed").textContent = `${rate}×`;
  }

  /** The exact still of this frame is on screen. */
  shown(ordinal, words) {
    this.stage.dataset.exact = ordinal;
    this.at("address").classList.remove("pending");
    this.exact(words);
  }

  /** What kind of picture is on screen. */
  exact(words) {
    if (this.at("exactness")) this.at("exactness").textContent = words;
  }

  #askDigest(ordinal, playing) {
    clearTimeout(this.asking);
    const button = this.at("digest");
    if (this.address?.ordinal === ordinal) return;
    this.address = null;
    button.textContent = "········";
    delete button.dataset.copy;
    if (playing) return;
    this.asking = setTimeout(() => this.#learn(ordinal), QUIET_MS);
  }

  async #learn(ordinal) {
    const answer = await fetch(`${this.facts.framesUrl}/${ordinal}`, { headers: { Accept: "application/json" } }).catch(() => null);
    const told = answer?.ok ? await answer.json().catch(() => null) : null;
    // Whoever has moved on meanwhile is not told the digest of where they were.
    if (!told || this.ordinal !== ordinal) return;
    this.address = told;
    const button = this.at("digest");
    const [algorithm, hex] = this.address.digest.split(":");
    button.textContent = hex.slice(0, 8);
    button.title = `${algorithm} ${hex}`;
    button.dataset.copy = this.address.digest;
    this.#flag(this.address.key);
  }

  async #cite() {
    const asked = this.ordinal;
    if (!this.address) await this.#learn(asked);
    if (!this.address || this.address.ordinal !== asked) {
      if (this.ordinal === asked) say(document.body.dataset.unreachable);
      return;
    }
    const { item, pts, time_base: base, ordinal, of, digest } = this.address;
    await navigator.clipboard.writeText(`item ${item} · pts ${pts} × ${base} s · frame ${ordinal} of ${of} · ${digest}`);
    say(this.facts.sayCopied);
  }

  // What is odd about the frame is known once its whole address was asked for.
  #flag(isKey) {
    const odd = ["derived", "out_of_order", "damaged"].filter((name) => this.address?.[name]);
    const words = [...(isKey ? [this.facts.sayKey] : []), ...odd.map(called)];
    this.at("flags").replaceChildren(...words.map((word) => {
      const flag = document.createElement("span");
      flag.className = "flag";
      flag.textContent = word;
      return flag;
    }));
  }

  #speak(words) {
    clearTimeout(this.speaking);
    this.speaking = sayLater(words, SPOKEN_MS);
  }
}
