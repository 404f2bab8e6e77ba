// A list under the fingers: j and k walk its rows, Enter opens, / filters, [ and ] turn the page.

import { onKey } from "./keys.js";

const rows = () => [...document.querySelectorAll("[data-row]")];
// What of a row takes the focus: a link, a button or a field; a row without any takes it itself (tabindex).
const handle = (row) => (row.matches("[tabindex]") ? row : row.querySelector("a, button, input, [tabindex]"));

function mark() {
  for (const row of rows()) row.classList.toggle("here", row.contains(document.activeElement));
}

/** The row that holds the focus; undefined where none does. */
export function here() {
  return rows().find((row) => row.contains(document.activeElement));
}

/** Walk on by so many rows. */
export function walk(step) {
  const all = rows().map(handle).filter(Boolean);
  if (!all.length) return;
  const at = rows().indexOf(here());
  all[at < 0 ? (step > 0 ? 0 : all.length - 1) : Math.min(all.length - 1, Math.max(0, at + step))].focus();
}

document.addEventListener("focusin", mark);
document.addEventListener("focusout", mark);
document.addEventListener("dblclick", (event) => event.target.closest("[data-row]")?.querySelector("a")?.click());

const filter = document.getElementById("q");

onKey("next", () => walk(1));
onKey("previous", () => walk(-1));
if (filter) onKey("find", () => filter.focus());
onKey("older", () => document.querySelector("a[rel=next]")?.click());
onKey("newer", () => document.querySelector("a[rel=prev]")?.click());

// What was computed is put on the record below all that was found: R leads there past it.
const record = document.querySelector("form.record #reason");
if (record) onKey("putOnRecord", () => record.focus());

// From the filter, Enter and the arrow lead into the list.
filter?.addEventListener("keydown", (event) => {
  if (event.code === "ArrowDown" || event.code === "Escape") {
    event.preventDefault();
    walk(1);
  }
});
