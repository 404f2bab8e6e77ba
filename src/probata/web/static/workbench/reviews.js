// Reviews: records chosen to one side or the other by keys, the two sentences while they are written, the dialog before
// a seal. What was typed outlives a refusal, and nobody leaves it behind by accident.

import { send } from "./acts.js";
import { onKey } from "./keys.js";
import { here } from "./list.js";
import { say } from "./page.js";

const at = (id) => document.getElementById(id);
const words = () => at("say-sides")?.dataset ?? {};
const said = (side) => words()[`say${side[0].toUpperCase()}${side.slice(1)}`] ?? "";

// Forms whose words are not recorded yet.
const unsent = new Set();

async function part(url, form) {
  const options = form ? { method: "POST", body: new FormData(form), headers: { Accept: "text/html" } } : { headers: { Accept: "text/html" } };
  const answer = await fetch(url, options);
  return answer.ok ? answer.text() : null;
}

function later(act, afterMs) {
  let timer = 0;
  return (...given) => {
    clearTimeout(timer);
    timer = setTimeout(() => act(...given), afterMs);
  };
}

/** Only the newest of several answers counts, in whatever order they come. */
function newest(ask, show) {
  let last = 0;
  return async (...given) => {
    last += 1;
    const mine = last;
    const told = await ask(...given).catch(() => null);
    if (mine === last && told !== null) show(told);
  };
}

// Leaving --------------------------------------------------------------------------------------------------------

window.addEventListener("beforeunload", (event) => {
  if (unsent.size) event.preventDefault();
});

for (const form of document.querySelectorAll("form[data-kept]")) {
  form.addEventListener("input", () => unsent.add(form));
  // Before the page's own handler, which sends it: the page that follows asks nothing.
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    if (form.getAttribute("aria-busy") === "true") return;
    const dialog = form.querySelector("dialog[open]");
    const told = await send(form, event.submitter);
    if (!told) {
      dialog?.close();
      form.querySelector(".refused")?.scrollIntoView({ block: "nearest" });
      return;
    }
    unsent.delete(form);
    const there = new URL(told.to, location.href);
    if (there.pathname + there.search === location.pathname + location.search) location.reload();
    else location.assign(there);
  });
}

// A judgement ----------------------------------------------------------------------------------------------------

const judging = document.querySelector("form[data-judging]");

function fitWords() {
  const chosen = judging.querySelector("[name=result]:checked");
  const judged = !chosen || chosen.dataset.judged === "yes";
  for (const band of judging.querySelectorAll("[name=likelihood]")) {
    band.disabled = Boolean(chosen) && !band.dataset.fits.split(" ").includes(chosen.value);
    if (band.disabled) band.checked = false;
    band.required = judged;
  }
  for (const one of judging.querySelectorAll("[name=confidence]")) {
    one.disabled = !judged;
    if (one.disabled) one.checked = false;
    one.required = judged;
  }
  judging.querySelector("[data-not-judged]").hidden = judged;
}

function wireJudging() {
  const place = at("preview");
  const show = newest(() => part(place.dataset.preview, judging), (html) => { place.innerHTML = html; });
  const soon = later(show, 250);
  judging.addEventListener("input", () => {
    fitWords();
    soon();
  });
  fitWords();
}

// Records --------------------------------------------------------------------------------------------------------

const columns = () => [...document.querySelectorAll("[data-chosen]")];

function mark() {
  const sides = new Map(columns().flatMap((column) => [...column.querySelectorAll("input")].map((input) => [input.value, column.dataset.chosen])));
  for (const button of document.querySelectorAll("#choices [data-side]")) {
    button.setAttribute("aria-pressed", sides.get(button.closest("[data-record]").dataset.record) === button.dataset.side);
  }
  for (const column of columns()) column.nextElementSibling.hidden = column.children.length > 0;
}

function takeOut(record) {
  for (const input of document.querySelectorAll("[data-chosen] input")) if (input.value === record) input.closest("li").remove();
}

