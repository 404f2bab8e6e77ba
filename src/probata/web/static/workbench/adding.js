// Files from this browser, in pieces: each goes on where it stopped, also after the workbench was stopped or the page
// was loaded again (then the same file is chosen once more; it is known by name, size and its first MiB).

import { say } from "./page.js";

const page = document.getElementById("adding");
const words = page?.dataset ?? {};
const queue = document.getElementById("files");
const form = document.getElementById("add-form");
const reason = document.getElementById("add-reason");
const token = page?.querySelector("[name=csrfmiddlewaretoken]")?.value;
const PIECE = Number(words.piece);
const HEAD = 1 << 20;
// Seconds between tries while the workbench cannot be reached; after the last the file waits for a person.
const WAITS = [1, 2, 4, 8, 15, 30, 30, 30];
const entries = [];
let busy = false;

const fill = (text, parts) => text.replace(/\{(\w+)\}/g, (all, name) => parts[name] ?? all);
// As the pages write out what is invisible.
const visible = (name) => name.replace(/(?![\u200c-\u200f\u061c])[\p{Cc}\p{Cf}\p{Co}\p{Cs}\p{Zl}\p{Zp}]/gu, (one) => `<U+${one.codePointAt(0).toString(16).toUpperCase().padStart(4, "0")}>`);
const hex = (buffer) => [...new Uint8Array(buffer)].map((one) => one.toString(16).padStart(2, "0")).join("");
const base64 = (bytes) => btoa(String.fromCharCode(...new Uint8Array(bytes)));
const text64 = (text) => base64(new TextEncoder().encode(text));
const pause = (seconds) => new Promise((done) => { setTimeout(done, seconds * 1000); });

function size(bytes) {
  const units = words.units.split(" ");
  let at = 0;
  for (; bytes >= 1024 && at < units.length - 1; at += 1) bytes /= 1024;
  // Left to right also where the page runs from the right.
  return `\u2066${at ? bytes.toFixed(1) : bytes} ${units[at]}\u2069`;
}

function time(seconds) {
  const [count, unit] = seconds < 90 ? [Math.ceil(seconds), "second"] : seconds < 5400 ? [Math.round(seconds / 60), "minute"] : [(seconds / 3600).toFixed(1), "hour"];
  return new Intl.NumberFormat(document.documentElement.lang, { style: "unit", unit, unitDisplay: "long" }).format(count);
}

/** A request; its status (0: nobody answered), its headers and what it says. Progress is told while it is sent. */
function ask(method, address, { headers = {}, body = null, sent, entry } = {}) {
  return new Promise((done) => {
    const request = new XMLHttpRequest();
    request.open(method, address);
    const all = { Accept: "application/json", "Tus-Resumable": "1.0.0", "X-CSRFToken": token, ...headers };
    for (const [name, value] of Object.entries(all)) request.setRequestHeader(name, value);
    if (sent) request.upload.onprogress = (event) => sent(event.loaded);
    request.onloadend = () => {
      if (entry) entry.request = null;
      let told = null;
      try { told = JSON.parse(request.responseText); } catch { /* an answer without words */ }
      done({ status: request.status, told, header: (name) => request.getResponseHeader(name) });
    };
    if (entry) entry.request = request;
    request.send(body);
  });
}

class Entry {
  constructor(file, path) {
    this.file = file;
    this.path = path;
    this.id = "";
    this.offset = 0;
    this.state = "waiting";
    this.tenth = 0;
    this.row = document.getElementById("file-row").content.firstElementChild.cloneNode(true);
    this.row.entry = this;
    this.part("name").textContent = visible(path || file.name);
    this.bar = this.part("bar");
    this.bar.setAttribute("aria-label", visible(file.name));
    for (const button of this.row.querySelectorAll("button")) button.setAttribute("aria-label", `${button.textContent.trim()}: ${visible(file.name)}`);
    queue.append(this.row);
    this.show();
  }

  part(name) { return this.row.querySelector(`[data-part=${name}]`); }

