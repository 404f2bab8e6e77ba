// The compare page: ties the veil, two to four players locked on their alignments, the stage, the map, the keys and
// the decision.

import { Alignments } from "./compare-align.js";
import { wireDecision } from "./compare-decide.js";
import { AlignmentMap } from "./compare-map.js";
import { Pair } from "./compare-pair.js";
import { SideReadout, speak } from "./compare-readout.js";
import { wireProof } from "./compare-proof.js";
import { PairStage } from "./compare-stage.js";
import { Drawing } from "./drawing.js";
import { Exposure } from "./exposure.js";
import { carried, dangersOf, Forewarning, impulsesIn } from "./forewarning.js";
import { Frames } from "./frames.js";
import { onKey } from "./keys.js";
import { say } from "./page.js";
import { wirePause } from "./pause.js";
import { Player } from "./player.js";
import { Still } from "./still.js";
import { Veil } from "./veil.js";
import { Ways } from "./ways.js";

const at = (id) => document.getElementById(id);
const page = at("compare");
const facts = page.dataset;
const stage = at("stage");
const SIDES = [...stage.querySelectorAll(".side")].map((side) => side.dataset.side);
const each = (make) => Object.fromEntries(SIDES.map((side) => [side, make(side)]));
const element = (side) => stage.querySelector(`.side[data-side=${side}]`);
const pressed = (name, on) => document.querySelector(`[data-do=${name}]`).setAttribute("aria-pressed", on);

async function json(url) {
  const answer = await fetch(url, { headers: { Accept: "application/json" } });
  return answer.ok ? answer.json() : null;
}

async function made() {
  const alignments = new Alignments(SIDES, (await json(facts.alignmentUrl))?.pairs ?? []);
  const warnings = await Promise.all(SIDES.map(asked));
  const tables = await Promise.all(SIDES.map((side) => {
    const { hasPictures, framesUrl } = element(side).dataset;
    return hasPictures === "yes" ? Frames.load(framesUrl) : null;
  }));
  const frames = Object.fromEntries(SIDES.map((side, place) => [side, tables[place]]));
  const lasts = each((side) => Number(element(side).dataset.axisS));
  const players = each((side) => new Player({ video: element(side).querySelector("video"), frames: frames[side], duration: lasts[side] }));
  const ways = new Ways({ stage, group: at("ways"), url: document.querySelector(".seeing").dataset.wayUrl });
  const pair = new Pair({ players, alignments });
  const veil = new Veil({
    stage, ways, dialog: at("reveal-dialog"), form: at("reveal-form"),
    mayView: facts.mayView === "yes", revealedBefore: facts.revealed === "yes",
  });
  return {
    alignments, players, ways, pair, veil,
    forewarning: makeForewarning({ pair, veil, warnings }),
    stills: each((side) => new Still(element(side).querySelector(".still"), element(side).dataset.stillUrl)),
    scene: new PairStage({ stage, layers: at("layers") }),
    map: new AlignmentMap({
      svg: at("map"), alignments, lasts,
      // What is decided on this page is the relation of A and B.
      state: (one, other) => (one + other === "ab" || one + other === "ba" ? facts.state : alignments.between(one, other).state),
      rails: each((side) => document.querySelector(`[data-rail=${side}]`)),
    }),
    readouts: each((side) => new SideReadout({
      line: document.querySelector(`[data-address=${side}]`), letter: side.toUpperCase(), facts, framesUrl: element(side).dataset.framesUrl,
    })),
  };
}

/** What is to be warned of in one side, on its own clock; null where it could not be asked for. */
async function asked(side) {
  const { tracksUrl, observedUrl, severityUrl } = element(side).dataset;
  const [tracks, seen, marked] = await Promise.all([tracksUrl, observedUrl, severityUrl].map(json));
  if (!tracks || !seen || !marked) return null;
  return dangersOf({ impulses: impulsesIn(tracks.tracks), observed: seen.observed, marks: marked.marks });
}

// Each warns where its own time gets near: what follows does so on the clock of the one that leads, along their lines
// of time, and what nothing joins to it on its own. Only the one that leads is heard.
function makeForewarning({ pair, veil, warnings }) {
  const own = Object.fromEntries(SIDES.map((side, place) => [side, warnings[place] ?? []]));
  const lanesOf = (lead) => SIDES.map((side) => {
    const line = side === lead ? null : pair.alignments.between(lead, side);
    const seen = side === lead ? own[side] : own[side].filter((one) => one.kind === "severity");
    const carries = Boolean(line?.segments.length);
    return { letter: side.toUpperCase(), player: pair.players[carries ? lead : side], dangers: carries ? carried(seen, line, side) : seen };
  });
  const lanes = each(lanesOf);
  return new Forewarning({ line: at("forewarned"), lead: () => pair.leader, lanes: () => lanes[pair.lead], from: [pair], veil, unread: warnings.includes(null) });
}

