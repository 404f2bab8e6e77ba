// Deciding: confirm or reject, and why. Sent without leaving the page, so that nobody loses the place they looked at.

import { onKey } from "./keys.js";
import { say } from "./page.js";

const at = (id) => document.getElementById(id);

export function wireDecision(decided) {
  const form = at("decide-form");
  if (!form) return;
  const choose = (value) => {
    form.elements.namedItem("decision").value = value;
    at("reason").focus();
  };
  onKey("confirm", () => choose("confirm"));
  onKey("reject", () => choose("reject"));
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const answer = await fetch(form.action, { method: "POST", body: new FormData(form), headers: { Accept: "application/json" } });
    const told = await answer.json().catch(() => ({ message: `${answer.status}` }));
    at("decide-refused").hidden = answer.ok;
    at("decide-refused").textContent = answer.ok ? "" : [told.message, told.advice].filter(Boolean).join(" ");
    if (!answer.ok) return;
    await renew();
    form.reset();
    at("reason").blur();
    decided(told.decision);
    say(at("standing").innerText);
  });
}

// The words are the server's: the page is asked for again, and what it says of the decision takes the place of ours.
async function renew() {
  const answer = await fetch(location.pathname, { headers: { Accept: "text/html" } });
  if (!answer.ok) return;
  const fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
  for (const id of ["standing", "decided", "decision-title"]) at(id).replaceChildren(...fresh.getElementById(id).childNodes);
}