  show(state = this.state, why = "") {
    this.state = state;
    this.row.dataset.state = state;
    this.part("state").textContent = words[`state${state[0].toUpperCase()}${state.slice(1)}`] ?? state;
    this.part("why").textContent = why;
    this.part("why").hidden = !why;
    this.part("pause").hidden = !["waiting", "sending"].includes(state);
    this.part("resume").hidden = !["paused", "stopped"].includes(state);
    this.part("cancel").hidden = ["preserving", "preserved", "cancelled"].includes(state);
    this.bar.hidden = ["preserved", "cancelled"].includes(state);
    this.progress(this.offset);
    document.getElementById("queue-panel").hidden = false;
  }

  progress(done, all = this.file.size) {
    const percent = all ? Math.floor((done * 100) / all) : 100;
    this.bar.value = percent;
    this.bar.textContent = `${percent} %`;
    const told = [fill(words.of, { done: size(done), all: size(all) })];
    const elapsed = (performance.now() - this.since) / 1000;
    if (this.state === "sending" && elapsed > 1) {
      const rate = (done - this.sinceOffset) / elapsed;
      if (rate > 0) told.push(fill(words.rate, { rate: size(rate) }), fill(words.left, { time: time((all - done) / rate) }));
    }
    this.part("much").textContent = told.join(" · ");
    // Every tenth is said, of files that take a while.
    const tenth = Math.floor(percent / 10);
    if (this.state === "sending" && tenth > this.tenth && percent < 100 && all > 4 * PIECE) say(fill(words.said, { name: visible(this.file.name), percent: String(tenth * 10) }));
    this.tenth = tenth;
  }

  stop(state, answer) {
    const why = answer?.told?.message ? [answer.told.message, answer.told.advice].filter(Boolean).join(" ") : answer ? fill(words.failed, { status: String(answer.status) }) : "";
    this.show(state, why);
    if (why) say(`${visible(this.file.name)}: ${why}`);
  }
}

async function digest(blob) {
  // Without a secure connection browsers give no digests: then nothing is matched and the network's own checks stand.
  return globalThis.crypto?.subtle ? crypto.subtle.digest("SHA-256", await blob.arrayBuffer()) : null;
}

/** Find the unfinished upload of this very file, or announce it; whether there is one now. */
async function begin(entry) {
  const { file } = entry;
  const first = await digest(file.slice(0, HEAD));
  const head = first ? hex(first) : "";
  const before = head && [...document.querySelectorAll("[data-unfinished]")].find((row) => row.dataset.name === file.name && Number(row.dataset.size) === file.size && row.dataset.head === head);
  if (before && (await same(entry, `${before.dataset.address}/pieces`))) {
    entry.id = before.dataset.unfinished;
    entry.address = before.dataset.address;
    before.remove();
    hideEmptied();
    return locate(entry);
  }
  if (entry.state !== "sending") return false;
  entry.progress(0);
  const said = { filename: file.name, filetype: file.type, path: entry.path, modified: String(Math.max(0, Math.floor(file.lastModified || 0))), reason: entry.reason, head };
  const metadata = Object.entries(said).filter(([, value]) => value).map(([name, value]) => `${name} ${text64(value)}`).join(",");
  const answer = await ask("POST", words.address, { headers: { "Upload-Length": String(file.size), "Upload-Metadata": metadata }, entry });
  if (answer.status !== 201) return entry.stop("stopped", answer.status ? answer : unreachable()), false;
  entry.address = answer.header("Location");
  entry.id = entry.address.split("/").pop();
  return true;
}

/** Whether what came before is what this file holds: each piece is compared, since a file may have changed since. */
async function same(entry, address) {
  const answer = await ask("GET", address, { entry });
  if (answer.status !== 200) return false;
  let start = 0;
  for (const { end, sha256 } of answer.told.pieces) {
    if (entry.state !== "sending" || end > entry.file.size) return false;
    if (hex(await digest(entry.file.slice(start, end))) !== sha256) {
      say(fill(words.differs, { name: visible(entry.file.name) }));
      return false;
    }
    start = end;
    entry.part("state").textContent = words.comparing;
    entry.progress(start);
  }
  entry.part("state").textContent = words.stateSending;
  return true;
}

