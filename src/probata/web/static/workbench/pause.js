// The pause: after so long as a person chose, everything is veiled and a dialog offers a few minutes away from it.

import { clock } from "./frames.js";
import { say } from "./page.js";
import { sendQuietly } from "./ways.js";

const at = (id) => document.getElementById(id);

/** Buttons that count some minutes down, wherever a page has them; returns what stops it. */
export function wireTimer(within, over) {
  let timer = null;
  const left = within.querySelector("#pause-left");
  const stop = () => {
    clearInterval(timer);
    left.textContent = "";
  };
  within.addEventListener("click", (event) => {
    const minutes = Number(event.target.closest("[data-pause]")?.dataset.pause);
    if (!minutes) return;
    stop();
    const ends = Date.now() + minutes * 60000;
    const tell = () => {
      const rest = Math.max(0, Math.ceil((ends - Date.now()) / 1000));
      left.textContent = clock(rest).replace(/\.000$/, "");
      if (rest) return;
      stop();
      left.textContent = over;
      say(over);
    };
    tell();
    timer = setInterval(tell, 1000);
  });
  return stop;
}

export function wirePause(exposure, veil) {
  const dialog = at("pause-dialog");
  if (!dialog) return;
  const stop = wireTimer(dialog, dialog.dataset.sayOver);
  exposure.addEventListener("pause", () => {
    if (dialog.open) return;
    veil.cover();
    for (const open of document.querySelectorAll("dialog[open]")) open.close();
    dialog.showModal();
    say(dialog.dataset.say);
    sendQuietly(dialog.dataset.url, {}).catch(() => undefined);
  });
  dialog.addEventListener("close", stop);
  dialog.querySelector("[data-ends-pause]").addEventListener("click", () => dialog.close());
}
