// What every page does: dialogs, copying, and saying things to those who listen instead of look.

import { onKey } from "./keys.js";

const region = document.getElementById("said");

const waiting = new Set();

function speak(words) {
  region.textContent = "";
  requestAnimationFrame(() => { region.textContent = words; });
}

/** Say something in the live region, instead of what was to be said later; the same words twice are said twice. */
export function say(words) {
  for (const timer of waiting) clearTimeout(timer);
  waiting.clear();
  speak(words);
}

/** Say something a little later, unless something is said outright meanwhile; the timer that comes back stops it. */
export function sayLater(words, afterMs) {
  const timer = setTimeout(() => {
    waiting.delete(timer);
    speak(words);
  }, afterMs);
  waiting.add(timer);
  return timer;
}

function open(dialog) {
  if (!dialog.open) dialog.showModal();
}

document.addEventListener("click", async (event) => {
  const opener = event.target.closest("[data-opens]");
  if (opener) open(document.getElementById(opener.dataset.opens));
  const copied = event.target.closest("[data-copy]");
  if (copied?.dataset.copy) {
    await navigator.clipboard.writeText(copied.dataset.copy);
    say(copied.dataset.said || "copied");
    copied.classList.add("copied");
    setTimeout(() => copied.classList.remove("copied"), 1200);
  }
});

// What the last act said stands in the page before anybody listens: it is said again once they do.
const before = document.querySelector(".said.notice > span");
if (before) sayLater(before.textContent, 400);

onKey("help", () => open(document.getElementById("help")));

// Alt and a number: the first ten rooms in the order in which they stand above. Letters stay free for the screens.
document.addEventListener("keydown", (event) => {
  if (!event.altKey || event.ctrlKey || event.metaKey || event.shiftKey) return;
  const number = /^Digit([0-9])$/.exec(event.code)?.[1];
  const room = number && document.querySelectorAll(".rooms a")[(Number(number) + 9) % 10];
  if (!room) return;
  event.preventDefault();
  room.click();
});

// What scrolls is reached by keyboard, also in browsers that do not see to it themselves; what fits is passed over.
function reachable() {
  for (const one of document.querySelectorAll(".wide")) {
    if (one.scrollWidth > one.clientWidth) one.tabIndex = 0;
    else one.removeAttribute("tabindex");
  }
}

reachable();
addEventListener("resize", reachable);
document.addEventListener("toggle", reachable, true);
document.addEventListener("htmx:after:swap", reachable);

// A choice that takes effect by being made. Whoever walks it by keys passes by others on the way: theirs is made when
// they press Enter or go on.
let walked = null;

function made() {
  const { form, selectedOptions } = walked;
  walked = null;
  // Whoever came back to what stood there changed nothing.
  if (!selectedOptions[0]?.defaultSelected) form.requestSubmit();
}

document.addEventListener("change", (event) => {
  if (!event.target.matches("[data-sends]")) return;
  const byKeys = event.target.dataset.walking === "yes";
  walked = event.target;
  if (!byKeys) made();
});
document.addEventListener("keydown", (event) => {
  if (!event.target.matches("select[data-sends]")) return;
  event.target.dataset.walking = "yes";
  if (event.key !== "Enter" || walked !== event.target) return;
  event.preventDefault();
  made();
});
document.addEventListener("pointerdown", (event) => {
  if (event.target.matches("select[data-sends]")) delete event.target.dataset.walking;
});
document.addEventListener("focusout", (event) => {
  delete event.target.dataset.walking;
  if (walked === event.target) made();
});