/** Whether a line of time joins the one that leads to any other. */
const locked = ({ lead, follow, alignments }) => follow.some((side) => alignments.between(lead, side).segments.length);

const notIn = (side) => `${facts.sayNotIn} ${side.toUpperCase()}`;

function wireVeil({ veil, ways, players, stills, readouts, pair, scene }) {
  const stillsOnly = (side) => {
    element(side).classList.add("stills-only");
    note();
  };
  const show = (side) => {
    if (element(side).dataset.plays !== "yes") stillsOnly(side);
    else if (ways.plays) players[side].load(element(side).dataset.footageUrl);
    else players[side].pause();
  };
  ways.addEventListener("changed", () => {
    if (!veil.open) return;
    for (const side of SIDES) show(side);
    if (!pair.playing) wantStills({ veil, players, stills, readouts, pair });
  });
  veil.addEventListener("nothing", () => say(facts.sayTextOnly));
  veil.addEventListener("changed", () => {
    for (const side of SIDES) {
      if (veil.open) show(side);
      else {
        players[side].pause();
        players[side].video.muted = true;
        stills[side].drop();
        readouts[side].dropped();
      }
    }
    if (veil.open && !pair.playing) wantStills({ veil, players, stills, readouts, pair });
    if (!veil.open) {
      scene.blinkAlone(false);
      pressed("blinkAlone", false);
    }
    if (veil.open) at("reveal")?.blur();
    say(veil.open ? facts.sayRevealed : facts.sayVeiled);
  });
  for (const side of SIDES) players[side].addEventListener("cannot", () => stillsOnly(side));
  at("reveal")?.addEventListener("click", () => veil.reveal());
  document.querySelector("[data-closes]")?.addEventListener("click", () => at("reveal-dialog").close());
  // Whoever leaves takes nothing along: the browser drops the footage before the session ends.
  document.querySelector("[data-leaving]")?.addEventListener("submit", () => {
    veil.cover();
    for (const side of SIDES) {
      players[side].video.removeAttribute("src");
      players[side].video.load();
    }
  });
}

function wantStills({ veil, players, stills, readouts, pair }) {
  for (const side of SIDES) {
    if (!veil.open || !players[side].frames || pair.gone.has(side)) {
      stills[side].drop();
      readouts[side].dropped();
    } else if (!pair.playing) stills[side].want(players[side].ordinal);
  }
}

function note(words = "") {
  const cannot = stage.querySelector(".side.stills-only") ? facts.sayCannot : "";
  at("note").textContent = words || cannot;
  at("note").hidden = !(words || cannot);
}

function wirePair(parts) {
  const { pair, players, stills, readouts, veil } = parts;
  let planned = null;
  const shown = () => {
    planned = null;
    const { gone } = pair;
    const words = each((side) => {
      const waits = veil.open && !pair.playing && !gone.has(side);
      return readouts[side].moved(players[side], waits);
    });
    place(parts, gone);
    tell(parts, gone, words);
    if (pair.playing) for (const side of SIDES) stills[side].drop();
    else wantStills(parts);
  };
  // All players move in one turn of the screen: they are told of at once, and none half way.
  pair.addEventListener("moved", () => { planned ??= queueMicrotask(shown) ?? true; });
  pair.addEventListener("changed", () => {
    const { leader } = pair;
    pressed("pause", leader.playing);
    pressed("sound", !leader.video.muted);
    at("sound").textContent = leader.video.muted ? facts.sayMuted : facts.saySound;
    at("speed").textContent = `${leader.rate}×`;
    for (const side of SIDES) element(side).classList.toggle("astray", players[side].astray);
  });
  for (const side of SIDES) {
    stills[side].addEventListener("shown", ({ detail }) => readouts[side].shown(detail.ordinal));
    stills[side].addEventListener("failed", ({ detail }) => readouts[side].say(`${facts.sayStillFailed} ${detail.why}`));
  }
}

