// One's own ledger of what was on the screen: which stretch, for how long, in which way, with sound or not. Told to the
// server every few seconds while something is revealed; read there by this person alone.

import { sendQuietly } from "./ways.js";

const TURN_MS = 1000;
const SEND_MS = 4000;
const SLEPT_MS = 3000;
const JUMP_S = 1.5;

export class Exposure extends EventTarget {
  /** sides: [{ url, player }] */
  constructor({ sides, veil, ways }) {
    super();
    Object.assign(this, { veil, ways });
    this.sides = sides.map((side) => ({ ...side, done: [], open: null }));
    veil.addEventListener("changed", () => (veil.open ? this.#begin() : this.#end()));
    ways.addEventListener("changed", () => this.#changed());
    window.addEventListener("pagehide", () => this.#end());
    for (const { player } of sides) player.addEventListener("changed", () => this.#turn());
  }

  #begin() {
    if (this.timer) return;
    this.sent = performance.now();
    this.last = this.sent;
    this.timer = setInterval(() => this.#turn(), TURN_MS);
    for (const side of this.sides) this.#open(side);
  }

  #end() {
    if (!this.timer) return;
    this.#turn();
    clearInterval(this.timer);
    this.timer = null;
    for (const side of this.sides) this.#close(side);
    this.#send();
  }

  // A change of way stands in the ledger by itself, at the moment of the footage where it was made.
  #changed() {
    if (!this.timer) return;
    this.#turn(this.ways.before);
    for (const side of this.sides) {
      this.#close(side);
      const here = Math.round(side.player.seconds * 1000);
      side.done.push({ from_ms: here, to_ms: here, lasted_ms: 0, way: this.ways.way, sound: false });
      this.#open(side);
    }
  }

  #turn(way = this.ways.way) {
    if (!this.timer) return;
    const now = performance.now();
    const passed = now - this.last > SLEPT_MS ? TURN_MS : now - this.last;
    this.last = now;
    for (const side of this.sides) {
      const { open, player } = side;
      const here = player.seconds;
      open.lasted += passed;
      const sound = !player.video.muted && player.playing;
      const jumped = Math.abs(here - open.here) > JUMP_S * Math.max(1, player.rate);
      open.way = way;
      if (jumped || sound !== open.sound) {
        this.#close(side);
        this.#open(side);
      } else {
        open.here = here;
        open.from = Math.min(open.from, here);
        open.to = Math.max(open.to, here);
      }
    }
    if (now - this.sent >= SEND_MS) {
      for (const side of this.sides) {
        this.#close(side);
        this.#open(side);
      }
      this.#send();
    }
  }

  #open(side) {
    const { player } = side;
    const here = player.seconds;
    side.open = { from: here, to: here, here, lasted: 0, way: this.ways.way, sound: !player.video.muted && player.playing };
  }

  #close(side) {
    const { open } = side;
    if (open && Math.round(open.lasted) > 0) {
      side.done.push({
        from_ms: Math.round(open.from * 1000), to_ms: Math.round(open.to * 1000), lasted_ms: Math.round(open.lasted),
        way: open.way, sound: open.sound,
      });
    }
    side.open = null;
  }

  #send() {
    this.sent = performance.now();
    for (const side of this.sides) {
      const pieces = side.done.splice(0, 60);
      if (pieces.length) this.#tell(side, pieces);
    }
  }

  async #tell(side, pieces) {
    try {
      const answer = await sendQuietly(side.url, { pieces: JSON.stringify(pieces) });
      if (answer.ok && (await answer.json()).pause) this.dispatchEvent(new Event("pause"));
    } catch {
      // Not reached: told with the next ones, as long as the page stands.
      if (side.done.length + pieces.length <= 60) side.done.unshift(...pieces);
    }
  }
}
