// Candidates: one is chosen, and a person accepts, corrects or rejects it, translates it, or checks a translation. What
// was recorded comes back from the server as the row and the line to show; the page never makes up that something held.

import { onKey } from "./keys.js";
import { say } from "./page.js";

const at = (id) => document.getElementById(id);
const nameOf = ({ track, number }) => `${track}:${number}`;

export class Candidates extends EventTarget {
  /** entries: what the axis draws, each with track, number, state and says. */
  constructor(entries) {
    super();
    this.entries = entries;
    this.chosen = null;
    this.section = at("deciding");
    this.writing = "";
    document.addEventListener("click", (event) => this.#clicked(event));
    if (!this.section) return;
    at("words-form").addEventListener("submit", (event) => { event.preventDefault(); this.#sendWords(); });
    at("why-form").addEventListener("submit", (event) => event.preventDefault());
    at("words-form").addEventListener("keydown", (event) => {
      if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) at("words-form").requestSubmit();
      if (event.key === "Escape") { event.stopPropagation(); this.putAway(); }
    });
  }

  /** What keys and buttons do. */
  get actions() {
    if (!this.section) return {};
    return {
      accept: () => this.#decide("accepted"),
      reject: () => this.#decide("rejected"),
      reopen: () => this.#decide("reopened"),
      correct: () => this.#write("correct"),
      translate: () => this.#write("translate"),
      putAway: () => this.putAway(),
    };
  }

  /** Choose a candidate; `shows` brings its row into view. */
  choose(entry, shows = true) {
    this.chosen = entry;
    this.putAway();
    for (const row of document.querySelectorAll("[data-candidate]")) {
      const is = entry && row.dataset.candidate === nameOf(entry);
      row.classList.toggle("chosen", Boolean(is));
      if (is) row.setAttribute("aria-current", "true");
      else row.removeAttribute("aria-current");
      if (is && shows && row.offsetParent) {
        row.closest("details")?.setAttribute("open", "");
        row.scrollIntoView({ block: "nearest" });
      }
    }
    if (this.section) {
      this.section.hidden = !entry;
      if (entry) at("chosen").textContent = this.#words(entry);
    }
    this.dispatchEvent(new CustomEvent("chosen", { detail: entry }));
  }

  /** The playhead moved: the line that is being said is marked, and brought into view while it plays. */
  follow(seconds, playing) {
    const list = at("transcript");
    if (!list || at("panel-transcript").hidden) return;
    let now = null;
    for (const line of list.children) {
      const is = Number(line.dataset.startS) <= seconds + 1e-6 && seconds <= Number(line.dataset.endS);
      line.classList.toggle("now", is);
      if (is) now = line;
    }
    if (now && playing) now.scrollIntoView({ block: "nearest" });
  }

  putAway() {
    if (!this.section) return;
    this.writing = "";
    at("words-form").hidden = true;
    at("decide-refused").hidden = true;
    if (at("words-form").contains(document.activeElement)) document.activeElement.blur();
  }

  #words(entry) {
    const kind = entry.kind.replaceAll("_", " ");
    return entry.says ? `${kind} «${entry.says.length > 60 ? `${entry.says.slice(0, 58)}…` : entry.says}»` : kind;
  }

  #clicked(event) {
    const check = event.target.closest("[data-check]");
    if (check) return this.#check(check);
    const row = event.target.closest("[data-candidate]");
    if (!row) return undefined;
    const entry = this.entries.find((one) => nameOf(one) === row.dataset.candidate);
    if (!entry) return undefined;
    this.choose(entry, false);
    // In the transcript a click anywhere leads to what is said there; its buttons and words lead where they say.
    if (!event.target.closest("button, a, [data-seek-s]")) this.dispatchEvent(new CustomEvent("seek", { detail: entry }));
    return undefined;
  }

  #write(what) {
    if (!this.#has()) return;
    this.writing = what;
    at("words-form").reset();
    at("words-label").textContent = at("words-label").dataset[what];
    at("translation-fields").hidden = what !== "translate";
    at("words").value = what === "correct" ? this.chosen.says : "";
    at("words-form").hidden = false;
    at("words").focus();
    at("words").select();
  }

  #has() {
    if (this.chosen) return true;
    say(this.section.dataset.sayNone);
    return false;
  }

  #sendWords() {
    const form = new FormData(at("words-form"));
    if (this.writing === "correct") this.#decide("corrected", form.get("text"));
    else this.#send(this.#url("translateUrl"), form, this.chosen);
  }

  #decide(decision, text = "") {
    if (!this.#has()) return;
    const form = new FormData();
    form.set("decision", decision);
    form.set("text", text);
    this.#send(this.#url("decideUrl"), form, this.chosen);
  }

  #check(button) {
    const row = button.closest("[data-candidate]");
    const entry = this.entries.find((one) => nameOf(one) === row.dataset.candidate);
    const form = new FormData();
    form.set("holds", button.dataset.holds);
    this.choose(entry, false);
    this.#send(this.section.dataset.checkUrl.replace("/0/", `/${button.dataset.check}/`), form, entry);
  }

  #url(which) {
    const { track, number } = this.chosen;
    return this.section.dataset[which].replace(/candidates\/[0-9a-f]{64}\/0\//, `candidates/${track}/${number}/`);
  }

  async #send(url, form, entry) {
    const why = at("why-form");
    form.set("reason", why.elements.namedItem("reason").value);
    form.set("csrfmiddlewaretoken", why.elements.namedItem("csrfmiddlewaretoken").value);
    const answer = await fetch(url, { method: "POST", body: form, headers: { Accept: "application/json" } }).catch(() => null);
    const told = (await answer?.json().catch(() => null)) ?? { message: this.section.dataset.sayFailed };
    at("decide-refused").hidden = Boolean(answer?.ok);
    at("decide-refused").textContent = answer?.ok ? "" : [told.message, told.advice].filter(Boolean).join(" ");
    if (!answer?.ok) {
      at("decide-refused").scrollIntoView({ block: "nearest" });
      return;
    }
    why.reset();
    this.#renew(entry, told);
  }

  #renew(entry, { candidate, row, line }) {
    Object.assign(entry, candidate);
    for (const old of document.querySelectorAll(`[data-candidate="${nameOf(entry)}"]`)) {
      const fresh = document.createElement("template");
      fresh.innerHTML = (old.tagName === "TR" ? row : line).trim();
      if (fresh.content.firstElementChild) old.replaceWith(fresh.content.firstElementChild);
    }
    this.choose(entry);
    say(`${this.#words(entry)}: ${entry.state}`);
  }
}

/** Keys that decide. */
export function wireCandidates(candidates) {
  for (const [name, act] of Object.entries(candidates.actions)) if (name !== "putAway") onKey(name, act);
}
