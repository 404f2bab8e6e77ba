// Cases and incidents: Q asks, N begins a new one, Enter opens what a row holds.

import { onKey } from "./keys.js";
import { here } from "./list.js";

function open(details) {
  if (!details) return false;
  details.open = true;
  (details.querySelector("textarea, input:not([type=hidden]), select, button") || details).focus();
  details.scrollIntoView({ block: "nearest" });
  return true;
}

onKey("ask", () => open(document.getElementById("asking")));
onKey("begin", () => open(document.getElementById("beginning")));
onKey("open", () => {
  const row = here();
  return Boolean(row) && document.activeElement === row && open(row.querySelector("details[data-opening]"));
});

// Esc leaves a form as it is and goes back to its row.
document.addEventListener("keydown", (event) => {
  if (event.code !== "Escape") return;
  const details = event.target.closest?.("details[data-opening]");
  const row = details?.closest("[data-row]");
  if (!row) return;
  details.open = false;
  row.focus();
});

// What an address points at is opened, if it stands in something closed.
function show() {
  const target = location.hash && document.getElementById(decodeURIComponent(location.hash.slice(1)));
  // Whoever skipped to the content stands there by the browser's own doing, and may be further by now.
  if (!target || target.matches("main")) return;
  for (let around = target.closest("details:not([open])"); around; around = around.parentElement.closest("details:not([open])")) around.open = true;
  target.scrollIntoView({ block: "nearest" });
  (target.matches("[tabindex]") ? target : target.querySelector("a, [tabindex]"))?.focus({ preventScroll: true });
}

addEventListener("hashchange", show);
show();
