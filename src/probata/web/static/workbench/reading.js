// Reading an article: the proposal that has the focus is the one that is decided; its brackets are marked in the text.

import { onKey } from "./keys.js";
import { say } from "./page.js";

const list = document.getElementById("proposals");
const form = document.getElementById("decide-form");
const rows = () => [...document.querySelectorAll("[data-number]")];
const row = (number) => document.getElementById(`p${number}`);
const stretches = [...document.querySelectorAll("mark[data-of]")];

for (const stretch of stretches)
  for (const number of stretch.dataset.of.split(" ")) if (row(number)) stretch.classList.add(row(number).dataset.state);

function chosen() {
  return list?.querySelector(".chosen");
}

function mark(one, scrolls) {
  const its = stretches.filter((stretch) => stretch.dataset.of.split(" ").includes(one.dataset.number));
  for (const stretch of stretches) stretch.classList.toggle("chosen", its.includes(stretch));
  if (scrolls && its.length) its[0].scrollIntoView({ block: "center" });
}

/** Fill the form for a proposal; a speaker whom nobody bears the name of stays open. */
function fill(one) {
  if (!form) return;
  const told = one.dataset;
  const fields = form.elements;
  fields.number.value = told.number;
  fields.start.value = told.start;
  fields.end.value = told.end;
  fields.speaker.value = told.speaker;
  fields.stance.value = told.stance;
  fields.words.value = told.words;
  fields.language.value = told.language;
  const via = told.via.split(" ");
  [...form.querySelectorAll("[name=via]")].forEach((one, at) => { one.value = via[at] || ""; });
  fields.reason.value = "";
  document.getElementById("chosen-number").textContent = told.number;
  document.getElementById("chosen-speaker").textContent = told.named;
  const name = document.getElementById("new-name");
  if (name) name.value = told.named;
}

// J, K and arrows walk the proposals; Tab leads from the chosen one to the form, past the others: it would choose them.
function rove(one) {
  for (const each of rows()) for (const link of each.querySelectorAll("a, button")) link.tabIndex = each === one ? 0 : -1;
}

function choose(one, scrolls = true) {
  if (!one) return;
  const before = chosen();
  if (form) rove(one);
  if (before !== one) {
    before?.classList.remove("chosen");
    one.classList.add("chosen");
    fill(one);
  }
  mark(one, scrolls);
}

list?.addEventListener("focusin", ({ target }) => choose(target.closest("[data-number]")));
list?.addEventListener("click", (event) => {
  const one = event.target.closest("[data-number]");
  if (!one) return;
  if (event.target.closest("a.choose")) event.preventDefault();
  choose(one);
});
document.addEventListener("click", (event) => {
  const opener = event.target.closest("a[data-goes]");
  if (!opener) return;
  event.preventDefault();
  const one = row(opener.dataset.goes);
  one?.querySelector("a.choose")?.focus();
});

function missing() {
  if (chosen()?.dataset.state !== "proposed" && chosen()?.dataset.state !== "rejected") return [null, form.dataset.sayAccepted];
  if (!form.elements.of.value) return [form.elements.of, form.dataset.sayOf];
  return form.elements.speaker.value ? null : [form.elements.speaker, form.dataset.saySpeaker];
}

if (form) {
  onKey("accept", () => {
    const lacks = missing();
    if (!lacks) return form.requestSubmit(document.getElementById("accept"));
    lacks[0]?.focus();
    say(lacks[1]);
  });
  onKey("correct", () => {
    form.querySelector("details.more").open = true;
    form.elements.speaker.focus();
  });
  // What was accepted is taken back by rejecting it, and that takes a reason.
  onKey("reopen", () => {
    const state = chosen()?.dataset.state;
    if (state !== "accepted" && state !== "corrected") return say(form.dataset.sayOpen);
    form.elements.reason.focus();
    say(form.dataset.sayWhy);
  });
  onKey("reject", () => form.requestSubmit(document.getElementById("reject")));
  document.getElementById("correct").addEventListener("click", () => {
    form.querySelector("details.more").open = true;
    form.elements.speaker.focus();
  });
}

// After a decision the next proposal is at hand, without the text jumping about.
const asked = new URLSearchParams(location.search).has("n");
if (chosen()) {
  if (form) rove(chosen());
  mark(chosen(), asked);
  if (asked) chosen().querySelector("a.choose").focus();
  else list.scrollTop = chosen().offsetTop - list.offsetTop;
}
