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
  go: { codes: ["KeyF"] },
  zoomIn: { codes: ["Equal", "NumpadAdd"], signs: ["+"] },
  zoomOut: { codes: ["Minus", "NumpadSubtract"], signs: ["-", "−"] },
  zoomAll: { codes: ["Digit0", "Numpad0"] },
  sideBySide: { codes: ["Digit1", "Numpad1"] },
  blink: { codes: ["Digit2", "Numpad2"] },
  wipe: { codes: ["Digit3", "Numpad3"] },
  difference: { codes: ["Digit4", "Numpad4"] },
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
  veil: { codes: ["Escape"], everywhere: true },
};

const handlers = new Map();

/** Do something on a key of the list above; `up` is called when it is let go. */
export function onKey(name, down, up) {
  handlers.set(name, { ...PLACES[name], down, up });
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
  if (event.code.startsWith("Arrow") && element.closest("[role=tablist], [type=radio]")) return true;
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