/** The pictures as this moment's stretches lay them. */
function place({ pair, scene, alignments }, gone) {
  const laid = Object.fromEntries(SIDES.slice(1).map((side) => {
    const here = pair.between("a", side);
    return [side, here === null ? null : alignments.between("a", side).segments[here].laid];
  }));
  scene.lay(laid, gone, Object.fromEntries([...gone].map((side) => [side, notIn(side)])));
  for (const side of SIDES) element(side).classList.toggle("leads", side === pair.lead);
  explain(pair, scene);
  stage.dataset.lead = pair.lead.toUpperCase();
}

// Why what was chosen is not what is shown.
function explain(pair, scene) {
  const cannot = scene.mode !== "side" && scene.shown === "side";
  note(cannot ? (pair.between("a", scene.other) === null ? facts.sayApart : facts.sayNoLay) : "");
}

/** The lock in words, the map, and the live region. */
function tell({ pair, players, readouts, map, alignments }, gone, words) {
  const joined = (side) => alignments.between(pair.lead, side);
  const stood = (side) => {
    const here = pair.between(pair.lead, side);
    if (here !== null) return `${facts.sayStretch} ${here + 1}`;
    return joined(side).segments.length ? facts.sayNoStretch : facts.sayNotLocked;
  };
  const here = SIDES.length === 2 ? stood(pair.follow[0]) : pair.follow.map((side) => `${side.toUpperCase()} ${stood(side)}`).join(" · ");
  const backs = (side) => pair.between(pair.lead, side) !== null && joined(side).segments[pair.between(pair.lead, side)].speed < 0;
  const apart = pair.apart === null ? "" : ` · ${Math.abs(Math.round(pair.apart * 1000))} ms ${facts.sayWithin}`;
  const backwards = pair.playing && pair.follow.some(backs) ? ` · ${facts.sayBackwards}` : "";
  at("lock").textContent = `${here}${apart}${backwards}`;
  for (const side of SIDES) {
    const { line } = readouts[side];
    line.classList.toggle("gone", gone.has(side));
    const role = side === pair.lead ? (locked(pair) || SIDES.length === 2 ? facts.sayLeads : "") : joined(side).segments.length ? facts.sayFollows : "";
    line.querySelector("[data-at=role]").textContent = gone.has(side) ? notIn(side) : role;
  }
  const told = each((side) => (gone.has(side) ? notIn(side) : words[side]));
  const current = Object.fromEntries([...alignments.every].map(([key, { sides }]) => [key, pair.between(...sides)]));
  map.at(each((side) => players[side].seconds), current, gone, told);
  for (const row of document.querySelectorAll("[data-stretch]")) row.classList.toggle("here", Number(row.dataset.stretch) === current.ab);
  const first = gone.size ? pair.lead : SIDES[0];
  if (!pair.playing) speak([first, ...SIDES.filter((side) => side !== first)].map((side) => told[side]).join("; "));
}

function actions(parts) {
  const { pair, veil, ways, scene, forewarning } = parts;
  const play = () => {
    if (ways.plays || pair.playing) return pair.leader.toggle();
    parts.readouts[pair.lead].say(facts.sayStillsOnly);
    return say(facts.sayStillsOnly);
  };
  const refuse = () => {
    parts.readouts[pair.lead].say(facts.sayFirst);
    say(facts.sayFirst);
  };
  const mode = (name) => {
    document.querySelector(`[name=mode][value=${name}]`).checked = true;
    choose(parts, name);
    if (name === "wipe") at("wipe").focus();
    else if (document.activeElement === at("wipe")) at("wipe").blur();
  };
  return {
    pause: () => (veil.open || pair.playing ? play() : refuse()),
    back: () => pair.leader.step(-1),
    forward: () => pair.leader.step(1),
    backTen: () => pair.leader.step(-10),
    forwardTen: () => pair.leader.step(10),
    first: () => pair.leader.first(),
    last: () => pair.leader.last(),
    slower: () => pair.faster(-1),
    faster: () => pair.faster(1),
    sound: () => {
      pair.leader.video.muted = !pair.leader.video.muted;
      if (!pair.leader.video.muted) forewarning.soundOn();
    },
    skipOver: () => forewarning.skip(),
    grey: () => ways.grey(),
    earlierEvent: () => pair.edge(-1),
    laterEvent: () => pair.edge(1),
    exchange: () => pair.exchange(),
    sideBySide: () => mode("side"),
    blink: () => mode("blink"),
    wipe: () => mode("wipe"),
    difference: () => mode("difference"),
    ...Object.fromEntries(SIDES.map((side) => [TAKES[side], () => take(parts, side)])),
    flip: () => { if (scene.shown === "blink") scene.flip(); },
    blinkAlone: () => blinkAlone(scene),
    brighter: () => pressed("brighter", stage.classList.toggle("brighter")),
  };
}

