// Candidates: one is chosen, and a person accepts, corrects or rejects it, translates it, or checks a translation. What
// was recorded comes back from the server as the row and the line to show; the page never makes up that something held.

import { called } from "./codes.js";
import { onKey } from "./keys.js";
import { say, sayLater } from "./page.js";
import { Rows } from "./rows.js";

const at = (id) => document.getElementById(id);
const nameOf = ({ track, number }) => `${track}:${number}`;
const SPOKEN_MS = 700; // after the words that the playhead says of itself
const draftOf = ({ what, entry }) => `${what} ${nameOf(entry)}`;
const typed = (form) => Object.fromEntries(["text", "language", "translator"].map((name) => [name, form.elements.namedItem(name).value]));

export class Candidates extends EventTarget {
  /** entries: what the axis draws, each with track, number, state, seq, says and shown. */
  constructor(entries) {
    super();
    this.entries = entries;
    this.chosen = null;
    this.section = at("deciding");
    this.writing = null; // { what, entry, from } while words are written; from: what stood there before
    // What was typed and not sent: words by candidate and kind, reasons by candidate. Each is of what it was written for.
    this.drafts = new Map();
    this.whys = new Map();
    this.sending = new Set();
    this.turns = 0; // how often something was decided
    this.lists = [...document.querySelectorAll("[data-rows]")].map((one) => new Rows(one, (brought) => this.#mark(brought)));
    document.addEventListener("click", (event) => this.#clicked(event));
    if (!this.section) return;
    at("words-form").addEventListener("submit", (event) => { event.preventDefault(); this.#sendWords(); });
    at("why-form").addEventListener("submit", (event) => event.preventDefault());
    at("words-form").addEventListener("keydown", (event) => {
      if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) at("words-form").requestSubmit();
      if (event.key === "Escape") this.putAway(); // and the page veils, as Escape does everywhere
    });
  }

  /** What keys and buttons do. */
  get actions() {
    if (!this.section) return {};
    return {
      accept: (event) => this.#decide("accepted", event),
      reject: (event) => this.#decide("rejected", event),
      reopen: (event) => this.#decide("reopened", event),
      correct: () => this.#write("correct"),
      translate: () => this.#write("translate"),
      putAway: () => this.putAway(),
    };
  }

  /** Choose a candidate; `shows` brings its row into view. */
  choose(entry, shows = true) {
    if (entry !== this.chosen) this.#turnReason(entry);
    this.chosen = entry;
    // Going back to hear what one translates puts nothing away.
    if (!entry || entry !== this.writing?.entry) this.putAway();
    this.#mark(shows);
    clearTimeout(this.speaking);
    if (entry) this.speaking = sayLater(`${at("chosen")?.textContent ?? this.#words(entry)}, ${called(entry.state)}`, SPOKEN_MS);
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
    if (playing) this.#bringLine(list, seconds);
  }

  // What is being said now may stand in a stretch of the transcript that is not in the page.
  #bringLine(list, seconds) {
    const rows = this.lists.find((one) => one.list === list);
    if (!rows || (seconds >= Number(list.firstElementChild?.dataset.startS) && seconds <= Number(list.lastElementChild?.dataset.endS))) return;
    const { track } = rows.holder.dataset;
    const said = this.entries.findLast((one) => one.track === track && one.start_s <= seconds + 1e-6);
    if (said) rows.bring(said);
  }

  /** Close the form; what stands in it is there again when the same is begun anew. */
  putAway() {
    if (!this.section) return;
    const { writing } = this;
    const words = typed(at("words-form"));
    if (writing && words.text !== writing.from) this.drafts.set(draftOf(writing), words);
    this.writing = null;
    at("words-form").hidden = true;
    at("decide-refused").hidden = true;
    if (at("words-form").contains(document.activeElement)) document.activeElement.blur();
  }

  #turnReason(next) {
    const reason = at("why");
    if (!reason) return;
    if (this.chosen) this.whys.set(nameOf(this.chosen), reason.value);
    reason.value = (next && this.whys.get(nameOf(next))) ?? "";
  }

  #mark(shows) {
    const entry = this.chosen;
    for (const row of document.querySelectorAll("[data-candidate].chosen")) {
      row.classList.remove("chosen");
      row.removeAttribute("aria-current");
    }
    for (const row of entry ? document.querySelectorAll(`[data-candidate="${nameOf(entry)}"]`) : []) {
      row.classList.add("chosen");
      row.setAttribute("aria-current", "true");
      if (shows && row.offsetParent) {
        row.closest("details")?.setAttribute("open", "");
        row.scrollIntoView({ block: "nearest" });
      }
    }
    if (entry && shows) for (const list of this.lists) list.bring(entry);
    if (!this.section) return;
    this.section.hidden = !entry;
    if (entry) at("chosen").textContent = this.#words(entry);
  }

  #words(entry) {
    const kind = called(entry.kind);
    return entry.shown ? `${kind} «${entry.shown.length > 60 ? `${entry.shown.slice(0, 58)}…` : entry.shown}»` : kind;
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
    this.putAway();
    this.writing = { what, entry: this.chosen, from: what === "correct" ? this.chosen.says : "" };
    at("words-form").reset();
    at("words-label").textContent = at("words-label").dataset[what];
    at("translation-fields").hidden = what !== "translate";
    at("words").value = this.writing.from;
    const draft = this.drafts.get(draftOf(this.writing));
    if (draft?.text.trim()) for (const [name, value] of Object.entries(draft)) at("words-form").elements.namedItem(name).value = value;
    at("words-form").hidden = false;
    at("words").focus();
    // What is the machine's is replaced by typing; what is one's own is gone on with.
    if (!draft?.text.trim()) at("words").select();
  }