/** Ask how many bytes are there. */
async function locate(entry) {
  const answer = await ask("HEAD", entry.address, { entry });
  if (answer.status === 200) {
    entry.offset = Number(answer.header("Upload-Offset"));
    return true;
  }
  if (answer.status === 404) entry.id = "";
  entry.stop("stopped", answer.status ? { status: answer.status, told: { message: words[answer.status === 404 ? "gone" : "loggedOut"] } } : unreachable());
  return false;
}

const unreachable = () => ({ status: 0, told: { message: document.body.dataset.unreachable } });

async function send(entry) {
  if (entry.state !== "waiting") return;
  entry.since = performance.now();
  entry.show("sending");
  if (!(entry.id ? await locate(entry) : await begin(entry))) return;
  entry.since = performance.now();
  entry.sinceOffset = entry.offset;
  let tries = 0;
  let sentAny = false;
  while (entry.state === "sending" && entry.offset < entry.file.size) {
    const piece = entry.file.slice(entry.offset, entry.offset + PIECE);
    let sum = null;
    try {
      sum = await digest(piece);
    } catch {
      return entry.stop("stopped", { told: { message: words.unreadable } });
    }
    if (entry.state !== "sending") break;
    const headers = { "Content-Type": "application/offset+octet-stream", "Upload-Offset": String(entry.offset) };
    if (sum) headers["Upload-Checksum"] = `sha256 ${base64(sum)}`;
    const answer = await ask("PATCH", entry.address, { headers, body: piece, entry, sent: (bytes) => entry.progress(entry.offset + Math.min(bytes, piece.size)) });
    if (entry.state !== "sending") break;
    if (answer.status === 204) {
      entry.offset = Number(answer.header("Upload-Offset"));
      tries = 0;
      sentAny = true;
      entry.progress(entry.offset);
      continue;
    }
    // What may pass by itself is tried again; everything else needs a person.
    if (![0, 409, 423, 460, 502, 503, 504].includes(answer.status) || tries >= WAITS.length) {
      return entry.stop("stopped", answer.status ? answer : unreachable());
    }
    const wait = WAITS[tries];
    tries += 1;
    entry.show("sending", fill(words.again, { time: time(wait) }));
    await pause(wait);
    const there = entry.state === "sending" ? await ask("HEAD", entry.address, { entry }) : null;
    if (there?.status === 200) entry.offset = Number(there.header("Upload-Offset"));
    else if (there?.status) return entry.stop("stopped", { told: { message: words[there.status === 404 ? "gone" : "loggedOut"] } });
    if (entry.state === "sending") entry.show("sending");
  }
  if (entry.state !== "sending") return;
  // The last piece has it preserved; whatever was whole before waits to be asked for.
  if (!sentAny) await ask("POST", `${entry.address}/preserve`);
  preserved(entry);
}

/** Watch a whole file become an item; the next file goes on meanwhile. */
async function preserved(entry) {
  entry.show("preserving");
  for (let misses = 0; ;) {
    const answer = await ask("GET", entry.address);
    const told = answer.told;
    if (answer.status !== 200) {
      misses += 1;
      if (misses > WAITS.length) return entry.stop("stopped", answer.status ? answer : unreachable());
    } else if (told.state === "preserved") {
      entry.show("preserved");
      const link = entry.part("item");
      link.href = words.item.replace("0".repeat(64), told.sha256);
      link.textContent = told.sha256.slice(0, 8);
      link.hidden = false;
      entry.part("held").hidden = !told.already_held;
      return finished(entry);
    } else if (told.state !== "preserving") {
      return entry.stop("stopped", { told: { message: told.trouble || words.unpreserved } });
    } else {
      entry.progress(told.preserved_bytes);
    }
    await pause(misses ? 3 : 0.5);
  }
}

