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
    if (form.getAttribute("aria-busy") === "true") return; // Enter pressed twice decides once
    form.setAttribute("aria-busy", "true");
    const { told, why, late } = await sent(form);
    at("decide-refused").hidden = !why;
    at("decide-refused").textContent = why;
    // Whoever is told that somebody decided meanwhile sees that decision here; sent again, theirs is over it knowingly.
    if (late) await renew().catch(() => {});
    if (told) {
      await renew().catch(() => location.reload()); // it is on the record, and the page must not say otherwise
      form.reset();
      at("reason").blur();
      decided(told.decision);
      say(at("standing").innerText);
    }
    form.removeAttribute("aria-busy");
  });
}

/** What was recorded, or why nothing was, in words. */
async function sent(form) {
  const answer = await fetch(form.action, { method: "POST", body: new FormData(form), headers: { Accept: "application/json" } }).catch(() => null);
  if (!answer) return { why: document.body.dataset.unreachable };
  const told = await answer.json().catch(() => ({}));
  if (answer.ok && told.decision) return { told, why: "" };
  return { late: told.code === "relation_decided_meanwhile", why: [told.message, told.advice].filter(Boolean).join(" ") || `${document.body.dataset.failed} (${answer.status})` };
}

// The words are the server's: the page is asked for again, and what it says of the decision takes the place of ours.
async function renew() {
  const answer = await fetch(location.pathname, { headers: { Accept: "text/html" } });
  if (!answer.ok) throw new Error(String(answer.status));
  const fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
  for (const id of ["standing", "decided", "decision-title", "decision-seen"]) at(id).replaceChildren(...fresh.getElementById(id).childNodes);
}
