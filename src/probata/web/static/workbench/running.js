// The strip of what runs comes anew every two seconds while anything does: what was opened in it stays open, and it is
// spoken of only when something begins or ends.

import { say } from "./page.js";

const opened = new Map();
const strip = () => document.getElementById("progress");
let state = strip()?.dataset.state;

document.addEventListener("toggle", (event) => {
  if (event.target.id && event.target.closest("#progress")) opened.set(event.target.id, event.target.open);
}, true);

new MutationObserver(() => {
  const now = strip();
  if (!now || now.dataset.known) return;
  now.dataset.known = "yes";
  for (const [id, open] of opened) {
    const details = document.getElementById(id);
    if (details) details.open = open;
  }
  if (now.dataset.state !== state) say(now.dataset.said);
  state = now.dataset.state;
}).observe(document.body, { childList: true, subtree: true });
