// The veil. Three states: `sealed` (nobody asked in this session: the server sends no footage), `veiled` (asked for, but
// covered), `revealed`. Escape, another tab, coming back to a page and letting go of B all lead back behind the veil, and
// pause. `ways` is how the person looks: where that is text and tracks alone, nothing is revealed.

export class Veil extends EventTarget {
  constructor({ stage, dialog, form, mayView, revealedBefore, ways }) {
    super();
    this.stage = stage;
    this.dialog = dialog;
    this.form = form;
    this.mayView = mayView;
    this.state = revealedBefore ? "veiled" : "sealed";
    this.held = false;
    this.wanted = false;
    this.ways = ways;
    ways.addEventListener("changed", () => { if (!ways.shows) this.cover(); });
    form?.addEventListener("submit", (event) => this.#ask(event));
    document.addEventListener("visibilitychange", () => { if (document.hidden) this.cover(); });
    // What the browser keeps for going back to is kept veiled.
    for (const what of ["pagehide", "pageshow", "freeze"]) window.addEventListener(what, () => this.cover());
    // Another window takes the keys: nobody is told any more when B is let go.
    window.addEventListener("blur", () => this.letGo());
    dialog?.addEventListener("close", () => { this.wanted = false; });
  }

  get open() {
    return this.state === "revealed";
  }

  /** Reveal until Escape; asks for a reason the first time. */
  reveal() {
    if (!this.mayView) return;
    if (!this.ways.shows) {
      this.dispatchEvent(new Event("nothing"));
      return;
    }
    if (this.state === "sealed") {
      if (!this.dialog.open) this.dialog.showModal();
      return;
    }
    this.#become("revealed");
  }

  /** Reveal while a key is held; asks for a reason the first time. */
  hold() {
    if (this.state === "veiled") this.held = true;
    if (this.state !== "revealed") this.reveal();
  }

  letGo() {
    if (this.held) this.cover();
    this.held = false;
  }

  /** Veil. */
  cover() {
    this.wanted = false;
    if (this.state === "revealed") this.#become("veiled");
  }

  // Asked for once at a time. Whoever veils, leaves or puts the question away while it is under way takes the wish back:
  // the reason stands in the ledger then, and nothing is shown.
  async #ask(event) {
    event.preventDefault();
    this.wanted = true;
    if (this.asking) return;
    this.asking = true;
    const refused = this.form.querySelector("#reveal-refused");
    refused.hidden = true;
    const why = await this.#recorded();
    this.asking = false;
    const { wanted } = this;
    refused.textContent = why ?? "";
    refused.hidden = why === null || !wanted;
    if (why !== null) return;
    this.dialog.close();
    this.#become(wanted ? "revealed" : "veiled");
  }

  /** Send the reason; null where it was recorded, else why not, in words. */
  async #recorded() {
    const body = new FormData(this.form);
    // Where a page shows several items, the reason is recorded for each.
    for (const address of [this.form.action, ...(this.form.dataset.also ?? "").split(" ")].filter(Boolean)) {
      const answer = await fetch(address, { method: "POST", body, headers: { Accept: "application/json" } }).catch(() => null);
      if (!answer) return document.body.dataset.unreachable || "unreachable";
      if (answer.ok) continue;
      const error = await answer.json().catch(() => ({ message: `${document.body.dataset.failed || "failed"} (${answer.status})` }));
      return [error.message, error.advice].filter(Boolean).join(" ");
    }
    return null;
  }

  #become(state) {
    this.state = state;
    this.stage.dataset.state = state;
    this.dispatchEvent(new Event("changed"));
  }
}
