// Forewarning in seconds: what is hard to see or to hear ahead, counted down while it plays and told while it stands;
// and a key that goes past it. What nobody marked or found is not forewarned: the page says that it is no promise.
//
// A lane is one item on the clock of the player that shows it. On a page of several, what follows runs on the clock of
// the one that leads: its stretches are carried over along their lines of time, and its letter stands before its words.

import { say } from "./page.js";

const COUNT_S = 10;
const SPEAK_S = 6;
const JOIN_S = 0.5;
const ROUNDING_S = 1e-3;
const MOMENT_S = 0.2;

/** What to warn of, from what machines found, people observed, and people marked. */
export function dangersOf({ impulses, observed, marks }) {
  const heard = [...impulses.filter((one) => one.state !== "rejected"), ...observed.filter((one) => one.kind === "impulsive_sound")];
  const seen = [...marks.filter((one) => one.warns), ...observed.filter((one) => one.warns)];
  const told = (kind) => ({ start_s, end_s }) => ({ kind, start_s, end_s: Math.max(end_s, start_s) });
  return [...heard.map(told("sound")), ...seen.map(told("severity"))].sort((one, other) => one.start_s - other.start_s);
}

/** What a machine heard as impulsive sounds, among the tracks of an item. */
export function impulsesIn(tracks) {
  return tracks.find((track) => track.analyser === "shots")?.entries ?? [];
}

/** What is seen of one side while another leads, on the leader's clock: along each stretch that holds some of it. */
export function carried(dangers, alignment, side) {
  return alignment.segments.flatMap((segment, index) => dangers.flatMap((one) => {
    const [from_s, to_s] = [Math.max(one.start_s, segment[side][0]), Math.min(one.end_s, segment[side][1])];
    if (from_s > to_s || (from_s === to_s && one.end_s > one.start_s)) return [];
    // Along a stretch that runs backwards the end comes first.
    const [start_s, end_s] = [from_s, to_s].map((moment) => alignment.across(index, side, moment)).sort((a, b) => a - b);
    return [{ ...one, start_s, end_s }];
  })).sort((one, other) => one.start_s - other.start_s);
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
  /**
   * lead: () => the player that plays; lanes: () => [{ letter, player, dangers }], dangers in the order of their starts;
   * from: whatever tells by `moved` or `changed` that a player did; unread: whether some of it could not be asked for.
   */
  constructor({ line, lead, lanes, from, veil, unread = false }) {
    Object.assign(this, { line, lead, lanes, veil, unread });
    this.words = line.querySelector("output");
    this.say = line.dataset;
    this.spoken = new Set();
    for (const one of from) for (const what of ["moved", "changed"]) one.addEventListener(what, () => this.tell());
    veil.addEventListener("changed", () => this.tell());
  }

  /** The nearest of each kind in each lane: what is now, or in how many seconds as it plays. */
  tell() {
    const lanes = this.lanes();
    const plays = lanes.some(({ player }) => player.playing);
    const told = lanes.flatMap((lane) => ["severity", "sound"].map((kind) => nearest(kind, lane))).filter(Boolean);
    const near = told.filter(({ now, in_s, player }) => now || !plays || (player.playing && in_s <= COUNT_S));
    this.line.classList.toggle("near", told.some(({ now, in_s }) => now || in_s <= SPEAK_S));
    // Whoever listens is told once while it plays, not at every second.
    this.words.setAttribute("aria-live", plays ? "off" : "polite");
    const words = [this.unread ? this.say.sayUnread : "", ...near.map((one) => this.#words(one))].filter(Boolean).join(" · ");
    const shown = words || (told.length ? "" : this.say.sayNothing);
    if (this.words.textContent !== shown) this.words.textContent = shown;
    this.#speak(told.filter(({ player }) => player.playing));
  }

  /** Past the severe stretch that is here or next; with sound on, past impulsive sounds as well. */
  skip() {
    const player = this.lead();
    const dangers = this.lanes().filter((lane) => lane.player === player).flatMap((lane) => lane.dangers);
    const counts = dangers.filter((one) => one.kind === "severity" || !player.video.muted);
    const next = joined(counts.sort((one, other) => one.start_s - other.start_s)).find((one) => one.end_s > player.seconds + ROUNDING_S);
    if (!next) return say(this.say.sayNoneToSkip);
    if (next.end_s >= player.duration - 0.05) {
      this.veil.cover();
      return say(this.say.sayToTheEnd);
    }
    player.jump(next.end_s + ROUNDING_S);
    return say(`${this.say.saySkipped} ${next.end_s.toFixed(1)} s`);
  }

  /** Sound comes with a forewarning of its own: how many impulsive sounds, and when the first. */
  soundOn(player = this.lead()) {
    const lane = { player, dangers: this.lanes().filter((one) => one.player === player).flatMap((one) => one.dangers) };
    const ahead = lane.dangers.filter((one) => one.kind === "sound" && one.end_s >= player.seconds);
    const first = nearest("sound", lane);
    say([this.say.saySounds.replace("{n}", ahead.length), first ? this.#words(first) : ""].filter(Boolean).join(" "));
  }

  #words({ letter, kind, now, in_s }) {
    const key = kind === "sound" ? "saySound" : "saySeverity";
    const words = now ? this.say[`${key}Now`] : this.say[key].replace("{n}", Math.max(1, Math.ceil(in_s)));
    return letter ? `${letter}: ${words}` : words;
  }

  // What is due at once is said at once: a second saying would put away the first.
  #speak(told) {
    const due = told.filter((one) => !one.now && one.in_s <= SPEAK_S && !this.spoken.has(one.next));
    for (const one of due) this.spoken.add(one.next);
    if (due.length) say(due.map((one) => this.#words(one)).join(" · "));
  }
}

function nearest(kind, { letter = "", player, dangers }) {
  const here = player.seconds;
  // A stretch ends where the frame behind it begins; a moment is now for a little while.
  const ahead = ({ start_s, end_s }) => (end_s > start_s ? end_s > here + ROUNDING_S : start_s > here - MOMENT_S);
  const next = dangers.find((one) => one.kind === kind && ahead(one));
  if (!next) return null;
  return { next, letter, kind, player, now: next.start_s <= here, in_s: (next.start_s - here) / player.rate };
}

/** The sound of a stretch that plays by itself, as a player on the clock of its item; it tells when it moves. */
export class StretchSound extends EventTarget {
  constructor(audio) {
    super();
    this.audio = audio;
    this.from_s = Number(audio.dataset.startS);
    this.to_s = Number(audio.dataset.endS);
    for (const what of ["play", "pause", "ended", "seeked", "timeupdate"]) audio.addEventListener(what, () => this.dispatchEvent(new Event("moved")));
  }

  get playing() {
    return !this.audio.paused && !this.audio.ended;
  }

  get seconds() {
    return this.from_s + this.audio.currentTime;
  }

  get rate() {
    return this.audio.playbackRate;
  }

  /** Of what is to be heard, what lies in this stretch. */
  heard(dangers) {
    return dangers.filter((one) => one.kind === "sound" && one.end_s >= this.from_s && one.start_s < this.to_s);
  }
}
