// Keys are known by their place (KeyboardEvent.code), so that they work in Cyrillic, Arabic and every other layout.
// Signs that stand elsewhere on some keyboards (? + − [ ] , .) are known by what they write as well.

const PLACES = {
  help: { codes: ["Slash"], shift: true, signs: ["?"] },
  find: { codes: ["Slash"], shift: false, signs: ["/"] },
  next: { codes: ["KeyJ", "ArrowDown"] },
  previous: { codes: ["KeyK", "ArrowUp"] },
  open: { codes: ["Enter"] },
  older: { codes: ["BracketRight"], signs: ["]"] },
  newer: { codes: ["BracketLeft"], signs: ["["] },
  pause: { codes: ["Space", "KeyK"] },
  slower: { codes: ["KeyJ"] },
  faster: { codes: ["KeyL"] },
  back: { codes: ["Comma", "ArrowLeft"], shift: false },
  forward: { codes: ["Period", "ArrowRight"], shift: false },
  backTen: { codes: ["Comma", "ArrowLeft"], shift: true },
  forwardTen: { codes: ["Period", "ArrowRight"], shift: true },
  first: { codes: ["Home"] },
  last: { codes: ["End"] },
  earlierEvent: { codes: ["BracketLeft"], signs: ["["] },
  laterEvent: { codes: ["BracketRight"], signs: ["]"] },
  reveal: { codes: ["KeyB"] },
  sound: { codes: ["KeyU"] },
  grey: { codes: ["KeyG"] },
  wayMore: { codes: ["KeyV"], shift: false },
  wayLess: { codes: ["KeyV"], shift: true },
  skipOver: { codes: ["KeyH"] },
  severity: { codes: ["KeyM"] },
  go: { codes: ["KeyF"] },
  zoomIn: { codes: ["Equal", "NumpadAdd"], signs: ["+"] },
  zoomOut: { codes: ["Minus", "NumpadSubtract"], signs: ["-", "−"] },
  zoomAll: { codes: ["Digit0", "Numpad0"] },
  sideBySide: { codes: ["Digit1", "Numpad1"], shift: false },
  blink: { codes: ["Digit2", "Numpad2"], shift: false },
  wipe: { codes: ["Digit3", "Numpad3"], shift: false },
  difference: { codes: ["Digit4", "Numpad4"], shift: false },
  takeA: { codes: ["Digit1"], shift: true },
  takeB: { codes: ["Digit2"], shift: true },
  takeC: { codes: ["Digit3"], shift: true },
  takeD: { codes: ["Digit4"], shift: true },
  flip: { codes: ["KeyX"] },
  exchange: { codes: ["KeyE"] },
  confirm: { codes: ["KeyY"] },
  reject: { codes: ["KeyN"] },
  accept: { codes: ["KeyY"] },
  correct: { codes: ["KeyE"] },
  reopen: { codes: ["KeyZ"] },
  translate: { codes: ["KeyT"] },
  observe: { codes: ["KeyA"] },
  markIn: { codes: ["KeyI"] },
  markOut: { codes: ["KeyO"] },
  drawBox: { codes: ["KeyD"] },
  recordCandidate: { codes: ["KeyR"] },
  spectrogram: { codes: ["KeyS"] },
  begin: { codes: ["KeyN"] },
  ask: { codes: ["KeyQ"] },
  openNew: { codes: ["KeyN"] },
  takePlace: { codes: ["KeyT"] },
  putOnRecord: { codes: ["KeyR"] },
  speaksFor: { codes: ["KeyF"] },
  speaksAgainst: { codes: ["KeyA"] },
  computesIt: { codes: ["KeyD"] },
  takeOut: { codes: ["KeyX"] },
  acceptReport: { codes: ["KeyA"] },
  duplicateOf: { codes: ["KeyD"] },
  excerptOf: { codes: ["KeyE"] },
  outOfScope: { codes: ["KeyX"] },
  notFootage: { codes: ["KeyN"] },
  referReport: { codes: ["KeyR"] },
  unsafeToKeep: { codes: ["KeyU"] },
  couldNotAssess: { codes: ["KeyC"] },
  assignReport: { codes: ["KeyW"] },
  choose: { codes: ["Space"] },
  previewPackage: { codes: ["KeyT"] },
  veil: { codes: ["Escape"], everywhere: true },
};

// What this person moved to other keys: name → { code, shift }. It stands there alone then.
const OWN = JSON.parse(document.body.dataset.keys || "{}");

