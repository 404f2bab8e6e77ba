// Observing: a person says what they see or hear, from which frame to which, and where in the picture. What was
// recorded comes back from the server as the list to show; the page never makes up that something is on the record.

import { called } from "./codes.js";
import { onKey } from "./keys.js";
import { clock } from "./frames.js";
import { say, sayLater } from "./page.js";
import { tellSeverity } from "./severity.js";

const at = (id) => document.getElementById(id);
const PARTS = ["left", "top", "width", "height"];
const HELD = new Set(["accepted", "corrected"]);
const SPOKEN_MS = 700; // after the words that the playhead says of itself

export class Observing extends EventTarget {
  /** entries: what stands; box: null where nothing can be drawn; front: brings a tab to the front. */
  constructor({ entries, player, stretch, box, veil, candidates, front, refuse }) {
    super();
    Object.assign(this, { entries, player, stretch, box, veil, candidates, front, refuse });
    this.chosen = null;
    this.drafts = new Map(); // what was half written, by the observation that it is to stand instead of, "" for a new one
    this.from = ""; // the words with which the form was opened
    this.form = at("observe-form");
    at("observed-list").addEventListener("click", (event) => this.#clicked(event));
    if (!this.form) return;
    this.fields = this.form.elements;
    this.#listen();
  }

  /** What keys and buttons do; nothing where this person may not observe. */
  get actions() {
    if (!this.form) return {};
    return {
      observe: (event) => { if (!event.repeat) this.open(); },
      markIn: () => this.#mark("first"),
      markOut: () => this.#mark("last"),
      drawBox: (event) => { if (!event.repeat) this.#draw(); },
      clearBox: () => this.box?.set(null),
      recordCandidate: (event) => { if (!event.repeat) this.#take(); },
      leaveObserving: () => this.putAway(),
    };
  }

  get writing() {
    return Boolean(this.form) && !this.form.hidden;
  }

  /** Choose one that stands; `shows` brings its row into view. */
  choose(entry, shows = true) {
    this.chosen = entry;
    for (const row of document.querySelectorAll("[data-observation]")) {
      const is = row.dataset.observation === entry?.id;
      row.classList.toggle("chosen", is);
      if (is) row.setAttribute("aria-current", "true");
      else row.removeAttribute("aria-current");
      if (is && shows && row.offsetParent) row.scrollIntoView({ block: "nearest" });
    }
    clearTimeout(this.speaking);
    if (entry) this.speaking = sayLater(this.#words(entry), SPOKEN_MS);
    this.dispatchEvent(new CustomEvent("chosen", { detail: entry }));
  }

  /** Open the form for a new observation, or for a better look at one that stands. */
  open(again = null) {
    this.player.pause();
    this.front("tab-observed");
    if (this.form.hidden || (again && again.id !== this.fields.supersedes.value)) this.#fill(again);
    this.form.hidden = false;
    at("observe-kind").focus();
    this.form.scrollIntoView({ block: "nearest" });
    say(this.form.dataset.sayOpen);
    this.dispatchEvent(new Event("writing"));
  }

  /** Close the form. Words that were written are kept for the next time only where Escape closed it. */
  putAway({ keep = false } = {}) {
    if (!this.writing) return;
    this.box?.putAway();
    if (keep) this.#stow();
    else this.drafts.delete(this.fields.supersedes.value);
    this.form.hidden = true;
    at("observe-refused").hidden = true;
    this.box?.set(null);
    if (this.lent) this.stretch.clear();
    this.lent = false;
    if (this.form.contains(document.activeElement)) document.activeElement.blur();
    this.dispatchEvent(new Event("writing"));
  }

  /** Escape, wherever the focus is: what is being drawn is put away. */
  escape() {
    this.box?.putAway();
  }

  #listen() {
    const { form, fields } = this;
    form.addEventListener("submit", (event) => {
      // A mask or a mute goes into a plan of redaction, on a page of its own.
      if (event.submitter?.matches("[data-redacts]")) return;
      event.preventDefault();
      this.#record();
    });
    form.addEventListener("keydown", (event) => {
      if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) form.requestSubmit();
      if (event.key === "Escape") this.putAway({ keep: true }); // and the page veils, as Escape does everywhere
    });
    fields.kind.addEventListener("change", () => this.#kindChosen());
    for (const radio of fields.epistemic) radio.addEventListener("change", () => { this.howChosen = true; });
    for (const name of this.#ends) fields[name].addEventListener("input", () => this.#ended());
    for (const name of PARTS) fields[name]?.addEventListener("input", () => this.#numbered());
    this.box?.addEventListener("changed", () => this.#boxed());
    this.box?.addEventListener("taken", () => { if (this.writing) fields.description.focus(); });
    this.stretch.addEventListener("changed", () => this.#stretched());
    this.candidates.addEventListener("chosen", () => this.#offer());
    this.candidates.addEventListener("decided", () => {
      at("decide-refused").hidden = true;
      this.#offer();
    });
    at("observed-list").addEventListener("submit", (event) => { event.preventDefault(); this.#withdraw(event.target); });
  }

  get #ends() {
    return this.player.frames ? ["first", "last"] : ["start_s", "end_s"];
  }

  get #here() {
    return this.player.frames ? this.player.ordinal : Number(this.player.seconds.toFixed(6));
  }

  #fill(again) {
    const { form, fields } = this;
    if (this.writing) this.#stow();
    form.reset();
    form.querySelector(".counting").open = Boolean(again?.count);
    this.howChosen = false;
    this.box?.set(again?.box ?? null);
    fields.supersedes.value = again?.id ?? "";
    this.from = again?.description ?? "";
    const title = at("observe-what");
    const before = again && `${called(again.kind)}, ${clock(again.start_s)}`;
    title.textContent = again ? `${title.dataset.again} ${before}` : title.dataset.new;
    if (again) this.#fillFrom(again);
    else this.#lend();
    this.#goOn(this.drafts.get(fields.supersedes.value));
    this.#kindChosen();
    at("observe-refused").hidden = true;
  }

  // What is half written is put by: another look, or Escape, takes nobody's words.
  #stow() {
    const { fields, form } = this;
    const key = fields.supersedes.value;
    const words = fields.description.value.trim();
    if (!words || words === this.from) {
      this.drafts.delete(key);
      return;
    }
    const counting = form.querySelector(".counting").open;
    const skipped = new Set([...this.#ends, ...(this.box ? PARTS : []), "csrfmiddlewaretoken", "supersedes"]);
    const values = [...new FormData(form)].filter(([name]) => !skipped.has(name));
    this.drafts.set(key, { values, box: this.box?.value ?? null, counting, howChosen: this.howChosen });
  }

  #goOn(draft) {
    if (!draft) return;
    if (this.fields.exhaustive) this.fields.exhaustive.checked = false;
    for (const [name, value] of draft.values) {
      const field = this.fields.namedItem(name);
      if (field.type === "checkbox") field.checked = true;
      else field.value = value;
    }
    this.form.querySelector(".counting").open = draft.counting;
    this.howChosen = draft.howChosen;
    this.box?.set(draft.box);
  }

  #fillFrom(again) {
    const { fields } = this;
    fields.kind.value = again.kind;
    fields.certainty.value = again.certainty;
    fields.description.value = again.description;
    if (["visible", "audible"].includes(again.epistemic)) {
      fields.epistemic.value = again.epistemic;
      this.howChosen = true;
    }
    const { count } = again;
    if (count) {
      fields.count_min.value = count.min;
      fields.count_max.value = count.max ?? "";
      fields.population.value = count.population;
      fields.count_basis.value = count.basis;
      fields.exhaustive.checked = count.exhaustive;
    }
    this.lent = true;
    if (this.player.frames) this.stretch.set(again.ordinal ?? 0, again.last_ordinal ?? again.ordinal ?? 0);
    else this.stretch.set(again.start_s, again.end_s);
  }

  // Marks that somebody set are taken as they are; what is missing is where the playhead stands.
  #lend() {
    const { first, last } = this.stretch;
    const here = this.#here;
    this.lent = first === null && last === null;
    if (first === null) this.stretch.set(last !== null && here > last ? last : here, last ?? here);
    else this.stretch.set(first, last ?? Math.max(first, here));
  }

  #kindChosen() {
    const { fields } = this;
    const how = fields.kind.selectedOptions[0].dataset.how;
    if (!this.howChosen) fields.epistemic.value = this.player.frames ? how : "audible";
    if (at("face-note")) at("face-note").hidden = fields.kind.value !== "face";
  }

  #mark(which) {
    this.player.pause();
    const set = this.stretch.toggle(which, this.#here);
    this.lent = false;
    const { sayIn, sayOut, sayCleared } = this.form.dataset;
    const words = which === "first" ? sayIn : sayOut;
    say(set ? `${words}, ${clock(this.player.seconds)}` : `${words} ${sayCleared}`);
  }

  // The fields say what the marks say; while somebody types, theirs is the last word.
  #stretched() {
    const values = { first: this.stretch.first, last: this.stretch.last };
    const [from, to] = this.#ends;
    const typed = document.activeElement;
    if (typed !== this.fields[from]) this.fields[from].value = values.first ?? "";
    if (typed !== this.fields[to]) this.fields[to].value = values.last ?? "";
    if (!this.player.frames) return;
    for (const which of ["first", "last"]) {
      at(`${which}-clock`).textContent = values[which] === null ? "" : clock(this.player.frames.startOf(values[which]));
    }
  }

  #ended() {
    const read = (text) => (/^\d+(\.\d+)?$/.test(text.trim()) ? Number(text) : null);
    const [first, last] = this.#ends.map((name) => read(this.fields[name].value));
    const { frames } = this.player;
    const known = (one) => (one !== null && frames && (one >= frames.count || !Number.isInteger(one)) ? null : one);
    this.stretch.set(known(first), known(last));
  }

  #numbered() {
    const shares = PARTS.map((name) => Number(this.fields[name].value.replace(",", ".")) / 100);
    const written = PARTS.every((name) => this.fields[name].value.trim() !== "");
    const [left, top, width, height] = shares;
    const inside = shares.every((one) => one >= 0 && one <= 1) && left + width <= 1.00001 && top + height <= 1.00001;
    const holds = written && inside && width > 0 && height > 0;
    this.typing = true;
    if (holds || !this.box?.value || !written) this.box?.set(holds ? shares : null);
    this.typing = false;
  }

  #boxed() {
    at("draw-box")?.setAttribute("aria-pressed", this.box.drawing);
    if (this.typing) return;
    PARTS.forEach((name, place) => {
      this.fields[name].value = this.box.value ? String(+(this.box.value[place] * 100).toFixed(2)) : "";
    });
  }

