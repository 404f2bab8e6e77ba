// Two players as one: one leads, the other follows along the stretch that holds the leader's moment.
//
// Paused, both stand at a frame, and the follower's is the one that is on screen in the middle of the leader's. Playing,
// the follower runs at the stretch's pace; small drift is taken back by its rate, a large one by a seek. Outside every
// stretch the follower stands and the page says so. Nothing plays by itself, and sound is the leader's alone.

import { Alignment } from "./compare-align.js";

const ROUNDING_S = 1e-5;
const SEEK_S = 0.2;
const CALM_S = 0.008;
const MOST_NUDGE = 0.1;
const RATES = [0.0625, 16]; // what browsers play

export class Pair extends EventTarget {
  constructor({ players, alignment }) {
    super();
    this.players = players;
    this.alignment = alignment;
    this.lead = "a";
    this.preferred = null;
    this.stretch = null;
    this.apart = null;
    for (const side of ["a", "b"]) {
      players[side].addEventListener("moved", () => this.#moved(side));
      players[side].addEventListener("changed", () => this.#changed(side));
    }
  }

  get follow() {
    return Alignment.other(this.lead);
  }

  get leader() {
    return this.players[this.lead];
  }

  get follower() {
    return this.players[this.follow];
  }

  get playing() {
    return this.leader.playing;
  }

  /** Stand at a second of one side, which leads from now on. */
  showAt(side, seconds) {
    this.#takeLead(side, null);
    this.leader.showAt(seconds);
  }

  /** Stand where a stretch or a gap begins; among several stretches this one is meant, if given. */
  enter(side, seconds, preferred = null) {
    this.#takeLead(side, preferred);
    this.#enter(seconds);
  }

  exchange() {
    this.#takeLead(this.follow, this.stretch);
    this.leader.showAt(this.leader.seconds + 1e-6);
  }

  faster(steps) {
    this.leader.faster(steps);
    this.follower.speed = this.leader.speed;
  }

  pause() {
    this.leader.pause();
    this.follower.pause();
  }

  /** The nearest end of a stretch before or after the leader's moment. */
  edge(direction) {
    const edges = this.alignment.edges(this.lead).filter((edge) => edge < this.leader.duration - ROUNDING_S);
    const ahead = (edge) => (this.leader.frames ? this.#entry(edge) - this.leader.ordinal : edge - this.leader.seconds) * direction;
    const next = direction < 0 ? edges.findLast((edge) => ahead(edge) > 0) : edges.find((edge) => ahead(edge) > 0);
    if (next !== undefined) this.#enter(next);
  }

  #enter(seconds) {
    if (this.leader.frames) this.leader.show(this.#entry(seconds));
    else this.leader.showAt(seconds);
  }

  // The first frame whose middle lies beyond: sound begins within a frame as a rule, and seconds come rounded.
  #entry(seconds) {
    const { frames } = this.leader;
    const ordinal = frames.shownAt(seconds + ROUNDING_S);
    return (frames.seekTo(ordinal) ?? seconds) < seconds ? frames.clamp(ordinal + 1) : ordinal;
  }

  #takeLead(side, preferred) {
    this.pause();
    this.preferred = preferred;
    if (side === this.lead) return;
    const muted = this.leader.video.muted;
    this.leader.video.muted = true;
    this.lead = side;
    this.leader.video.muted = muted;
    this.leader.video.playbackRate = this.leader.rate;
  }

  #moved(side) {
    if (side === this.lead) {
      if (this.playing) this.#keepUp();
      else this.#stand();
    }
    this.dispatchEvent(new CustomEvent("moved", { detail: { side } }));
  }

  #changed(side) {
    if (side === this.lead && this.playing) this.#keepUp();
    else if (side === this.lead && this.follower.playing) this.follower.pause();
    this.dispatchEvent(new CustomEvent("changed", { detail: { side } }));
  }

  // The middle of the leader's frame, or its time where it has none.
  #moment() {
    const { frames, ordinal, seconds } = this.leader;
    return frames?.seekTo(ordinal) ?? seconds;
  }

  #stand() {
    const moment = this.#moment();
    if (this.follower.playing) this.follower.pause();
    this.stretch = this.alignment.at(this.lead, moment, this.preferred ?? this.stretch);
    this.apart = null;
    if (this.stretch !== null) this.follower.showAt(this.alignment.across(this.stretch, this.lead, moment));
  }

  #keepUp() {
    const now = this.leader.video.currentTime;
    this.stretch = this.alignment.at(this.lead, now, this.preferred ?? this.stretch);
    this.apart = null;
    if (this.stretch === null) {
      if (this.follower.playing) this.follower.pause();
      return;
    }
    const wanted = this.alignment.across(this.stretch, this.lead, now);
    const rate = this.leader.video.playbackRate * this.alignment.pace(this.stretch, this.lead);
    if (!this.follower.canPlay || rate < RATES[0] || rate > RATES[1]) this.#followByPicture(wanted);
    else this.#followByRate(wanted, rate);
  }

  #followByPicture(wanted) {
    if (!this.follower.video.seeking) this.follower.showAt(wanted);
  }

  #followByRate(wanted, rate) {
    const { video } = this.follower;
    if (video.seeking) return;
    this.apart = video.currentTime - wanted;
    if (Math.abs(this.apart) > SEEK_S) {
      video.currentTime = wanted;
    } else {
      const nudge = Math.abs(this.apart) < CALM_S ? 0 : Math.max(-MOST_NUDGE, Math.min(MOST_NUDGE, -2 * this.apart));
      video.playbackRate = Math.min(RATES[1], Math.max(RATES[0], rate * (1 + nudge)));
    }
    // A follower that has run to its end stands there; the leader goes on.
    if (video.paused && !video.ended) video.play().catch(() => undefined);
  }
}
