// The queue under the fingers: rows are chosen with Space, a letter opens the answer, one act records it for all.

import { onKey } from "./keys.js";
import { here } from "./list.js";
import { say } from "./page.js";

const words = document.getElementById("words")?.dataset;
const answering = document.getElementById("answer-dialog");
const assigning = document.getElementById("assign-dialog");
const KEPT = "intake-row";

const all = () => [...document.querySelectorAll("tr[data-row]")];
const box = (row) => row.querySelector(".pick input");
let last = null;

document.addEventListener("focusin", () => { last = here() ?? last; });

function chosen() {
  const some = all().filter((row) => box(row).checked);
  if (some.length) return some;
  return last?.isConnected ? [last] : [];
}

function count() {
  const told = document.getElementById("chosen");
  const number = all().filter((row) => box(row).checked).length;
  for (const row of all()) row.classList.toggle("chosen", box(row).checked);
  if (told) told.textContent = number ? `${told.dataset.some} ${number}` : told.dataset.none;
}

function field(name, value) {
  const made = document.createElement("input");
  Object.assign(made, { type: "hidden", name, value });
  made.dataset.filled = "";
  return made;
}

function fill(form, rows) {
  for (const old of form.querySelectorAll("[data-filled]")) old.remove();
  for (const row of rows) form.append(field("name", row.dataset.name), field("seen", row.dataset.seen));
  const list = document.getElementById("list");
  form.append(field("q", list.dataset.query), field("page", list.dataset.page));
  const first = rows[0].querySelector(".summary")?.textContent ?? rows[0].dataset.name;
  form.querySelector(".names").textContent = rows.length > 1 ? `${rows.length} · ${first} …` : first;
}

// A reason that was left in the form is of what it was written for, and of nothing else.
function forget(dialog, rows) {
  const about = [dialog.querySelector("[name=outcome]")?.value, ...rows.map((row) => row.dataset.name)].join(" ");
  if (dialog.dataset.about !== about) {
    dialog.querySelector("[name=reason]").value = "";
    const refused = dialog.querySelector(".refused");
    refused.textContent = "";
    refused.hidden = true;
  }
  dialog.dataset.about = about;
}

// The field is under the fingers as soon as the form is there: the next letter typed is typed into it.
function opened(dialog, act) {
  if (!dialog || document.querySelector("dialog[open]")) return;
  const rows = chosen();
  if (!rows.length) {
    say(words.nothing);
    return;
  }
  fill(dialog.querySelector("form"), rows);
  const first = act(dialog, rows);
  forget(dialog, rows);
  dialog.showModal();
  dialog.querySelector(`[name=${first}]`).focus();
}

function suggest(dialog, rows) {
  const place = dialog.querySelector(".suggested");
  place.replaceChildren();
  // What is suggested for one row alone: of several, each has copies of its own.
  const template = rows.length === 1 && rows[0].querySelector("[data-suggested]");
  if (template) place.append(template.content.cloneNode(true));
}

function needsTarget(dialog) {
  const choice = dialog.querySelector("[name=outcome]");
  const needed = choice.selectedOptions[0].hasAttribute("data-target");
  dialog.querySelector("[name=target]").required = needed;
  dialog.querySelector(".of").hidden = !needed && choice.value !== "accepted";
  if (dialog.querySelector(".of").hidden) dialog.querySelector("[name=target]").value = "";
  return needed;
}

function answer(outcome) {
  opened(answering, (dialog, rows) => {
    dialog.querySelector("[name=outcome]").value = outcome;
    dialog.querySelector("[name=target]").value = "";
    suggest(dialog, rows);
    return needsTarget(dialog) ? "target" : "reason";
  });
}

function assign() {
  opened(assigning, () => "person");
}

const KEYS = {
  acceptReport: "accepted",
  duplicateOf: "duplicate_of",
  excerptOf: "excerpt_of",
  outOfScope: "out_of_scope",
  notFootage: "not_footage",
  referReport: "referred",
  unsafeToKeep: "unsafe_to_keep",
  couldNotAssess: "could_not_assess",
};
for (const [key, outcome] of Object.entries(KEYS)) onKey(key, () => answer(outcome));
onKey("assignReport", assign);
onKey("choose", () => {
  const row = here();
  if (!row) return false;
  box(row).checked = !box(row).checked;
  count();
  if (words) say(box(row).checked ? words.chosen : words.unchosen);
  return true;
});
onKey("open", (event) => {
  const row = here();
  if (!row || event.target !== row) return false;
  row.querySelector("a[href]")?.click();
  return true;
});

document.addEventListener("change", (event) => {
  if (event.target.matches(".pick input")) count();
  if (event.target.matches("#answer-outcome")) needsTarget(answering);
});
document.addEventListener("click", (event) => {
  const act = event.target.closest("[data-answer]");
  if (act) answer(act.dataset.answer);
  if (event.target.closest("[data-assign]")) assign();
  const suggested = event.target.closest("[data-target]");
  if (suggested && suggested.matches("button")) answering.querySelector("[name=target]").value = suggested.dataset.target;
  event.target.closest("[data-closes]")?.closest("dialog").close();
  const row = event.target.closest("tr[data-row]");
  if (row && !event.target.closest("a, input, button")) row.focus();
});
document.addEventListener("keydown", (event) => {
  const form = event.target.closest?.("dialog form[data-names]");
  if (form && event.code === "Enter" && event.ctrlKey) {
    event.preventDefault();
    form.requestSubmit();
  }
});
document.addEventListener("submit", (event) => {
  if (event.target.matches("form[data-names]")) sessionStorage.setItem(KEPT, String(Math.max(0, all().indexOf(chosen()[0]))));
});

// Filtering puts other rows there: nothing of them is chosen yet.
new MutationObserver(() => {
  if (last && !last.isConnected) last = null;
  count();
}).observe(document.querySelector(".intake"), { childList: true });

// After an answer the page comes anew: on with the row that now stands where the answered one stood.
const kept = sessionStorage.getItem(KEPT);
if (kept !== null) {
  sessionStorage.removeItem(KEPT);
  const rows = all();
  rows[Math.min(Number(kept), rows.length - 1)]?.focus();
}