  #draw() {
    if (!this.box) return;
    if (this.box.drawing) {
      this.box.take();
      return;
    }
    if (!this.writing) this.open();
    this.player.pause();
    if (!this.veil.open) this.refuse();
    else this.box.start();
  }

  #words(entry) {
    const count = entry.count ? ` ${entry.count.figure} ${entry.count.population}` : "";
    return `${called(entry.kind)}${count}, ${clock(entry.start_s)}: ${entry.shown}`;
  }

  #clicked(event) {
    const again = event.target.closest("[data-again]");
    const entry = this.entries.find((one) => one.id === event.target.closest("[data-observation]")?.dataset.observation);
    if (again && entry) this.open(entry);
    else if (entry && !event.target.closest("summary, form, .later")) {
      this.choose(entry, false);
      if (!event.target.closest("button, a")) this.dispatchEvent(new CustomEvent("seek", { detail: entry }));
    }
  }

  // A candidate that a person holds can be taken over as it stands; only once.
  #offer() {
    const { chosen } = this.candidates;
    const button = at("record-candidate");
    if (!button) return;
    button.hidden = !chosen || !HELD.has(chosen.state);
    button.disabled = Boolean(chosen && this.#recorded(chosen));
    button.title = button.disabled ? this.form.dataset.sayAgain : "";
  }

  #recorded({ track, number }) {
    return this.entries.find((one) => one.candidate === `${track}:${number}`);
  }

  async #take() {
    const { chosen } = this.candidates;
    if (!chosen) return say(this.form.dataset.sayNone);
    if (this.#recorded(chosen)) return say(this.form.dataset.sayAgain);
    if (!HELD.has(chosen.state)) return this.#refuse(at("decide-refused"), this.form.dataset.sayFirst);
    const named = `candidates/${chosen.track}/${chosen.number}/`;
    const url = this.form.dataset.candidateUrl.replace(/candidates\/[0-9a-f]{64}\/0\//, named);
    const form = new FormData();
    form.set("reason", at("why")?.value ?? "");
    const told = await this.#send(url, form, at("decide-refused"));
    if (!told) return undefined;
    if (at("why")) at("why").value = "";
    this.#offer();
    return say(`${this.#words(this.#made(told))}: ${this.form.dataset.sayRecorded}`);
  }

  async #record() {
    const form = new FormData(this.form);
    for (const name of PARTS) if (form.get(name)) form.set(name, inShares(form.get(name)));
    const told = await this.#send(this.form.dataset.url, form, at("observe-refused"));
    if (!told) {
      // Whoever closed the form meanwhile hears that it was not recorded; their words are kept.
      if (!this.writing) say(at("observe-refused").textContent);
      return;
    }
    const made = this.#made(told);
    // What is on the record is no draft any more, also where Escape closed the form while it was on its way.
    const [key, words] = [form.get("supersedes"), form.get("description")];
    if (this.drafts.get(key)?.values.some(([name, value]) => name === "description" && value === words)) this.drafts.delete(key);
    const other = this.writing && (this.fields.supersedes.value !== key || this.fields.description.value !== words);
    if (other) {
      say(`${this.#words(made)}: ${this.form.dataset.sayRecorded}`); // whoever writes something else by now goes on
      return;
    }
    this.putAway();
    this.stretch.clear();
    this.choose(made);
    clearTimeout(this.speaking);
    document.querySelector(`[data-observation="${made.id}"] .seek`)?.focus();
    say(`${this.#words(made)}: ${this.form.dataset.sayRecorded}`);
  }

  async #withdraw(form) {
    const url = this.form.dataset.withdrawUrl.replace("/0/", `/${form.dataset.withdraw}/`);
    const told = await this.#send(url, new FormData(form), at("observe-refused"));
    if (told) say(this.form.dataset.sayWithdrawn);
    if (told) at("tab-observed").focus();
  }

  #made(told) {
    return this.entries.find((one) => one.id === told.made);
  }

  // One at a time: a key pressed twice records once.
  async #send(url, form, refused) {
    if (this.sending) return null;
    this.sending = true;
    form.set("csrfmiddlewaretoken", this.fields.csrfmiddlewaretoken.value);
    const answer = await fetch(url, { method: "POST", body: form, headers: { Accept: "application/json" } }).catch(() => null);
    const told = (await answer?.json().catch(() => null)) ?? { message: this.form.dataset.sayFailed };
    this.sending = false;
    if (!answer?.ok) return this.#refuse(refused, [told.message, told.advice].filter(Boolean).join(" "));
    refused.hidden = true;
    this.#renew(told);
    return told;
  }

  #refuse(place, words) {
    place.hidden = false;
    place.textContent = words;
    place.scrollIntoView({ block: "nearest" });
    return null;
  }

  #renew({ observed, list, severity }) {
    tellSeverity(severity);
    this.entries = observed;
    const fresh = document.createElement("template");
    fresh.innerHTML = list;
    at("observed-list").replaceChildren(fresh.content);
    at("observed-count").textContent = observed.length;
    at("observed-count").hidden = observed.length === 0;
    this.choose(observed.find((one) => one.id === this.chosen?.id) ?? null, false);
    this.dispatchEvent(new Event("changed"));
  }
}

// People read percents, the record has shares; what is no number goes as it is, and the server says so.
function inShares(text) {
  const plain = text.trim().replace(",", ".");
  return /^-?\d+(\.\d+)?$/.test(plain) ? (Number(plain) / 100).toFixed(6).replace(/\.?0+$/, "") : text;
}

/** Keys that observe. */
export function wireObserving(observing) {
  for (const [name, act] of Object.entries(observing.actions)) if (!["clearBox", "leaveObserving"].includes(name)) onKey(name, act);
}
