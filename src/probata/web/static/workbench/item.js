// The item's page: ties the veil, the player, the exact still, the axis and the keys together.

import { Axis } from "./axis.js";
import { Box } from "./box.js";
import { Candidates, wireCandidates } from "./candidates.js";
import { matchRow, trackRow, waveRow } from "./draw.js";
import { observedRow } from "./draw-observed.js";
import { redactedRow } from "./draw-redacted.js";
import { Drawing } from "./drawing.js";
import { Exposure } from "./exposure.js";
import { dangersOf, Forewarning, impulsesIn, StretchSound } from "./forewarning.js";
import { Frames } from "./frames.js";
import { onKey } from "./keys.js";
import { Mark } from "./mark.js";
import { Observing, wireObserving } from "./observing.js";
import { say } from "./page.js";
import { wirePause } from "./pause.js";
import { Peaks } from "./peaks.js";
import { Pitch } from "./pitch.js";
import { Player } from "./player.js";
import { Readout } from "./readout.js";
import { Severity, severityRow } from "./severity.js";
import { Still } from "./still.js";
import { Stretch } from "./stretch.js";
import { wireTabs } from "./tabs.js";
import { Veil } from "./veil.js";
import { Ways } from "./ways.js";

const at = (id) => document.getElementById(id);
const page = at("item");
const facts = page.dataset;
const stage = at("stage");

async function json(url) {
  const answer = await fetch(url, { headers: { Accept: "application/json" } });
  return answer.ok ? answer.json() : null;
}

function makeVeil(ways) {
  return new Veil({
    stage, ways, dialog: at("reveal-dialog"), form: at("reveal-form"),
    mayView: facts.mayView === "yes" && Boolean(at("reveal")), revealedBefore: facts.revealed === "yes",
  });
}

function wireVeil(veil, player, still, ways) {
  const nothingPlays = facts.plays !== "yes";
  const cannot = () => {
    at("cannot").textContent = facts.sayCannot;
    at("cannot").hidden = !facts.sayCannot;
    stage.classList.add("stills-only");
  };
  const show = () => {
    if (nothingPlays) cannot();
    else if (ways.plays) player.load(facts.footageUrl);
    else player.pause();
    if (!player.playing && player.frames) still.want(player.ordinal);
  };
  ways.addEventListener("changed", () => { if (veil.open) show(); });
  veil.addEventListener("nothing", () => say(facts.sayTextOnly));
  veil.addEventListener("changed", () => {
    if (veil.open) {
      show();
      at("reveal")?.blur();
    } else {
      player.pause();
      player.video.muted = true;
      for (const one of document.querySelectorAll(".narrow audio")) one.pause();
      still.drop();
      delete stage.dataset.exact;
    }
    say(veil.open ? facts.sayRevealed : facts.sayVeiled);
  });
  player.addEventListener("cannot", cannot);
  at("reveal")?.addEventListener("click", () => veil.reveal());
  document.querySelector("[data-closes]")?.addEventListener("click", () => at("reveal-dialog").close());
  // Whoever leaves takes nothing along: the browser drops the footage before the session ends.
  document.querySelector("[data-leaving]")?.addEventListener("submit", () => {
    veil.cover();
    player.video.removeAttribute("src");
    player.video.load();
  });
}

function wirePlayer(player, veil, still, axis, readout, candidates) {
  player.before = () => still.underWay;
  player.addEventListener("moved", () => {
    const words = readout.moved(player);
    candidates.follow(player.seconds, player.playing);
    axis.at(player.seconds, words, player.playing);
    if (player.playing) still.drop();
    else if (veil.open && player.frames) still.want(player.ordinal);
  });
  player.addEventListener("changed", () => readout.changed(player));
  still.addEventListener("shown", ({ detail }) => {
    readout.shown(detail.ordinal, facts.sayExact);
  });
  still.addEventListener("failed", ({ detail }) => readout.exact(`${facts.sayStillFailed} ${detail.why}`));
  axis.addEventListener("seek", ({ detail }) => player.showAt(detail.seconds));
}

function refuser(readout) {
  return () => {
    readout.exact(facts.sayFirst);
    say(facts.sayFirst);
  };
}

