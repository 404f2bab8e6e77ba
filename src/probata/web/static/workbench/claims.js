// The claims board: the words of a stance beside the table, when it is pointed at or has the focus.

import { onKey } from "./keys.js";
import { here, walk } from "./list.js";
import { say } from "./page.js";

function show(chip) {
  const beside = document.getElementById("beside");
  const words = document.getElementById(`words-${chip.dataset.said}`);
  if (!beside || !words) return;
  const copy = words.cloneNode(true);
  copy.removeAttribute("id");
  const statement = chip.closest("tr")?.querySelector("th a bdi")?.cloneNode(true);
  const title = document.createElement("p");
  title.className = "hint";
  if (statement) title.append(statement);
  // What was an item of the list stands alone here.
  const alone = document.createElement("div");
  alone.className = "said";
  alone.append(...copy.childNodes);
  beside.replaceChildren(title, alone);
  for (const other of document.querySelectorAll("a.stance.pointed")) other.classList.remove("pointed");
  chip.classList.add("pointed");
}

for (const event of ["focusin", "pointerover"])
  document.addEventListener(event, ({ target }) => {
    const chip = target.closest?.("a.stance[data-said]");
    if (chip) show(chip);
  });

// A list that comes late takes nobody's place away: the focus goes back to where it was, if that is still there.
let held = null;
let folded = false; // whether somebody put the words away
document.addEventListener("htmx:before:swap", () => {
  folded = document.querySelector("#words-beside details")?.open === false;
  const row = here();
  held = row && { row: row.id, said: document.activeElement.dataset.said };
});
document.addEventListener("htmx:after:swap", () => {
  if (folded) document.querySelector("#words-beside details")?.removeAttribute("open");
  const row = held && document.getElementById(held.row);
  if (row && document.activeElement === document.body)
    ([...row.querySelectorAll("a.stance")].find((chip) => chip.dataset.said === held.said) || row.querySelector("th a")).focus();
  held = null;
  // How many there are now, in the page's own words.
  const told = document.querySelector("#list caption, #list .empty p");
  if (told) say(told.textContent.trim());
});

function along(step) {
  const row = here();
  if (!row) return walk(1);
  const places = [row.querySelector("th a"), ...row.querySelectorAll("a.stance")];
  const at = places.indexOf(document.activeElement);
  places[Math.min(places.length - 1, Math.max(0, at + step))].focus();
}

const onward = document.dir === "rtl" || document.documentElement.dir === "rtl" ? -1 : 1;
onKey("back", ({ code }) => along(code === "ArrowLeft" ? -onward : -1));
onKey("forward", ({ code }) => along(code === "ArrowRight" ? onward : 1));
