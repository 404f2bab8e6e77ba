// Choosing evidence from the record: typing looks in it; what is chosen stays when other words are typed.

import { onKey } from "./keys.js";

const WAIT_MS = 200;

/** Make a picker work: one record by radio buttons, or several by boxes that move up to what is chosen. */
function pick(place) {
  const find = place.querySelector("[data-find]");
  const found = place.querySelector("[data-found]");
  const chosen = place.querySelector("[data-chosen]");
  let asked = 0;
  let timer;

  function settle() {
    // What is chosen already is not offered a second time.
    const taken = new Set([...(chosen?.children ?? [])].map((one) => one.dataset.choice));
    for (const one of found.querySelectorAll("[data-choice]")) if (taken.has(one.dataset.choice)) one.remove();
  }

  async function look() {
    const turn = ++asked;
    const query = new URLSearchParams({ q: find.value, several: place.dataset.several, case: place.dataset.case });
    const answer = await fetch(`${place.dataset.url}?${query}`, { headers: { Accept: "text/html" } }).catch(() => null);
    if (!answer?.ok || turn !== asked) return;
    const kept = chosen ? null : found.querySelector("input:checked")?.closest("[data-choice]");
    // Our own page's words; text from outside is escaped by it.
    found.innerHTML = await answer.text();
    if (kept) {
      found.querySelector(`[data-choice="${CSS.escape(kept.dataset.choice)}"]`)?.remove();
      let list = found.querySelector(".choices");
      if (!list) {
        list = document.createElement("ul");
        list.className = "choices";
        found.prepend(list);
      }
      list.prepend(kept);
    }
    settle();
  }

  find.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(look, WAIT_MS);
  });
  find.addEventListener("keydown", (event) => {
    // Enter looks at once, and never sends the form half filled.
    if (event.code === "Enter" || event.code === "NumpadEnter") {
      event.preventDefault();
      look();
    } else if (event.code === "ArrowDown") {
      event.preventDefault();
      found.querySelector("input")?.focus();
    }
  });
  place.addEventListener("change", (event) => {
    const choice = event.target.matches("[name=row]") && event.target.closest("[data-choice]");
    if (!choice || !chosen) return;
    if (event.target.checked) {
      const next = choice.nextElementSibling ?? choice.previousElementSibling;
      chosen.append(choice);
      (next?.querySelector("input") ?? find).focus();
    } else {
      choice.remove();
      find.focus();
      look();
    }
  });
  settle();
}

const places = [...document.querySelectorAll("[data-picker]")];
for (const place of places) pick(place);

onKey("find", () => {
  const closed = document.getElementById("entering");
  if (closed) closed.open = true;
  places[0]?.querySelector("[data-find]").focus();
});
