// Forewarning in seconds: what is hard to see or to hear ahead, counted down while it plays and told while it stands;
// and a key that goes past it. What nobody marked or found is not forewarned: the page says that it is no promise.

import { say } from "./page.js";

const COUNT_S = 10;
const SPEAK_S = 6;
const JOIN_S = 0.5;
const HARD = new Set(["body", "injury_or_restraint"]);

/** What to warn of, from what machines found, people observed, and people marked. */
export function dangersOf({ impulses, observed, marks }) {
  const heard = [...impulses.filter((one) => one.state !== "rejected"), ...observed.filter((one) => one.kind === "impulsive_sound")];
  const seen = [...marks.filter((one) => one.warns), ...observed.filter((one) => HARD.has(one.kind))];
  const told = (kind) => ({ start_s, end_s }) => ({ kind, start_s, end_s: Math.max(end_s, start_s) });
  return [...heard.map(told("sound")), ...seen.map(told("severity"))].sort((one, other) => one.start_s - other.start_s);
}

/** Stretches that touch, or nearly, as one. */
export function joined(dangers) {
  const stretches = [];
  for (const { start_s, end_s } of dangers) {
    const last = stretches.at(-1);
    if (last && start_s - last.end_s <= JOIN_S) last.end_s = Math.max(last.end_s, end_s);
    else stretches.push({ start_s, end_s });
  }
  return stretches;
}

export class Forewarning {
  constructor({ line, player, veil, dangers }) {
    Object.assign(this, { line, player, veil, dangers });
    this.words = line.querySelector("output");
    this.say = line.dataset;
    this.spoken = new Set();
    for (const what of ["moved", "changed"]) player.addEventListener(what, () => this.tell());
    veil.addEventListener("changed", () => this.tell());
  }

  /** The nearest of each kind: what is now, or in how many seconds as it plays. */
  tell() {
    const { player } = this;
    const here = player.seconds;
    const told = ["severity", "sound"].map((kind) => this.#nearest(kind, here)).filter(Boolean);
    const near = told.filter(({ now, in_s }) => now || !player.playing || in_s <= COUNT_S);
    this.line.classList.toggle("near", told.some(({ now, in_s }) => now || in_s <= SPEAK_S));
    const words = near.map((one) => this.#words(one)).join(" · ");
    this.words.textContent = words || (told.length ? "" : this.say.sayNothing);
    if (player.playing) this.#speak(told);
  }

  /** Past the severe stretch that is here or next; with sound on, past impulsive sounds as well. */
  skip() {
    const { player } = this;
    const counts = this.dangers().filter((one) => one.kind === "severity" || !player.video.muted);
    const next = joined(counts).find((one) => one.end_s > player.seconds + 1e-3);
    if (!next) return say(this.say.sayNoneToSkip);
    if (next.end_s >= player.duration - 0.05) {
      this.veil.cover();
      return say(this.say.sayToTheEnd);
    }
    player.jump(next.end_s + 1e-3);
    return say(`${this.say.saySkipped} ${next.end_s.toFixed(1)} s`);
  }

  /** Sound comes with a forewarning of its own: how many impulsive sounds, and when the first. */
  soundOn() {
    const ahead = this.dangers().filter((one) => one.kind === "sound" && one.end_s >= this.player.seconds);
    const first = this.#nearest("sound", this.player.seconds);
    say([this.say.saySounds.replace("{n}", ahead.length), first ? this.#words(first) : ""].filter(Boolean).join(" "));
  }

  #nearest(kind, here) {
    const next = this.dangers().find((one) => one.kind === kind && one.end_s >= here && (one.end_s > one.start_s || one.start_s > here - 0.2));
    if (!next) return null;
    return { next, kind, now: next.start_s <= here, in_s: (next.start_s - here) / this.player.rate };
  }

  #words({ kind, now, in_s }) {
    const key = kind === "sound" ? "saySound" : "saySeverity";
    return now ? this.say[`${key}Now`] : this.say[key].replace("{n}", Math.max(1, Math.ceil(in_s)));
  }

  #speak(told) {
    for (const one of told) {
      if (one.now || one.in_s > SPEAK_S || this.spoken.has(one.next)) continue;
      this.spoken.add(one.next);
      say(this.#words(one));
    }
  }
}
