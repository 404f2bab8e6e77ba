// Forms that record something: sent without leaving the page, so that a refusal costs nobody what was typed.
//
// <form method="post" action="…" data-act> … <p class="refused" role="alert" hidden></p> … </form>
// On success the page goes where the answer says. A form without this script is an ordinary form.

import { say } from "./page.js";

function refuse(form, words) {
  let place = form.querySelector(".refused");
  if (!place) {
    place = document.createElement("p");
    place.className = "refused notice";
    place.setAttribute("role", "alert");
    form.append(place);
  }
  place.textContent = words;
  place.hidden = !words;
}

/** Send a form; the answer as JSON, or null after showing in the form why it was refused. */
export async function send(form, submitter) {
  refuse(form, "");
  form.setAttribute("aria-busy", "true");
  try {
    const address = submitter?.getAttribute("formaction") || form.getAttribute("action") || location.pathname;
    const answer = await fetch(address, {
      method: "POST",
      body: new FormData(form, submitter),
      headers: { Accept: "application/json" },
      redirect: "manual",
    });
    const told = await answer.json().catch(() => null);
    if (answer.ok && told) return told;
    const known = told && [told.message, told.advice].filter(Boolean).join(" ");
    refuse(form, known || `${document.body.dataset.failed || "failed"} (${answer.status})`);
  } catch {
    refuse(form, document.body.dataset.unreachable || "unreachable");
  } finally {
    form.removeAttribute("aria-busy");
  }
  return null;
}

document.addEventListener("submit", async (event) => {
  const form = event.target.closest("form[data-act]");
  if (!form || event.defaultPrevented) return;
  event.preventDefault();
  if (form.getAttribute("aria-busy") === "true") return;
  const told = await send(form, event.submitter);
  if (!told) return;
  // What was typed is recorded now: whoever asks before a page is left need not ask.
  form.dispatchEvent(new Event("recorded"));
  // Until the page that follows is there this one still takes keys: what was recorded is not recorded again.
  form.setAttribute("aria-busy", "true");
  if (told.said) say(told.said);
  const there = new URL(told.to || location.href, location.href);
  // The same page again: its fragment alone would not load it anew.
  if (there.pathname + there.search === location.pathname + location.search) {
    if (there.hash) history.replaceState(null, "", there.hash);
    location.reload();
  } else location.assign(there);
});

// Whoever comes back to a page that the browser kept may go on in it.
window.addEventListener("pageshow", (event) => {
  if (event.persisted) for (const form of document.querySelectorAll("form[data-act][aria-busy]")) form.removeAttribute("aria-busy");
});
