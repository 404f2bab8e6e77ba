// The veil. Three states: `sealed` (nobody asked in this session: the server sends no footage), `veiled` (asked for, but
// covered), `revealed`. Escape, another tab, coming back to a page and letting go of B all lead back behind the veil, and
// pause. `ways` is how the person looks: where that is text and tracks alone, nothing is revealed.
//
// Between the reason and the answer to it a person may think better of it: whoever pressed Escape or went to another tab
// meanwhile is not shown what they asked for before.

export class Veil extends EventTarget {
  constructor({ stage, dialog, form, mayView, revealedBefore, ways }) {
    super();
    this.stage = stage;
    this.dialog = dialog;
    this.form = form;
    this.mayView = mayView;
    this.state = revealedBefore ? "veiled" : "sealed";
    this.held = false;
    this.ways = ways;
    ways.addEventListener("changed", () => { if (!ways.shows) this.cover(); });
    form?.addEventListener("submit", (event) => this.#ask(event));
    document.addEventListener("visibilitychange", () => { if (document.hidden) this.cover(); });
    // What the browser keeps for going back to is kept veiled.
    for (const what of ["pagehide", "pageshow", "freeze"]) window.addEventListener(what, () => this.cover());
    // A key that is let go over another window is never told here.
    window.addEventListener("blur", () => this.letGo());
    dialog?.addEventListener("close", () => { this.waits = false; });
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
    this.waits = false;
    if (this.state === "revealed") this.#become("veiled");
  }

  async #ask(event) {
    event.preventDefault();
    if (this.asking) return; // one reason is recorded once
    this.asking = true;
    this.waits = true;
    const why = await this.#asked();
    this.asking = false;
    const refused = this.form.querySelector("#reveal-refused");
    refused.textContent = why ?? "";
    refused.hidden = why === null;
    if (why !== null) return;
    const stays = this.waits;
    this.dialog.close();
    this.#become(stays ? "revealed" : "veiled");
  }

  // Where a page shows several items, the reason is recorded for each. Null, or why it was not.
  async #asked() {
    const body = new FormData(this.form);
    for (const address of [this.form.action, ...(this.form.dataset.also ?? "").split(" ")].filter(Boolean)) {
      const answer = await fetch(address, { method: "POST", body, headers: { Accept: "application/json" } }).catch(() => null);
      if (!answer) return document.body.dataset.unreachable;
      if (!answer.ok) {
        const error = await answer.json().catch(() => ({ message: `${answer.status}` }));
        return [error.message, error.advice].filter(Boolean).join(" ");
      }
    }
    return null;
  }

  #become(state) {
    this.state = state;
    this.stage.dataset.state = state;
    this.dispatchEvent(new Event("changed"));
  }
}