function choose(row, side) {
  const record = row.dataset.record;
  takeOut(record);
  const made = at("chosen-row").content.firstElementChild.cloneNode(true);
  const input = made.querySelector("input");
  input.name = side;
  input.value = record;
  made.dataset.record = record;
  for (const part of row.querySelectorAll(".evidence-words, .evidence-about")) made.querySelector("[data-words]").append(part.cloneNode(true), " ");
  document.querySelector(`[data-chosen="${side}"]`).append(made);
  changed(side);
}

function changed(side) {
  unsent.add(judging);
  mark();
  say(said(side));
}

document.addEventListener("click", (event) => {
  const side = event.target.closest("button[data-side]");
  if (side) {
    if (side.getAttribute("aria-pressed") === "true") {
      takeOut(side.closest("[data-record]").dataset.record);
      changed("out");
    } else choose(side.closest("[data-record]"), side.dataset.side);
  }
  const out = event.target.closest("button[data-out]");
  if (out) {
    // The focus goes to a neighbour, so that whoever works by keys is not thrown to the top.
    const row = out.closest("li");
    (row.nextElementSibling ?? row.previousElementSibling ?? at("q"))?.focus();
    row.remove();
    changed("out");
  }
});

function bySide(side) {
  const row = here();
  const control = row?.querySelector(`[data-side="${side}"]`);
  if (control) {
    control.click();
    if (control.type === "radio") say(said(side));
    return;
  }
  // A record that was chosen goes over to the other side.
  if (!row?.closest("[data-chosen]") || row.closest(`[data-chosen="${side}"]`)) return;
  row.querySelector("input").name = side;
  document.querySelector(`[data-chosen="${side}"]`).append(row);
  row.focus();
  changed(side);
}

function out() {
  const row = here();
  const control = row?.querySelector("[data-out]");
  if (control) {
    control.click();
    if (control.type === "radio") say(said("out"));
  } else if (row?.dataset.record) {
    takeOut(row.dataset.record);
    changed("out");
  }
}

function wireChoices() {
  const field = at("q");
  const show = newest(
    () => part(`${field.dataset.choices}?q=${encodeURIComponent(field.value)}`),
    (html) => {
      at("choices").innerHTML = html;
      mark();
    },
  );
  const soon = later(show, 200);
  field.addEventListener("input", (event) => {
    event.stopPropagation(); // what is typed to find a record is no part of the judgement
    soon();
  });
  field.addEventListener("keydown", (event) => {
    if (event.code !== "Enter" && event.code !== "NumpadEnter") return;
    event.preventDefault();
    document.querySelector("#choices [data-row]")?.focus();
  });
  mark();
}

// The seal -------------------------------------------------------------------------------------------------------

function wireSealing(form) {
  const dialog = form.querySelector("dialog");
  const would = form.querySelector("[data-would-be]");
  form.querySelector("[data-ask-seal]").addEventListener("click", async () => {
    if (!form.reportValidity()) return;
    // A second press while the first is answered asks nothing more.
    if (form.getAttribute("aria-busy") === "true") return;
    form.setAttribute("aria-busy", "true");
    let unreached = false;
    const html = await part(form.dataset.sealing, form).catch(() => { unreached = true; return null; });
    form.removeAttribute("aria-busy");
    const refused = form.querySelector(".refused");
    refused.hidden = html !== null;
    refused.textContent = html !== null ? "" : unreached ? document.body.dataset.unreachable : document.body.dataset.failed;
    if (html === null) return;
    would.innerHTML = html;
    form.querySelector("[data-seal]").disabled = Boolean(would.querySelector("[data-refused]"));
    if (!dialog.open) dialog.showModal();
  });
  form.querySelector("[data-leaves]").addEventListener("click", () => dialog.close());
  // In a line, Enter asks first and seals nothing.
  form.addEventListener("submit", (event) => {
    if (dialog.open) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    form.querySelector("[data-ask-seal]").click();
  }, { capture: true });
}

if (judging) wireJudging();
if (at("q")?.dataset.choices) wireChoices();
for (const form of document.querySelectorAll("form[data-sealing]")) wireSealing(form);
onKey("openNew", () => document.querySelector("[data-new]")?.click());
onKey("takePlace", () => document.querySelector("[data-take]")?.click());
onKey("speaksFor", () => bySide("for"));
onKey("speaksAgainst", () => bySide("against"));
onKey("computesIt", () => bySide("derivations"));
onKey("takeOut", out);