function finished(entry) {
  say(fill(words.done, { name: visible(entry.file.name) }));
  const open = entries.some((one) => ["waiting", "sending", "paused", "preserving"].includes(one.state));
  // What was preserved stands in the list below, from where a report can be made: the page as it is now shows it.
  document.getElementById("all-done").hidden = open;
}

async function run() {
  if (busy) return;
  busy = true;
  for (let next; (next = entries.find((one) => one.state === "waiting"));) {
    await send(next).catch(() => next.stop("stopped", { told: { message: words.unreadable } }));
  }
  busy = false;
}

function take(chosen) {
  const why = reason.value.trim();
  if (!why) {
    reason.setCustomValidity(words.noReason);
    reason.reportValidity();
    reason.setCustomValidity("");
    reason.focus();
    return;
  }
  for (const { file, path } of chosen) {
    const entry = new Entry(file, path);
    entry.reason = why;
    entries.push(entry);
  }
  document.getElementById("all-done").hidden = true;
  say(fill(words.chosen, { n: String(chosen.length) }));
  run();
}

/** Files of what was dropped, folders walked through. */
async function dropped(transfer) {
  const found = [];
  const walk = async (one) => {
    if (one.isFile) {
      const file = await new Promise((done, failed) => { one.file(done, failed); });
      found.push({ file, path: one.fullPath.replace(/^\//, "") === file.name ? "" : one.fullPath.replace(/^\//, "") });
    } else if (one.isDirectory) {
      const reader = one.createReader();
      for (let some; (some = await new Promise((done, failed) => { reader.readEntries(done, failed); })).length;) {
        for (const inner of some) await walk(inner);
      }
    }
  };
  const tops = [...transfer.items].map((one) => one.webkitGetAsEntry?.()).filter(Boolean);
  for (const one of tops) await walk(one);
  return found;
}

function hideEmptied() {
  const list = document.getElementById("unfinished-panel");
  if (list && !list.querySelector("[data-unfinished]")) list.hidden = true;
}

async function cancel(entry, button) {
  if (entry.offset && !button.dataset.sure) {
    button.dataset.sure = "1";
    button.textContent = words.sure;
    say(words.sure);
    return;
  }
  entry.show("cancelled");
  entry.request?.abort();
  if (entry.id) await ask("DELETE", entry.address);
  say(fill(words.cancelled, { name: visible(entry.file.name) }));
  run();
}

if (form && token) {
  for (const input of form.querySelectorAll("input[type=file]")) {
    input.addEventListener("change", () => {
      take([...input.files].map((file) => ({ file, path: file.webkitRelativePath })));
      input.value = "";
    });
  }
  for (const button of form.querySelectorAll("[data-chooses]")) {
    button.addEventListener("click", () => {
      if (reason.reportValidity()) document.getElementById(button.dataset.chooses).click();
    });
  }
  form.addEventListener("submit", (event) => event.preventDefault());
  const zone = document.getElementById("drop");
  for (const kind of ["dragover", "dragleave", "drop"]) {
    zone.addEventListener(kind, async (event) => {
      event.preventDefault();
      zone.classList.toggle("over", kind === "dragover");
      if (kind === "drop") take(await dropped(event.dataTransfer));
    });
  }
  queue.addEventListener("click", (event) => {
    const button = event.target.closest("button[data-part]");
    const entry = button?.closest("li").entry;
    if (!entry) return;
    if (button.dataset.part === "pause") {
      entry.show("paused");
      entry.request?.abort();
      entry.part("resume").focus();
    } else if (button.dataset.part === "resume") {
      entry.show("waiting");
      entry.part("pause").focus();
      run();
    } else if (button.dataset.part === "cancel") cancel(entry, button);
  });
  window.addEventListener("beforeunload", (event) => {
    if (entries.some((one) => ["waiting", "sending", "paused"].includes(one.state))) event.preventDefault();
  });
  document.querySelector("#all-done a").addEventListener("click", (event) => {
    event.preventDefault();
    location.hash = "preserved";
    location.reload();
  });
}
