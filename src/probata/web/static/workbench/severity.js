// Marks of severity: a person says how hard a stretch is to look at; it stands on top of the axis for whoever comes after.

import { inside } from "./draw.js";
import { onKey } from "./keys.js";
import { say } from "./page.js";

const at = (id) => document.getElementById(id);
const HEIGHTS = { none: 3, mild: 7, moderate: 12, severe: 18 };

export class Severity extends EventTarget {
  constructor({ marks, player, stretch, front }) {
    super();
    Object.assign(this, { marks, player, stretch, front });
    this.form = at("severity-form");
    at("severity-list")?.addEventListener("click", (event) => {
      const address = event.target.closest("[data-take-back]")?.dataset.takeBack;
      if (address) this.#send(address, new FormData(this.form), this.form.dataset.sayTaken);
    });
    if (!this.form) return;
    onKey("severity", (event) => { if (!event.repeat) this.open(); });
    // A list of choices keeps Enter for itself; here it records.
    this.form.elements.degree.addEventListener("keydown", (event) => {
      if (event.key !== "Enter") return;
      event.preventDefault();
      this.form.requestSubmit();
    });
    this.form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.#send(this.form.action, new FormData(this.form), this.form.dataset.sayMarked);
    });
  }

  /** Open the form on the in and out marks, or on this moment. */
  open() {
    const { player, stretch } = this;
    player.pause();
    this.front("tab-observed");
    at("severity").open = true;
    const here = player.frames ? player.ordinal : Number(player.seconds.toFixed(3));
    const [first, last] = player.frames ? ["mark_first", "mark_last"] : ["mark_start_s", "mark_end_s"];
    this.form.elements[first].value = stretch.first ?? here;
    this.form.elements[last].value = stretch.last ?? stretch.first ?? here;
    this.form.elements.degree.focus();
    at("severity").scrollIntoView({ block: "nearest" });
  }

  // One at a time: Enter pressed twice marks once.
  async #send(address, body, said) {
    if (this.form.getAttribute("aria-busy") === "true") return;
    this.form.setAttribute("aria-busy", "true");
    body.set("csrfmiddlewaretoken", this.form.elements.csrfmiddlewaretoken.value);
    const answer = await fetch(address, { method: "POST", body, headers: { Accept: "application/json" } }).catch(() => null);
    const told = answer ? await answer.json().catch(() => ({})) : { message: document.body.dataset.unreachable };
    this.form.removeAttribute("aria-busy");
    at("severity-refused").hidden = Boolean(answer?.ok);
    if (!answer?.ok) {
      at("severity-refused").textContent = [told.message, told.advice].filter(Boolean).join(" ") || this.form.dataset.sayFailed;
      return;
    }
    this.marks = told.marks;
    at("severity-list").innerHTML = told.list;
    at("severity-count").textContent = told.marks.length;
    at("severity-count").hidden = !told.marks.length;
    tellSeverity(told.severity);
    say(said);
    this.dispatchEvent(new Event("changed"));
  }
}

/** What is known of how hard it is to look at, on the veil: from the same that forewarns. */
export function tellSeverity(words) {
  for (const place of document.querySelectorAll("[data-severity-known]")) place.innerHTML = words;
}

/** The lane on top: marks solid and as high as they are severe; what only follows from observations or a machine, hollow. */
export function severityRow(severity, dangers, told) {
  const { marks } = severity;
  const drawn = dangers();
  return {
    label: told.severity,
    hint: marks.length ? `${marks.length} ${marks.length === 1 ? told.mark : told.marks}` : "",
    height: marks.length || drawn.length ? 30 : 24,
    draw: (pen) => {
      if (!marks.length && !drawn.length) inside(pen, told.nothing_marked, 10, pen.width, "soft");
      for (const one of drawn) drawWarning(pen, one);
      for (const one of marks) drawMarked(pen, one);
    },
  };
}

function drawMarked(pen, { start_s, end_s, degree, words }) {
  const { context, colour, top, height, width, x } = pen;
  const [left, right] = [Math.max(-4, x(start_s)), Math.min(width + 4, Math.max(x(end_s), x(start_s) + 5))];
  const tall = HEIGHTS[degree];
  context.fillStyle = colour("soft");
  context.fillRect(left, top + height - 4 - tall, right - left, tall);
  if (right - left > 60) inside({ ...pen, top: top + height - 22, height: 18 }, words, Math.max(0, left) + 6, right, degree === "severe" ? "ground" : "ink");
}

function drawWarning({ context, colour, top, height, width, x }, { kind, start_s, end_s }) {
  context.strokeStyle = colour("soft");
  context.lineWidth = 1.5;
  context.beginPath();
  if (kind === "sound") {
    const middle = Math.round(x(start_s)) + 0.5;
    context.moveTo(middle - 4, top + height - 4);
    context.lineTo(middle, top + height - 11);
    context.lineTo(middle + 4, top + height - 4);
    context.closePath();
  } else {
    const [left, right] = [Math.max(-4, x(start_s)), Math.min(width + 4, Math.max(x(end_s), x(start_s) + 5))];
    context.setLineDash([4, 3]);
    context.rect(left, top + 6, right - left, height - 11);
  }
  context.stroke();
  context.setLineDash([]);
}