const TAKES = { a: "takeA", b: "takeB", c: "takeC", d: "takeD" };

/** Lay this one on A from now on; A is always one of the two. */
function take({ scene, pair }, side) {
  if (SIDES.length === 2) return;
  scene.take(side);
  const radio = document.querySelector(`[name=against][value=${scene.other}]`);
  if (radio) radio.checked = true;
  explain(pair, scene);
  say(scene.shown === "blink" ? scene.onTop.toUpperCase() : radio.closest("label").innerText);
}

function choose({ scene, pair }, name) {
  stage.classList.remove("brighter");
  pressed("brighter", false);
  scene.choose(name);
  pressed("blinkAlone", false);
  for (const part of document.querySelectorAll("[data-of]")) part.hidden = !part.dataset.of.split(" ").includes(name);
  explain(pair, scene);
}

// Somebody who asked for less motion changes by hand.
function blinkAlone(scene) {
  if (matchMedia("(prefers-reduced-motion: reduce)").matches) {
    note(facts.sayStillMotion);
    say(facts.sayStillMotion);
    return;
  }
  const on = !scene.blinking;
  scene.blinkAlone(on);
  pressed("blinkAlone", on);
}

function wireActions(parts) {
  const { pair, veil, scene, map, readouts } = parts;
  const does = actions(parts);
  for (const [name, act] of Object.entries(does)) if (!["blinkAlone", "brighter"].includes(name)) onKey(name, act);
  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-do]");
    if (button) does[button.dataset.do]?.();
    const go = event.target.closest("[data-go]")?.dataset;
    if (!go) return;
    pair.enter(go.go, Number(go.s), go.prefer === undefined ? null : Number(go.prefer));
  });
  onKey("veil", () => { veil.cover(); return false; });
  onKey("reveal", (event) => { if (!event.repeat) veil.hold(); }, () => veil.letGo());
  map.addEventListener("seek", ({ detail }) => pair.showAt(detail.side, detail.seconds));
  for (const radio of document.querySelectorAll("[name=mode]")) radio.addEventListener("change", () => choose(parts, radio.value));
  for (const radio of document.querySelectorAll("[name=against]")) radio.addEventListener("change", () => take(parts, radio.value));
  wireWipe(scene);
  at("cite").addEventListener("click", async () => {
    // An address that is not known is not left out in silence.
    const lines = await Promise.all(SIDES.filter((side) => !pair.gone.has(side)).map((side) => readouts[side].cited())).catch(() => null);
    if (!lines) return say(document.body.dataset.unreachable);
    await navigator.clipboard.writeText([...lines.filter(Boolean), ...facts.relations.split(" ").map((id) => `relation ${id}`)].join("\n"));
    return say(facts.sayCopied);
  });
}

function wireWipe(scene) {
  at("wipe").addEventListener("input", () => scene.wipe(at("wipe").value / 100));
  const drag = (event) => {
    if (scene.shown !== "wipe" || !event.buttons) return;
    scene.wipe(scene.shareAt(event.clientX));
    at("wipe").value = Math.round(scene.share * 100);
  };
  at("layers").addEventListener("pointerdown", (event) => {
    at("layers").setPointerCapture(event.pointerId);
    drag(event);
  });
  at("layers").addEventListener("pointermove", drag);
}

// The drawing of all, and one's own ledger of all.
function wireSeeing({ veil, ways, players }) {
  const drawn = (side) => {
    const [canvas, video, still] = [".drawing", "video", ".still"].map((name) => element(side).querySelector(name));
    return { canvas, video, still, astray: () => players[side].astray };
  };
  new Drawing({ sides: SIDES.map(drawn), veil, ways });
  const told = SIDES.map((side) => ({ url: element(side).dataset.lookedUrl, player: players[side] }));
  wirePause(new Exposure({ sides: told, veil, ways }), veil);
}

async function start() {
  const parts = await made();
  wireVeil(parts);
  wirePair(parts);
  wireActions(parts);
  wireSeeing(parts);
  const forget = wireProof(stage);
  wireDecision((state) => {
    facts.state = state;
    forget();
    parts.map.draw();
  });
  choose(parts, "side");
  const [first] = parts.alignments.between("a", "b").segments;
  for (const side of SIDES.slice(1)) parts.players[side].first();
  // Where they share something the page opens there.
  if (first) parts.pair.enter("a", first.a[0]);
  else parts.players.a.first();
  page.dataset.ready = "yes";
}

start();
