// The compare page: ties the veil, two players locked on the alignment, the stage, the map, the keys and the decision.

import { Alignment } from "./compare-align.js";
import { wireDecision } from "./compare-decide.js";
import { AlignmentMap } from "./compare-map.js";
import { Pair } from "./compare-pair.js";
import { SideReadout, speak } from "./compare-readout.js";
import { wireProof } from "./compare-proof.js";
import { PairStage } from "./compare-stage.js";
import { Frames } from "./frames.js";
import { onKey } from "./keys.js";
import { say } from "./page.js";
import { Player } from "./player.js";
import { Still } from "./still.js";
import { Veil } from "./veil.js";

const at = (id) => document.getElementById(id);
const page = at("compare");
const facts = page.dataset;
const stage = at("stage");
const SIDES = ["a", "b"];
const both = (make) => Object.fromEntries(SIDES.map((side) => [side, make(side)]));
const element = (side) => stage.querySelector(`.side[data-side=${side}]`);
const pressed = (name, on) => document.querySelector(`[data-do=${name}]`).setAttribute("aria-pressed", on);

async function made() {
  const answer = await fetch(facts.alignmentUrl, { headers: { Accept: "application/json" } });
  const alignment = new Alignment(answer.ok ? (await answer.json()).segments : []);
  const [a, b] = await Promise.all(SIDES.map((side) => {
    const { hasPictures, framesUrl } = element(side).dataset;
    return hasPictures === "yes" ? Frames.load(framesUrl) : null;
  }));
  const frames = { a, b };
  const lasts = both((side) => Number(element(side).dataset.axisS));
  const players = both((side) => new Player({ video: element(side).querySelector("video"), frames: frames[side], duration: lasts[side] }));
  return {
    alignment, players,
    pair: new Pair({ players, alignment }),
    stills: both((side) => new Still(element(side).querySelector(".still"), element(side).dataset.stillUrl)),
    veil: new Veil({
      stage, dialog: at("reveal-dialog"), form: at("reveal-form"),
      mayView: facts.mayView === "yes", revealedBefore: facts.revealed === "yes",
    }),
    scene: new PairStage({ stage, layers: at("layers") }),
    map: new AlignmentMap({
      svg: at("map"), alignment, lasts, state: () => facts.state,
      rails: both((side) => document.querySelector(`[data-rail=${side}]`)),
    }),
    readouts: both((side) => new SideReadout({
      line: document.querySelector(`[data-address=${side}]`), letter: side.toUpperCase(), facts, framesUrl: element(side).dataset.framesUrl,
    })),
  };
}

/** The side that has nothing to show now: the follower, outside every stretch; where there is none, nobody follows. */
function missing(pair) {
  return pair.stretch === null && pair.alignment.segments.length ? pair.follow : null;
}

const notIn = (side) => `${facts.sayNotIn} ${side.toUpperCase()}`;

