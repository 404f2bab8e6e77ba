// One's own table of hypotheses: a grid under the keys, kept by this tab until it is handed in.
//
// The form holds a choice for each cell; without this script they are filled one by one. With it, the cell itself takes
// the focus (one of them at a time is in the tab order), figures set it, and the choice follows.

import { send } from "./acts.js";
import { say } from "./page.js";

const form = document.getElementById("matrix");
const grid = document.getElementById("grid");
const rows = [...grid.querySelectorAll("tbody tr")].map((row) => [...row.querySelectorAll("[data-cell]")]);
const cells = rows.flat();
const palette = [...form.querySelectorAll("[data-set]")];
const words = new Map(palette.map((one) => [one.dataset.set, one.querySelector(".word").textContent]));
const codes = new Map(palette.map((one) => [one.dataset.number, one.dataset.set]));
const choice = (cell) => cell.querySelector("select");
let marked = cells[0];

function show(cell, code) {
  cell.dataset.code = code;
  cell.querySelector(".code").textContent = code;
  cell.querySelector(".word").textContent = words.get(code);
  choice(cell).value = code;
}

function tell() {
  form.querySelector("[data-left]").textContent = cells.filter((cell) => !choice(cell).value).length;
  for (const one of palette) one.setAttribute("aria-pressed", String(one.dataset.set === choice(marked).value));
}

function mark(cell, focus = true) {
  marked.tabIndex = -1;
  marked.classList.remove("marked");
  marked = cell;
  marked.tabIndex = 0;
  marked.classList.add("marked");
  tell();
  if (focus) marked.focus();
}

function set(code) {
  show(marked, code);
  keep();
  tell();
  say(`${code} ${words.get(code)}`);
}

function kept() {
  try {
    return JSON.parse(sessionStorage.getItem(form.dataset.draft) ?? "null");
  } catch {
    return null;
  }
}

function keep() {
  const fields = [...form.querySelectorAll("select, .rejecting input")];
  const filled = Object.fromEntries(fields.filter((one) => one.value).map((one) => [one.name, one.value]));
  if (Object.keys(filled).length) sessionStorage.setItem(form.dataset.draft, JSON.stringify(filled));
  else sessionStorage.removeItem(form.dataset.draft);
}

function restore() {
  const filled = kept();
  if (!filled) return;
  for (const cell of cells) if (words.has(filled[choice(cell).name])) show(cell, filled[choice(cell).name]);
  for (const one of form.querySelectorAll(".rejecting input")) {
    one.value = filled[one.name] ?? "";
    if (one.value) one.closest("details").open = true;
  }
  document.getElementById("restored").hidden = false;
}

/** Where a key leads from the marked cell; undefined where it leads nowhere. */
function led(event) {
  const down = rows.findIndex((row) => row.includes(marked));
  const along = rows[down].indexOf(marked);
  const forth = document.documentElement.dir === "rtl" ? -1 : 1;
  switch (event.code) {
    case "ArrowRight": return rows[down][along + forth];
    case "ArrowLeft": return rows[down][along - forth];
    case "ArrowDown": return rows[down + 1]?.[along];
    case "ArrowUp": return rows[down - 1]?.[along];
    case "Home": return event.ctrlKey ? cells[0] : rows[down][0];
    case "End": return event.ctrlKey ? cells.at(-1) : rows[down].at(-1);
    default: return undefined;
  }
}

function nextBlank() {
  const at = cells.indexOf(marked);
  return [...cells.slice(at + 1), ...cells.slice(0, at)].find((cell) => !choice(cell).value);
}

grid.addEventListener("keydown", (event) => {
  if (event.altKey || event.metaKey || !event.target.matches("[data-cell]")) return;
  const figure = /^(?:Digit|Numpad)([0-6])$/.exec(event.code)?.[1];
  if (figure !== undefined && !event.ctrlKey && !event.shiftKey) set(codes.get(figure));
  else if (["Delete", "Backspace"].includes(event.code)) set("");
  else if (["Enter", "NumpadEnter"].includes(event.code)) mark(nextBlank() ?? marked);
  else if (/^(Arrow|Home$|End$)/.test(event.code)) {
    const there = led(event);
    if (there) mark(there);
  } else return;
  event.preventDefault();
});

grid.addEventListener("click", (event) => {
  const cell = event.target.closest("[data-cell]");
  if (cell) mark(cell);
});

form.addEventListener("click", (event) => {
  const button = event.target.closest("[data-set]");
  if (!button) return;
  set(button.dataset.set);
  marked.focus();
});

form.querySelector(".rejecting").addEventListener("input", keep);
// A table is handed in once: Enter at the end of a reason leads on and hands nothing in.
form.querySelector(".rejecting").addEventListener("keydown", (event) => {
  if (!["Enter", "NumpadEnter"].includes(event.code) || event.isComposing || !event.target.matches("input")) return;
  event.preventDefault();
  const fields = [...form.querySelectorAll(".rejecting input")];
  (fields[fields.indexOf(event.target) + 1] ?? form.querySelector(".send button")).focus();
});

form.addEventListener("submit", async (event) => {
  event.preventDefault();
  if (form.getAttribute("aria-busy") === "true") return;
  const told = await send(form, event.submitter);
  if (!told) return;
  sessionStorage.removeItem(form.dataset.draft);
  location.reload();
});

// Whoever logs out leaves no judgement behind in the tab.
document.querySelector("[data-leaving]")?.addEventListener("submit", () => sessionStorage.removeItem(form.dataset.draft));

for (const cell of cells) {
  cell.tabIndex = -1;
  choice(cell).tabIndex = -1;
}
grid.classList.add("keyed");
restore();
mark(marked, false);
form.dataset.ready = "yes";
