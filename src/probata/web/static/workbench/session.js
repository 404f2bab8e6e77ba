// The end of a session: a warning a minute before, a way to stay, and afterwards everything veiled but nothing lost.

import { say } from "./page.js";

const dialog = document.getElementById("session");
const soon = document.getElementById("session-soon");
const over = document.getElementById("session-over");
const owner = document.body.dataset.person;
const WARN_S = Number(dialog?.dataset.warn ?? 60);
let timer = 0;

const shown = () => dialog.open && !soon.hidden;

async function ask(address, method = "GET") {
  const options = { method, headers: { Accept: "application/json" }, redirect: "manual", cache: "no-store" };
  if (method === "POST") options.body = new FormData(soon.querySelector("form"));
  const answer = await fetch(address, options);
  if (answer.status === 401 || answer.status === 403 || answer.type === "opaqueredirect") return null;
  if (!answer.ok) throw new Error(String(answer.status));
  return answer.json();
}

function later(seconds) {
  clearTimeout(timer);
  // Browsers count no further than 24 days; a session ends long before.
  timer = setTimeout(look, Math.max(1, seconds) * 1000);
}

// The dialog is called by the heading that is seen: a hidden one would go on naming it to whoever listens.
function turn(shows, hides) {
  shows.hidden = false;
  hides.hidden = true;
  dialog.setAttribute("aria-labelledby", shows.querySelector("h2").id);
}

function warn(left) {
  turn(soon, over);
  document.getElementById("session-last").hidden = left.may_stay;
  document.getElementById("session-stay").hidden = !left.may_stay;
  if (!dialog.open) {
    dialog.showModal();
    say(dialog.dataset.soon);
  }
}

function end() {
  clearTimeout(timer);
  // As Escape does: players pause, footage is veiled.
  document.body.dispatchEvent(new KeyboardEvent("keydown", { code: "Escape", key: "Escape", bubbles: true }));
  document.body.classList.add("locked");
  turn(over, soon);
  if (!dialog.open) dialog.showModal();
  document.getElementById("session-back").focus();
}

/** Ask how long the session lasts: another tab may have shown a sign of life. */
async function look() {
  try {
    const left = await ask(dialog.dataset.asks);
    if (!left) return end();
    if (left.left_s > WARN_S) {
      if (shown()) dialog.close();
      return later(left.left_s - WARN_S);
    }
    warn(left);
    return later(left.left_s + 1);
  } catch {
    // The workbench cannot be reached now: it is asked again, and the forms say so meanwhile.
    return later(30);
  }
}

if (dialog) {
  dialog.addEventListener("cancel", (event) => event.preventDefault());
  dialog.querySelector("form").addEventListener("submit", async (event) => {
    event.preventDefault();
    const left = await ask(dialog.dataset.stays, "POST").catch(() => undefined);
    if (left === null) return end();
    if (!left) return;
    dialog.close();
    say(dialog.dataset.stayed);
    later(left.left_s - WARN_S);
  });
  document.getElementById("session-back").addEventListener("click", async () => {
    const left = await ask(dialog.dataset.asks).catch(() => null);
    const refused = over.querySelector(".refused");
    refused.hidden = Boolean(left && left.person === owner);
    if (!refused.hidden) return;
    // The login made a new token for forms; those of this page would be refused with the old one.
    for (const field of document.querySelectorAll("input[name=csrfmiddlewaretoken]")) field.value = left.token;
    document.body.classList.remove("locked");
    dialog.close();
    later(left.left_s - WARN_S);
  });
  // A computer that slept counts wrongly.
  document.addEventListener("visibilitychange", () => { if (!document.hidden) look(); });
  later(Number(dialog.dataset.left) - WARN_S);
}