const handlers = new Map();

/** Do something on a key of the list above, or where this person moved it; `up` is called when it is let go. */
export function onKey(name, down, up) {
  const own = OWN[name];
  handlers.set(name, { ...(own ? { codes: [own.code], shift: own.shift } : PLACES[name]), down, up });
  if (own) relabel(name, own);
}

function fits(place, event) {
  if (event.ctrlKey || event.altKey || event.metaKey) return false;
  if (place.signs?.includes(event.key)) return true;
  return place.codes.includes(event.code) && (place.shift === undefined || place.shift === event.shiftKey);
}

// Where somebody types, letters are letters; a button keeps Space and Enter for itself.
function isTaken(event, place) {
  if (place.everywhere) return false;
  const element = event.target;
  if (document.querySelector("dialog[open]")) return true;
  // A map is moved by its arrows.
  if (event.code.startsWith("Arrow") && element.closest("[role=tablist], [type=radio], [role=application]")) return true;
  if (/^(Arrow|Home$|End$|Page)/.test(event.code) && element.closest("[type=range]")) return true;
  if (element.closest("input:not([type=checkbox]):not([type=radio]):not([type=range]), textarea, select, [contenteditable]")) return true;
  return ["Space", "Enter"].includes(event.code) && Boolean(element.closest("button, a, summary, [role=tab], [type=checkbox], [type=radio]"));
}

document.addEventListener("keydown", (event) => {
  for (const place of handlers.values()) {
    if (!fits(place, event) || isTaken(event, place)) continue;
    if (place.down(event) !== false) event.preventDefault();
  }
});

document.addEventListener("keyup", (event) => {
  // The letting go of a held key counts wherever the focus went meanwhile: what was shown while held is veiled again.
  for (const place of handlers.values()) if (place.up && place.codes.includes(event.code)) place.up(event);
});

const SIGNS = {
  Comma: ",", Period: ".", Slash: "/", BracketLeft: "[", BracketRight: "]", Minus: "−", Equal: "+", Semicolon: ";", Quote: "'", Backquote: "`", Backslash: "\\",
  ArrowLeft: "←", ArrowRight: "→", ArrowUp: "↑", ArrowDown: "↓", NumpadAdd: "Num +", NumpadSubtract: "Num −",
};

/** A key as it is written on most keyboards. */
export function label(code) {
  return SIGNS[code] ?? code.replace(/^(Key|Digit)/, "").replace(/^Numpad/, "Num ");
}

const moved = new Map();

// Pages name keys where they stand for everybody: what was moved is named where it stands for this person. On one
// screen a key does one thing, so the key that is written there says which action is meant.
function relabel(name, own) {
  const { codes, shift } = PLACES[name];
  for (const code of codes) {
    const written = label(code);
    if (shift !== true) moved.set(written, { name, own });
    if (shift !== false) moved.set(`Shift ${written}`, { name, own });
    if (shift === true) moved.set(`⇧${written}`, { name, own });
  }
  waiting ??= requestAnimationFrame(() => {
    waiting = null;
    for (const one of document.querySelectorAll("kbd:not([data-now])")) nameAnew(one);
    for (const button of document.querySelectorAll("[data-do][title]")) {
      const own = OWN[button.dataset.do];
      if (own) button.title = `${button.title.replace(/ ?\([^()]*\)$/, "")} (${sign(own)})`;
    }
  });
}

let waiting = null;
const sign = ({ code, shift }) => `${shift ? "Shift " : ""}${label(code)}`;

function nameAnew(one) {
  const before = one.previousElementSibling;
  const shifted = before?.tagName === "KBD" && before.textContent === "Shift" ? before : null;
  const found = moved.get(shifted ? `Shift ${one.textContent}` : one.textContent);
  if (!found) return;
  one.dataset.now = found.name;
  if (shifted) shifted.hidden = true;
  // An action that stood at two keys stands at one now.
  one.hidden = one.parentElement.querySelector(`kbd[data-now="${found.name}"]`) !== one;
  one.textContent = sign(found.own);
}

if (Object.keys(OWN).length) {
  new MutationObserver((changes) => {
    if (changes.some(({ addedNodes }) => [...addedNodes].some((one) => one.nodeType === 1 && (one.matches("kbd") || one.querySelector("kbd"))))) {
      for (const one of document.querySelectorAll("kbd:not([data-now])")) nameAnew(one);
    }
  }).observe(document.body, { childList: true, subtree: true });
}