// Both keys and buttons do these.
function actions({ player, veil, ways, axis, events, readout, candidates, observing, forewarning }) {
  const refuse = refuser(readout);
  const play = () => {
    if (ways.plays || player.playing) return player.toggle();
    readout.exact(facts.sayStillsOnly);
    return say(facts.sayStillsOnly);
  };
  // Several may begin in one frame, and some within one that began long before: whoever goes from thing to thing goes on
  // from the last, as long as the playhead stands where that led.
  let last = null;
  const here = () => (player.frames ? player.ordinal : player.seconds);
  const go = (next) => {
    if (!next) return;
    if (next.ordinal === null || next.ordinal === undefined) player.showAt(next.start_s);
    else player.show(next.ordinal);
    last = { event: next, place: here() };
    candidates.choose(next.track ? next : null);
    observing.choose(next.description === undefined ? null : next);
  };
  const from = () => {
    const chosen = candidates.chosen ?? observing.chosen;
    const one = chosen && chosen !== last?.event ? chosen : last?.place === here() ? last.event : null;
    return one ? events().indexOf(one) : -1;
  };
  return {
    pause: () => (veil.open || player.playing ? play() : refuse()),
    back: () => player.step(-1),
    forward: () => player.step(1),
    backTen: () => player.step(-10),
    forwardTen: () => player.step(10),
    first: () => player.first(),
    last: () => player.last(),
    slower: () => player.faster(-1),
    faster: () => player.faster(1),
    sound: () => {
      player.video.muted = !player.video.muted;
      if (!player.video.muted) forewarning.soundOn();
    },
    grey: () => ways.grey(),
    skipOver: () => forewarning.skip(),
    earlierEvent: () => go(from() >= 0 ? events()[from() - 1] : events().findLast((one) => one.start_s < player.seconds - 1e-6)),
    laterEvent: () => go(from() >= 0 ? events()[from() + 1] : events().find((one) => one.start_s > player.seconds + 1e-6)),
    zoomIn: () => axis.zoom(0.5),
    zoomOut: () => axis.zoom(2),
    zoomAll: () => axis.all(),
  };
}

function wireActions(does, veil, player, others) {
  for (const [name, act] of Object.entries(does)) onKey(name, act);
  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-do]");
    if (button) [does, ...others.map((one) => one.actions)].map((acts) => acts[button.dataset.do]).find(Boolean)?.(event);
    const seek = event.target.closest("[data-seek-ordinal], [data-seek-s]");
    if (seek?.dataset.seekOrdinal) player.show(Number(seek.dataset.seekOrdinal));
    else if (seek) player.showAt(Number(seek.dataset.seekS));
  });
  onKey("veil", () => {
    for (const one of others) one.escape?.();
    veil.cover();
    return false;
  });
  onKey("reveal", (event) => { if (!event.repeat) veil.hold(); }, () => veil.letGo());
  onKey("go", () => at("go-to")?.focus());
  at("go")?.addEventListener("submit", (event) => {
    event.preventDefault();
    if (/^\d+$/.test(at("go-to").value)) player.show(Number(at("go-to").value));
    at("go-to").value = "";
    at("go-to").blur();
  });
}

// What people observed: its form, its lane, its outline over the picture, and the box that is drawn there.
function makeObserving({ entries, player, veil, axis, mark, readout, candidates, front }) {
  const stretch = new Stretch(player.frames);
  const box = at("draw-layer") ? new Box({ layer: at("draw-layer"), note: at("draw-note"), mark }) : null;
  const observing = new Observing({ entries, player, stretch, box, veil, candidates, front, refuse: refuser(readout) });
  const allow = () => box?.allow(observing.writing && veil.open && !player.playing);
  for (const [who, what] of [[player, "moved"], [player, "changed"], [veil, "changed"], [observing, "writing"]]) who.addEventListener(what, allow);
  stretch.addEventListener("changed", () => axis.marked(stretch.seconds));
  observing.addEventListener("changed", () => axis.relabel());
  observing.addEventListener("seek", ({ detail }) => (detail.ordinal === null ? player.showAt(detail.start_s) : player.show(detail.ordinal)));
  observing.addEventListener("chosen", ({ detail }) => {
    if (detail && candidates.chosen) candidates.choose(null);
    axis.draw();
  });
  candidates.addEventListener("chosen", ({ detail }) => { if (detail && observing.chosen) observing.choose(null); });
  return observing;
}

// The player, and in a review the sound of each stretch, which plays by itself.
function makeForewarning({ player, veil, dangers, unread }) {
  const sounds = [...document.querySelectorAll(".narrow audio")].map((audio) => new StretchSound(audio));
  const heard = new Map(sounds.map((sound) => [sound, kept(() => [dangers()], () => sound.heard(dangers()))]));
  const lanes = () => [{ player, dangers: dangers() }, ...sounds.filter((sound) => sound.playing).map((sound) => ({ player: sound, dangers: heard.get(sound)() }))];
  const forewarning = new Forewarning({ line: at("forewarned"), lead: () => player, lanes, from: [player, ...sounds], veil, unread });
  for (const sound of sounds) sound.audio.addEventListener("play", () => forewarning.soundOn(sound));
  return forewarning;
}

// What is made of thousands of things is made once, and anew when what it is made of is another.
function kept(of, make) {
  let [from, held] = [[], null];
  return () => {
    const now = of();
    if (!held || now.some((one, place) => one !== from[place])) [from, held] = [now, make()];
    return held;
  };
}

// A search leads here with the frame or the time in the address; the footage stays veiled.
function standAt(asked, player) {
  if (player.frames && /^\d+$/.test(asked.get("frame") ?? "")) player.show(Number(asked.get("frame")));
  else if (Number(asked.get("s")) > 0) player.showAt(Number(asked.get("s")));
  else player.first();
}

