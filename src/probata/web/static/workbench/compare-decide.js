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
    // Pressed twice, it is decided once.
    if (form.getAttribute("aria-busy") === "true") return;
    form.setAttribute("aria-busy", "true");
    const answer = await fetch(form.action, { method: "POST", body: new FormData(form), headers: { Accept: "application/json" } }).catch(() => null);
    const told = answer ? await answer.json().catch(() => ({ message: `${document.body.dataset.failed} (${answer.status})` })) : { message: document.body.dataset.unreachable };
    form.removeAttribute("aria-busy");
    at("decide-refused").hidden = Boolean(answer?.ok);
    at("decide-refused").textContent = answer?.ok ? "" : [told.message, told.advice].filter(Boolean).join(" ");
    if (!answer?.ok) return;
    // What cannot be asked for anew now is shown when the page is.
    await renew().catch(() => undefined);
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
