// Disclosing: choosing items by keys, filtering them, the preview below the form, and work that goes on by itself.

import { onKey } from "./keys.js";
import { here } from "./list.js";
import { say } from "./page.js";

const form = document.getElementById("disclosing");
const rows = () => [...document.querySelectorAll(".choosing [data-row]")];
const tally = document.getElementById("tally");

function count() {
  if (!tally) return;
  const said = { goes: 0, withheld: 0, open: 0 };
  for (const row of rows()) {
    const word = row.querySelector("[data-of]").value;
    const goes = word === "goes" || word.startsWith("redacted-");
    said[goes ? "goes" : word ? "withheld" : "open"] += 1;
    row.toggleAttribute("data-goes", goes);
  }
  tally.textContent = Object.entries(said).filter(([name]) => tally.dataset[name]).map(([name, n]) => `${n} ${tally.dataset[name]}`).join(" · ");
}

form?.addEventListener("change", count);
count();

document.querySelector("[data-narrows]")?.addEventListener("input", (event) => {
  const words = event.target.value.toLocaleLowerCase().split(/\s+/).filter(Boolean);
  for (const row of rows()) {
    const text = row.dataset.words.toLocaleLowerCase();
    row.toggleAttribute("data-gone", !words.every((word) => text.includes(word)));
  }
});
document.querySelector("[data-narrows]")?.addEventListener("keydown", (event) => {
  if (event.key === "Enter") event.preventDefault();
});

if (form) {
  onKey("accept", () => {
    const choice = here()?.querySelector("[data-of]");
    if (!choice) return false;
    choice.value = "goes";
    choice.dispatchEvent(new Event("change", { bubbles: true }));
    return true;
  });
  onKey("takeOut", () => {
    const choice = here()?.querySelector("[data-of]");
    if (!choice) return false;
    choice.value = "";
    choice.dispatchEvent(new Event("change", { bubbles: true }));
    choice.focus();
    choice.showPicker?.();
    return true;
  });
  onKey("previewPackage", () => form.querySelector("[data-preview]").click());
}

const begin = document.querySelector("a[data-begin]");
if (begin) onKey("openNew", () => begin.click());

// Nobody leaves behind by accident what they typed: another case, a link and the way back ask first.
let typed = false;
form?.addEventListener("input", (event) => { typed ||= !event.target.matches("[data-narrows]"); });
form?.addEventListener("recorded", () => { typed = false; });
window.addEventListener("beforeunload", (event) => { if (typed) event.preventDefault(); });

// A preview is of the form as it was sent. What was changed since is in no preview: it is put away, and one that is still
// on its way counts no more.
let underWay = null;

function putAway(event) {
  // What narrows the list, and the reason, are in no package.
  if (event.target.matches("[data-narrows], [name=reason]")) return;
  const place = document.getElementById("preview");
  if (underWay) form.removeAttribute("aria-busy");
  const shown = underWay || place?.childElementCount;
  underWay = null;
  if (!shown) return;
  const note = document.createElement("p");
  note.className = "notice";
  note.textContent = place.dataset.outdated;
  place.replaceChildren(note);
}

form?.addEventListener("input", putAway);
// What keys choose tells of itself by this alone.
form?.addEventListener("change", (event) => { if (!event.isTrusted) putAway(event); });

async function previewed(button) {
  const answer = await fetch(button.formAction, { method: "POST", body: new FormData(form), headers: { Accept: "application/json" } }).catch(() => null);
  if (!answer) return { why: document.body.dataset.unreachable };
  if (answer.ok) return { html: await answer.text() };
  const told = await answer.json().catch(() => null);
  return { why: told ? [told.message, told.advice].filter(Boolean).join(" ") : document.body.dataset.failed };
}

async function preview(button) {
  // A proposal that is being recorded is waited for.
  if (form.getAttribute("aria-busy") === "true" && !underWay) return;
  const mine = {};
  underWay = mine;
  form.setAttribute("aria-busy", "true");
  // An answer that breaks off in the middle was not reached either.
  const { html, why } = await previewed(button).catch(() => ({ why: document.body.dataset.unreachable }));
  if (underWay !== mine) return;
  underWay = null;
  form.removeAttribute("aria-busy");
  const place = document.getElementById("preview");
  const refused = form.querySelector(".refused");
  refused.textContent = why ?? "";
  refused.hidden = !why;
  if (why) return place.replaceChildren();
  place.innerHTML = html;
  place.focus();
  return say(place.dataset.said);
}

// Before the acts' own listener: this button records nothing.
document.addEventListener("submit", (event) => {
  if (!event.submitter?.matches("[data-preview]")) return;
  event.preventDefault();
  event.stopImmediatePropagation();
  preview(event.submitter);
}, true);

// When work has ended, the page is shown anew: what may be done next stands there.
let state = document.getElementById("standing")?.dataset.state;
document.body.addEventListener("htmx:after:swap", () => {
  const now = document.getElementById("standing")?.dataset.state;
  if (state && now !== state) location.reload();
  state = now;
});
