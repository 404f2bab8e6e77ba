// A redaction's page: its rendition behind the same veil as all footage, by the same keys, and in the same ledger.

import { Exposure } from "./exposure.js";
import { dangersOf, Forewarning, impulsesIn } from "./forewarning.js";
import { Frames } from "./frames.js";
import { onKey } from "./keys.js";
import { say } from "./page.js";
import { wirePause } from "./pause.js";
import { Player } from "./player.js";
import { Veil } from "./veil.js";
import { Ways } from "./ways.js";

const at = (id) => document.getElementById(id);
const part = at("rendered");
const facts = part?.dataset;

// A picture that stands has no clock: it is there as long as it is revealed.
class Standing extends EventTarget {
  constructor() {
    super();
    Object.assign(this, { seconds: 0, playing: false, video: { muted: true } });
  }

  pause() {}
}

async function json(url) {
  const answer = await fetch(url, { headers: { Accept: "application/json" } });
  return answer.ok ? answer.json() : null;
}

// The rendition keeps the item's time, so what is known of the item is forewarned here at the same moments.
async function makeForewarning({ player, veil }) {
  const line = at("forewarned");
  const [tracks, seen, marked] = await Promise.all([facts.tracksUrl, facts.observedUrl, line.dataset.severityUrl].map(json));
  const dangers = dangersOf({ impulses: impulsesIn(tracks?.tracks ?? []), observed: seen?.observed ?? [], marks: marked?.marks ?? [] });
  return new Forewarning({ line, lead: () => player, lanes: () => [{ player, dangers }], from: [player], veil, unread: ![tracks, seen, marked].every(Boolean) });
}

async function start() {
  const [stage, shown, still] = [at("stage"), at("rendition"), facts.still === "yes"];
  const ways = new Ways({ stage, group: at("ways"), url: document.querySelector(".seeing").dataset.wayUrl });
  const veil = new Veil({
    stage, ways, dialog: at("reveal-dialog"), form: at("reveal-form"), mayView: facts.mayView === "yes", revealedBefore: facts.revealed === "yes",
  });
  // A rendition keeps the time of every picture, so the original's table of frames is its own.
  const frames = facts.framesUrl && !still ? await Frames.load(facts.framesUrl) : null;
  const player = still ? new Standing() : new Player({ video: shown, frames, duration: Number(facts.axisS) });

  // No drawing is made of a rendition, and what plays has no stills: where nothing of it is shown, nothing plays.
  const shows = () => (still ? ways.way !== "drawing" : ["grey", "full"].includes(ways.way));
  const show = () => {
    at("cannot").textContent = shows() ? "" : facts.sayPlaysNot;
    at("cannot").hidden = shows();
    if (!shows()) {
      player.pause();
      say(facts.sayPlaysNot);
    } else if (still) {
      shown.src = facts.url;
      shown.hidden = false;
    } else player.load(facts.url);
  };
  veil.addEventListener("changed", () => {
    say(veil.open ? facts.sayRevealed : facts.sayVeiled);
    if (veil.open) return show();
    player.pause();
    player.video.muted = true;
    if (still) {
      shown.hidden = true;
      shown.removeAttribute("src");
    }
    return undefined;
  });
  veil.addEventListener("nothing", () => say(facts.sayTextOnly));
  ways.addEventListener("changed", () => { if (veil.open) show(); });
  at("reveal")?.addEventListener("click", () => veil.reveal());
  document.querySelector("[data-closes]")?.addEventListener("click", () => at("reveal-dialog").close());
  player.addEventListener("moved", () => { at("where").textContent = frames ? `${facts.sayFrame} ${player.ordinal}` : ""; });

  const forewarning = still ? null : await makeForewarning({ player, veil });
  const does = still ? {} : {
    pause: () => { if (veil.open && shows()) player.toggle(); },
    back: () => player.step(-1),
    forward: () => player.step(1),
    sound: () => {
      player.video.muted = !player.video.muted;
      document.querySelector("[data-do=sound]").setAttribute("aria-pressed", !player.video.muted);
      if (!player.video.muted) forewarning.soundOn();
    },
    skipOver: () => forewarning.skip(),
  };
  for (const [name, act] of Object.entries(does)) onKey(name, act);
  part.addEventListener("click", (event) => does[event.target.closest("[data-do]")?.dataset.do]?.());
  onKey("reveal", (event) => { if (!event.repeat) veil.hold(); }, () => veil.letGo());
  onKey("veil", () => {
    veil.cover();
    return false;
  });
  wirePause(new Exposure({ sides: [{ url: facts.lookedUrl, player }], veil, ways }), veil);
  if (frames) player.first();
  part.dataset.ready = "yes";
}

if (part) start();
// When work has ended, the page is shown anew: what came of it stands there, behind the veil.
let state = at("standing")?.dataset.state;
document.body.addEventListener("htmx:after:swap", () => {
  const now = at("standing")?.dataset.state;
  if (state && now !== state) location.reload();
  state = now;
});
