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

onKey("help", () => open(document.getElementById("help")));

// Alt and a number: the rooms in the order in which they stand above. Letters stay free for the screens.
document.addEventListener("keydown", (event) => {
  if (!event.altKey || event.ctrlKey || event.metaKey || event.shiftKey) return;
  const number = /^Digit([1-9])$/.exec(event.code)?.[1];
  const room = number && document.querySelectorAll(".rooms a")[number - 1];
  if (!room) return;
  event.preventDefault();
  room.click();
});

// A choice that takes effect by being made.
document.addEventListener("change", (event) => {
  if (event.target.matches("[data-sends]")) event.target.form.requestSubmit();
});