async function start() {
  const front = wireTabs(document.querySelector("[role=tablist]"));
  if (!at("axis")) {
    page.dataset.ready = "yes";
    return;
  }
  if (facts.shape) {
    stage.classList.add("shaped");
    stage.style.setProperty("--shape", facts.shape);
  }
  const [frames, tracks, wave, seen, marked] = await Promise.all([
    facts.hasPictures === "yes" ? Frames.load(facts.framesUrl) : null, json(facts.tracksUrl + location.search), json(facts.waveUrl), json(facts.observedUrl), json(at("forewarned").dataset.severityUrl),
  ]);
  const duration = Number(facts.axisS);
  const player = new Player({ video: at("video"), frames, duration });
  const still = new Still(at("still"), facts.stillUrl);
  const ways = new Ways({ stage, group: at("ways"), url: document.querySelector(".seeing").dataset.wayUrl });
  const veil = makeVeil(ways);
  const axis = new Axis({ canvas: at("axis"), labels: at("axis-labels"), hover: at("axis-hover"), duration, frames });
  const readout = new Readout({ facts, stage });
  const found = tracks?.tracks ?? [];
  const matches = tracks?.matches ?? { outcome: "not_looked", why: "", entries: [] };
  // What goes for all of a track, and what is said twice, is sent once.
  for (const { track, entries } of found) for (const one of entries) Object.assign(one, { track, says: one.says ?? one.text, shown: one.shown ?? one.text });
  const proposed = found.flatMap((track) => track.entries);
  const candidates = new Candidates(proposed);
  const mark = new Mark({ stage, still: at("still"), video: at("video"), shape: facts.shape });
  const observing = makeObserving({ entries: seen?.observed ?? [], player, veil, axis, mark, readout, candidates, front });
  const events = kept(() => [observing.entries], () => [...proposed, ...matches.entries, ...observing.entries].sort((one, other) => one.start_s - other.start_s));
  const words = Object.fromEntries(Object.entries(at("axis").dataset).map(([key, value]) => [key.replace(/^word/, "").replace(/^./, (letter) => letter.toLowerCase()), value]));
  const impulses = impulsesIn(found);
  const chosen = () => candidates.chosen;
  const severity = new Severity({ marks: marked?.marks ?? [], player, stretch: observing.stretch, front });
  const dangers = kept(() => [observing.entries, severity.marks, candidates.turns], () => dangersOf({ impulses, observed: observing.entries, marks: severity.marks }));
  const peaks = new Peaks({ url: facts.waveUrl, whole: wave ?? { level: [] }, arrived: () => axis.draw() });
  const forewarning = makeForewarning({ player, veil, dangers, unread: ![tracks, seen, marked].every(Boolean) });
  const pitch = facts.pitchUrl ? new Pitch({ url: facts.pitchUrl, axis, say: words }) : null;
  axis.set(() => [
    severityRow(severity, () => dangersOf({ impulses, observed: observing.entries, marks: [] }), words),
    ...found.map((track) => trackRow(track, words, chosen)), waveRow(peaks, words, impulses),
    ...(pitch ? [pitch.row] : []), observedRow(observing.entries, words, () => observing.chosen), matchRow(matches, words), redactedRow(tracks?.redactions ?? [], words),
  ]);
  if (pitch) onKey("spectrogram", () => { pitch.toggle(); axis.relabel(); });
  severity.addEventListener("changed", () => { axis.relabel(); forewarning.tell(); });
  wireVeil(veil, player, still, ways);
  wirePlayer(player, veil, still, axis, readout, candidates);
  wireActions(actions({ player, veil, ways, axis, events, readout, candidates, observing, forewarning }), veil, player, [candidates, observing]);
  wireCandidates(candidates);
  wireObserving(observing);
  const outline = () => mark.show(candidates.chosen ?? observing.chosen, player, veil.open);
  for (const [who, what] of [[player, "moved"], [veil, "changed"], [candidates, "chosen"], [observing, "chosen"], [ways, "changed"]]) who.addEventListener(what, outline);
  for (const what of ["chosen", "decided"]) candidates.addEventListener(what, () => axis.draw());
  candidates.addEventListener("seek", ({ detail }) => (detail.ordinal === null ? player.showAt(detail.start_s) : player.show(detail.ordinal)));
  new Drawing({ sides: [{ canvas: at("drawing"), video: at("video"), still: at("still"), astray: () => player.astray }], veil, ways });
  wirePause(new Exposure({ sides: [{ url: facts.lookedUrl, player }], veil, ways }), veil);
  const asked = new URLSearchParams(location.hash.slice(1));
  standAt(asked, player);
  const wanted = proposed.find((one) => `${one.track}:${one.number}` === asked.get("candidate"));
  if (wanted) candidates.choose(wanted);
  player.pause();
  page.dataset.ready = "yes";
}

start();