function wireVeil({ veil, players, stills, readouts, pair, scene }) {
  const stillsOnly = (side) => {
    element(side).classList.add("stills-only");
    note();
  };
  veil.addEventListener("changed", () => {
    for (const side of SIDES) {
      if (veil.open && element(side).dataset.plays !== "yes") stillsOnly(side);
      else if (veil.open) players[side].load(element(side).dataset.footageUrl);
      else {
        players[side].pause();
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
    if (!veil.open || !players[side].frames || side === missing(pair)) {
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
    const gone = missing(pair);
    const words = both((side) => {
      const waits = veil.open && !pair.playing && side !== gone;
      return readouts[side].moved(players[side], waits);
    });
    place(parts, gone);
    tell(parts, gone, words);
    if (pair.playing) for (const side of SIDES) stills[side].drop();
    else wantStills(parts);
  };
  // Two players move in one turn of the screen: both are told of at once, and neither half way.
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

/** Both pictures as this moment's stretch lays them. */
function place({ pair, scene, alignment }, gone) {
  const laid = pair.stretch === null ? null : alignment.segments[pair.stretch].laid;
  const lead = pair.lead.toUpperCase();
  scene.lay(laid, gone, gone ? notIn(gone) : "");
  element(pair.lead).classList.add("leads");
  element(pair.follow).classList.remove("leads");
  explain(pair, scene, laid);
  stage.dataset.lead = lead;
}

function explain(pair, scene, laid) {
  const cannot = scene.mode !== "side" && (pair.stretch === null ? facts.sayApart : laid === null && facts.sayNoLay);
  note(cannot || "");
}

/** The lock in words, the map, and the live region. */
function tell({ pair, players, readouts, map, alignment }, gone, words) {
  const outside = alignment.segments.length ? facts.sayNoStretch : facts.sayNotLocked;
  const here = pair.stretch === null ? outside : `${facts.sayStretch} ${pair.stretch + 1}`;
  const apart = pair.apart === null ? "" : ` · ${Math.abs(Math.round(pair.apart * 1000))} ms ${facts.sayWithin}`;
  const backwards = pair.playing && pair.stretch !== null && alignment.segments[pair.stretch].speed < 0 ? ` · ${facts.sayBackwards}` : "";
  at("lock").textContent = `${here}${apart}${backwards}`;
  for (const side of SIDES) {
    const { line } = readouts[side];
    line.classList.toggle("gone", side === gone);
    const role = side === pair.lead ? facts.sayLeads : alignment.segments.length ? facts.sayFollows : "";
    line.querySelector("[data-at=role]").textContent = side === gone ? notIn(gone) : role;
  }
  map.at(both((side) => players[side].seconds), pair.stretch, gone, { ...words, ...(gone ? { [gone]: notIn(gone) } : {}) });
  for (const row of document.querySelectorAll("[data-stretch]")) row.classList.toggle("here", Number(row.dataset.stretch) === pair.stretch);
  if (!pair.playing) speak(gone ? `${words[pair.lead]}; ${notIn(gone)}` : `${words.a}; ${words.b}`);
}

function actions(parts) {
  const { pair, veil, scene } = parts;
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
    pause: () => (veil.open || pair.playing ? pair.leader.toggle() : refuse()),
    back: () => pair.leader.step(-1),
    forward: () => pair.leader.step(1),
    backTen: () => pair.leader.step(-10),
    forwardTen: () => pair.leader.step(10),
    first: () => pair.leader.first(),
    last: () => pair.leader.last(),
    slower: () => pair.faster(-1),
    faster: () => pair.faster(1),
    sound: () => { pair.leader.video.muted = !pair.leader.video.muted; },
    grey: () => pressed("grey", stage.classList.toggle("grey")),
    earlierEvent: () => pair.edge(-1),
    laterEvent: () => pair.edge(1),
    exchange: () => pair.exchange(),
    sideBySide: () => mode("side"),
    blink: () => mode("blink"),
    wipe: () => mode("wipe"),
    difference: () => mode("difference"),
    flip: () => { if (scene.shown === "blink") scene.flip(); },
    blinkAlone: () => blinkAlone(scene),
    brighter: () => pressed("brighter", stage.classList.toggle("brighter")),
  };
}

function choose({ scene, pair, alignment }, name) {
  stage.classList.remove("brighter");
  pressed("brighter", false);
  scene.choose(name);
  pressed("blinkAlone", false);
  for (const part of document.querySelectorAll("[data-of]")) part.hidden = part.dataset.of !== name;
  explain(pair, scene, pair.stretch === null ? null : alignment.segments[pair.stretch].laid);
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
  wireWipe(scene);
  at("cite").addEventListener("click", async () => {
    const lines = SIDES.map((side) => (side === missing(pair) ? null : readouts[side].cited())).filter(Boolean);
    await navigator.clipboard.writeText([...lines, `relation ${facts.relation}`].join("\n"));
    say(facts.sayCopied);
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

async function start() {
  const parts = await made();
  wireVeil(parts);
  wirePair(parts);
  wireActions(parts);
  const forget = wireProof(stage);
  wireDecision((state) => {
    facts.state = state;
    forget();
    parts.map.draw();
  });
  choose(parts, "side");
  const [first] = parts.alignment.segments;
  parts.players.b.first();
  // Where they share something the page opens there.
  if (first) parts.pair.enter("a", first.a[0]);
  else parts.players.a.first();
  page.dataset.ready = "yes";
}

start();