  #has() {
    if (this.chosen) return true;
    say(this.section.dataset.sayNone);
    return false;
  }

  // The words are of the candidate for which they were begun, whatever is chosen by now.
  #sendWords() {
    if (!this.writing) return;
    const { what, entry } = this.writing;
    const form = new FormData(at("words-form"));
    const draft = draftOf(this.writing);
    if (what === "correct") form.set("decision", "corrected");
    this.#send(this.#url(what === "correct" ? "decideUrl" : "translateUrl", entry), form, entry, draft);
  }

  #decide(decision, event) {
    if (event?.repeat || !this.#has()) return; // a key held down decides once
    const form = new FormData();
    form.set("decision", decision);
    this.#send(this.#url("decideUrl", this.chosen), form, this.chosen);
  }

  #check(button) {
    const row = button.closest("[data-candidate]");
    const entry = this.entries.find((one) => nameOf(one) === row.dataset.candidate);
    const form = new FormData();
    form.set("holds", button.dataset.holds);
    this.choose(entry, false);
    this.#send(this.section.dataset.checkUrl.replace("/0/", `/${button.dataset.check}/`), form, entry);
  }

  #url(which, { track, number }) {
    return this.section.dataset[which].replace(/candidates\/[0-9a-f]{64}\/0\//, `candidates/${track}/${number}/`);
  }

  async #send(url, form, entry, draft = null) {
    if (this.sending.has(entry)) return; // one at a time: what was decided must be seen before it is decided anew
    const reason = at("why");
    const why = reason.value;
    form.set("reason", why);
    form.set("seen", entry.seq);
    form.set("csrfmiddlewaretoken", at("why-form").elements.namedItem("csrfmiddlewaretoken").value);
    this.sending.add(entry);
    const answer = await fetch(url, { method: "POST", body: form, headers: { Accept: "application/json" } }).catch(() => null);
    const told = (await answer?.json().catch(() => null)) ?? { message: this.section.dataset.sayFailed };
    this.sending.delete(entry);
    if (!answer?.ok) {
      at("decide-refused").hidden = false;
      at("decide-refused").textContent = `${this.#words(entry)}: ${[told.message, told.advice].filter(Boolean).join(" ")}`;
      at("decide-refused").scrollIntoView({ block: "nearest" });
      return;
    }
    if (this.chosen === entry && reason.value === why) reason.value = "";
    if (this.whys.get(nameOf(entry)) === why) this.whys.delete(nameOf(entry));
    this.#renew(entry, told);
    if (draft && this.drafts.get(draft)?.text === form.get("text")) this.drafts.delete(draft);
  }

  // Whoever has gone on to another candidate meanwhile stays there, and keeps what they were writing.
  #renew(entry, { candidate, row, line }) {
    Object.assign(entry, candidate);
    this.turns += 1;
    const wrote = this.writing?.entry === entry;
    const within = document.activeElement?.closest("[data-candidate]")?.dataset.candidate === nameOf(entry);
    for (const old of document.querySelectorAll(`[data-candidate="${nameOf(entry)}"]`)) {
      const fresh = document.createElement("template");
      fresh.innerHTML = (old.tagName === "TR" ? row : line).trim();
      if (fresh.content.firstElementChild) old.replaceWith(fresh.content.firstElementChild);
    }
    if (wrote) this.putAway();
    this.#mark(this.chosen === entry);
    if (wrote || within) {
      const rows = [...document.querySelectorAll(`[data-candidate="${nameOf(entry)}"]`)];
      rows.find((one) => one.offsetParent)?.querySelector("button.seek")?.focus();
    }
    clearTimeout(this.speaking);
    say(`${this.#words(entry)}: ${called(entry.state)}`);
    this.dispatchEvent(new CustomEvent("decided", { detail: entry }));
  }
}

/** Keys that decide. */
export function wireCandidates(candidates) {
  for (const [name, act] of Object.entries(candidates.actions)) if (name !== "putAway") onKey(name, act);
}
