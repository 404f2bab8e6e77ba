// A long list in the page, a stretch at a time: what follows comes as one scrolls or asks, what is chosen elsewhere is
// brought, and what lies far behind is let go. The page says which of how many are there.

import { say } from "./page.js";

const MOST = 500;
const QUIET_MS = 90;
const AHEAD_PX = 300;

export class Rows {
  /** holder: the list with its buttons; arrived: called when rows came, with whether somebody waits for one of them. */
  constructor(holder, arrived) {
    Object.assign(this, { holder, arrived });
    this.list = holder.querySelector("[data-rows-list]");
    this.told = holder.querySelector("[data-rows-told]");
    this.earlierButton = holder.querySelector("[data-rows-earlier]");
    this.laterButton = holder.querySelector("[data-rows-later]");
    this.total = Number(holder.dataset.total);
    this.start = 0;
    this.chunk = Number(holder.dataset.count);
    this.wanted = null;
    this.earlierButton.addEventListener("click", () => this.#asked(this.#earlier()));
    this.laterButton.addEventListener("click", () => this.#asked(this.#later()));
    // Scrolling to the end brings what follows, without a click.
    this.watch = new IntersectionObserver((seen) => { if (seen.some((one) => one.isIntersecting)) this.#later(); }, { rootMargin: `${AHEAD_PX}px` });
    this.watch.observe(this.laterButton);
    holder.closest("[role=tabpanel]")?.addEventListener("shown", () => { if (this.wanted) this.bring(this.wanted); });
  }

  get end() {
    return this.start + this.list.children.length;
  }

  /** Whether it stands where a person can see it. */
  get inFront() {
    return !this.holder.closest("[role=tabpanel]")?.hidden;
  }

  /** Bring the stretch in which a candidate of this track is, once nobody asks for another. */
  bring(entry) {
    if (entry.track !== this.holder.dataset.track) return;
    this.wanted = entry;
    clearTimeout(this.waiting);
    if (!this.inFront || this.list.querySelector(`[data-candidate="${entry.track}:${entry.number}"]`)) return;
    this.waiting = setTimeout(() => this.#around(entry), QUIET_MS);
  }

  async #around(entry) {
    const told = await this.#fetch(`around=${entry.number}`);
    if (!told || this.wanted !== entry) return;
    this.list.innerHTML = told.html;
    this.start = told.start;
    this.#settle(true);
  }

  async #later() {
    if (this.busy || this.end >= this.total) return false;
    this.busy = true;
    const end = this.end;
    const told = await this.#fetch(`from=${end}`);
    if (told && this.end === end) {
      this.list.insertAdjacentHTML("beforeend", told.html);
      while (this.list.children.length > MOST) {
        for (const row of [...this.list.children].slice(0, this.chunk)) row.remove();
        this.start += this.chunk;
      }
      this.#settle();
    }
    this.busy = false;
    return Boolean(told);
  }

  async #earlier() {
    if (this.busy || !this.start) return false;
    this.busy = true;
    const { start } = this;
    const told = await this.#fetch(`from=${Math.max(0, start - this.chunk)}`);
    if (told && this.start === start) {
      this.list.insertAdjacentHTML("afterbegin", told.html);
      this.start = told.start;
      while (this.list.children.length > MOST) this.list.lastElementChild.remove();
      this.#settle();
    }
    this.busy = false;
    return Boolean(told);
  }

  async #asked(fetching) {
    if (await fetching) say(this.told.textContent);
  }

  async #fetch(query) {
    const url = this.holder.dataset.rowsUrl;
    const answer = await fetch(`${url}${url.includes("?") ? "&" : "?"}${query}`, { headers: { Accept: "application/json" } }).catch(() => null);
    if (answer?.ok) return answer.json();
    this.told.textContent = this.told.dataset.failed;
    return null;
  }

  #settle(brought = false) {
    const words = { first: this.start + 1, last: this.end, total: this.total };
    this.told.textContent = this.told.dataset.words.replace(/\{(\w+)\}/g, (_all, name) => words[name]);
    this.earlierButton.hidden = this.start === 0;
    this.laterButton.hidden = this.end >= this.total;
    // What is still in view is told again.
    this.watch.unobserve(this.laterButton);
    this.watch.observe(this.laterButton);
    this.arrived(brought);
  }
}
