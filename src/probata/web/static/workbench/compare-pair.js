// Two to four players as one: one leads, the others follow, each along the stretch that holds the leader's moment.
//
// Paused, all stand at a frame, and a follower's is the one that is on screen in the middle of the leader's. Playing,
// a follower runs at the stretch's pace; small drift is taken back by its rate, a large one by a seek. Outside every
// stretch a follower stands and the page says so. Nothing plays by itself, and sound is the leader's alone.

import { Alignments } from "./compare-align.js";

const ROUNDING_S = 1e-5;
const SEEK_S = 0.2;
const CALM_S = 0.008;
const MOST_NUDGE = 0.1;
const RATES = [0.0625, 16]; // what browsers play

export class Pair extends EventTarget {
  constructor({ players, alignments }) {
    super();
    this.players = players;
    this.alignments = alignments;
    this.letters = Object.keys(players);
    this.lead = "a";
    this.preferred = null;
    this.stretches = {};
    this.aparts = {};
    for (const side of this.letters) {
      players[side].addEventListener("moved", () => this.#moved(side));
      players[side].addEventListener("changed", () => this.#changed(side));
    }
  }

  /** All that do not lead, in the order of their letters. */
  get follow() {
    return this.letters.filter((side) => side !== this.lead);
  }

  get leader() {
    return this.players[this.lead];
  }

  get playing() {
    return this.leader.playing;
  }

  /** The furthest that a follower runs apart from where it should be, in seconds; null where none is measured. */
  get apart() {
    const measured = this.follow.map((side) => this.aparts[side]).filter((apart) => apart !== null && apart !== undefined);
    return measured.length ? measured.reduce((most, one) => (Math.abs(one) > Math.abs(most) ? one : most)) : null;
  }

  /** The stretch in which two of them stand now; null where they share none here. */
  between(one, other) {
    const key = Alignments.key(one, other);
    if (one === this.lead || other === this.lead) return this.stretches[key] ?? null;
    if (this.gone.has(one) || this.gone.has(other)) return null;
    const alignment = this.alignments.between(one, other);
    const [side] = alignment.sides;
    return alignment.at(side, momentOf(this.players[side]));
  }

  /** Those that have nothing to show now: joined to the leader by a line of time, and outside every stretch of it. */
  get gone() {
    return new Set(this.follow.filter((side) => {
      const alignment = this.alignments.between(this.lead, side);
      return alignment.segments.length && this.between(this.lead, side) === null;
    }));
  }

  /** Stand at a second of one side, which leads from now on. */
  showAt(side, seconds) {
    this.#takeLead(side, null);
    this.leader.showAt(seconds);
  }

  /** Stand where a stretch or a gap begins; among several stretches of A and B this one is meant, if given. */
  enter(side, seconds, preferred = null) {
    this.#takeLead(side, preferred === null ? null : { ab: preferred });
    this.#enter(seconds);
  }

  /** The next one leads. */
  exchange() {
    const next = this.letters[(this.letters.indexOf(this.lead) + 1) % this.letters.length];
    const key = Alignments.key(this.lead, next);
    this.#takeLead(next, { [key]: this.stretches[key] });
    this.leader.showAt(this.leader.seconds + 1e-6);
  }

  faster(steps) {
    this.leader.faster(steps);
    for (const side of this.follow) this.players[side].speed = this.leader.speed;
  }

  pause() {
    for (const side of this.letters) this.players[side].pause();
  }

  /** The nearest end of a stretch before or after the leader's moment. */
  edge(direction) {
    const every = this.follow.flatMap((side) => this.alignments.between(this.lead, side).edges(this.lead)).sort((one, other) => one - other);
    const edges = every.filter((edge) => edge < this.leader.duration - ROUNDING_S);
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
    else if (side === this.lead) this.#halt();
    this.dispatchEvent(new CustomEvent("changed", { detail: { side } }));
  }

  #halt() {
    for (const side of this.follow) if (this.players[side].playing) this.players[side].pause();
  }

  /** The stretch of each follower that holds this moment of the leader; and what is done with those that have one. */
  #each(moment, does) {
    for (const side of this.follow) {
      const key = Alignments.key(this.lead, side);
      const alignment = this.alignments.between(this.lead, side);
      const here = alignment.at(this.lead, moment, this.preferred?.[key] ?? this.stretches[key] ?? null);
      this.stretches[key] = here;
      this.aparts[side] = null;
      does(side, here === null ? null : { seconds: alignment.across(here, this.lead, moment), pace: alignment.pace(here, this.lead) });
    }
  }

  #stand() {
    this.#halt();
    this.#each(momentOf(this.leader), (side, there) => {
      if (there) this.players[side].showAt(there.seconds);
    });
  }

  #keepUp() {
    this.#each(this.leader.video.currentTime, (side, there) => {
      const follower = this.players[side];
      if (!there) {
        if (follower.playing) follower.pause();
        return;
      }
      const rate = this.leader.video.playbackRate * there.pace;
      if (!follower.canPlay || rate < RATES[0] || rate > RATES[1]) this.#followByPicture(follower, there.seconds);
      else this.aparts[side] = this.#followByRate(follower, there.seconds, rate);
    });
  }

  #followByPicture(follower, wanted) {
    if (!follower.video.seeking) follower.showAt(wanted);
  }

  #followByRate({ video }, wanted, rate) {
    if (video.seeking) return null;
    const apart = video.currentTime - wanted;
    if (Math.abs(apart) > SEEK_S) {
      video.currentTime = wanted;
    } else {
      const nudge = Math.abs(apart) < CALM_S ? 0 : Math.max(-MOST_NUDGE, Math.min(MOST_NUDGE, -2 * apart));
      video.playbackRate = Math.min(RATES[1], Math.max(RATES[0], rate * (1 + nudge)));
    }
    // A follower that has run to its end stands there; the leader goes on.
    if (video.paused && !video.ended) video.play().catch(() => undefined);
    return apart;
  }
}

// The middle of a player's frame, or its time where it has none.
function momentOf({ frames, ordinal, seconds }) {
  return frames?.seekTo(ordinal) ?? seconds;
}
