// The list under the fingers: j and k walk, Enter opens, / filters, [ and ] turn the page.

import { onKey } from "./keys.js";

const rows = () => [...document.querySelectorAll("[data-row]")];
const links = () => rows().map((row) => row.querySelector("a"));

function mark() {
  for (const row of rows()) row.classList.toggle("here", row.contains(document.activeElement));
}

function walk(step) {
  const all = links();
  if (!all.length) return;
  const here = all.indexOf(document.activeElement);
  all[here < 0 ? (step > 0 ? 0 : all.length - 1) : Math.min(all.length - 1, Math.max(0, here + step))].focus();
}

document.addEventListener("focusin", mark);
document.addEventListener("focusout", mark);
document.addEventListener("dblclick", (event) => event.target.closest("[data-row]")?.querySelector("a").click());

onKey("next", () => walk(1));
onKey("previous", () => walk(-1));
onKey("find", () => document.getElementById("q").focus());
onKey("older", () => document.querySelector("a[rel=next]")?.click());
onKey("newer", () => document.querySelector("a[rel=prev]")?.click());

// From the filter, Enter and the arrow lead into the list.
document.getElementById("q").addEventListener("keydown", (event) => {
  if (event.code === "ArrowDown" || event.code === "Escape") {
    event.preventDefault();
    walk(1);
  }
});
