// Ways of looking, the mildest first: text and tracks, stills, a drawing, grey and small, full. The style sheet shows by
// `data-way` on the stage what each lets through; this knows which one stands, and tells the server what a person chose.

import { onKey } from "./keys.js";
import { say } from "./page.js";

export const WAYS = ["veiled", "still", "drawing", "grey", "full"];

/** A form's token of this page, for what a script sends by itself. */
export function sendQuietly(address, told) {
  const body = new FormData();
  body.set("csrfmiddlewaretoken", document.querySelector("[name=csrfmiddlewaretoken]").value);
  for (const [name, value] of Object.entries(told)) body.set(name, value);
  // What is sent while the page closes still arrives.
  return fetch(address, { method: "POST", body, headers: { Accept: "application/json" }, keepalive: true });
}

export class Ways extends EventTarget {
  constructor({ stage, group, url }) {
    super();
    this.stage = stage;
    this.url = url;
    this.radios = [...group.querySelectorAll("[name=way]")];
    this.way = group.querySelector(":checked").value;
    this.told = this.way;
    this.wish = this.way;
    this.#show();
    window.addEventListener("pagehide", () => { if (this.told !== this.wish) sendQuietly(this.url, { way: this.wish }).catch(() => undefined); });
    for (const radio of this.radios) radio.addEventListener("change", () => this.choose(radio.value));
    onKey("wayMore", () => this.step(1));
    onKey("wayLess", () => this.step(-1));
  }

  /** Whether anything of a picture may be shown. */
  get shows() {
    return this.way !== "veiled";
  }

  /** Whether it may play. */
  get plays() {
    return this.shows && this.way !== "still";
  }

  step(steps) {
    const at = WAYS.indexOf(this.way) + steps;
    if (at >= 0 && at < WAYS.length) this.choose(WAYS[at]);
  }

  /** Look in this way from now on; `kept` remembers it for this person. */
  choose(way, kept = true) {
    if (way === this.way) return;
    this.before = this.way;
    this.way = way;
    this.#show();
    const radio = this.radios.find((one) => one.value === way);
    say(radio.closest("label").innerText);
    this.dispatchEvent(new Event("changed"));
    if (!kept) return;
    this.wish = way;
    this.#remember();
  }

  /** Grey on, off: for this page alone. */
  grey() {
    this.choose(this.way === "grey" ? "full" : "grey", false);
  }

  // One after the other, the newest last: of two that are under way at once, the earlier might be the one remembered.
  async #remember() {
    if (this.telling) return;
    this.telling = true;
    while (this.told !== this.wish) {
      this.told = this.wish;
      await sendQuietly(this.url, { way: this.told }).catch(() => undefined);
    }
    this.telling = false;
  }

  #show() {
    this.stage.dataset.way = this.way;
    this.stage.classList.toggle("grey", this.way === "grey");
    document.querySelector("[data-do=grey]")?.setAttribute("aria-pressed", this.way === "grey");
    for (const radio of this.radios) radio.checked = radio.value === this.way;
  }
}
