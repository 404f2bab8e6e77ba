// A strip that says what runs comes anew every two seconds while anything does: what was opened in it stays open, and it
// is spoken of only when something begins or ends.

import { say } from "./page.js";

const STRIPS = ".strip[data-state]";
const opened = new Map();
const states = new Map([...document.querySelectorAll(STRIPS)].map((strip) => [strip.id, strip.dataset.state]));

document.addEventListener("toggle", (event) => {
  if (event.target.id && event.target.closest(STRIPS)) opened.set(event.target.id, event.target.open);
}, true);

new MutationObserver(() => {
  for (const strip of document.querySelectorAll(`${STRIPS}:not([data-known])`)) {
    strip.dataset.known = "yes";
    for (const [id, open] of opened) {
      const details = strip.querySelector(`#${CSS.escape(id)}`);
      if (details) details.open = open;
    }
    if (states.get(strip.id) !== strip.dataset.state) say(strip.dataset.said);
    states.set(strip.id, strip.dataset.state);
  }
}).observe(document.body, { childList: true, subtree: true });
