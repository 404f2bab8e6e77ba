// Changing a key by pressing it: the next key that is pressed is taken, whatever it does elsewhere.

import { say } from "./page.js";

const note = document.getElementById("listening");
let listening = null;

function listen(form) {
  if (listening) listening.querySelector("[data-listen]").setAttribute("aria-pressed", "false");
  listening = form;
  form?.querySelector("[data-listen]").setAttribute("aria-pressed", "true");
  note.hidden = !form;
  note.textContent = form ? note.dataset.say : "";
  if (form) say(note.dataset.say);
}

// Before anybody else hears of it.
document.addEventListener("keydown", (event) => {
  if (!listening || /^(Shift|Control|Alt|Meta)/.test(event.code)) return;
  event.preventDefault();
  event.stopImmediatePropagation();
  const form = listening;
  listen(null);
  if (event.code === "Escape" || !event.code) return;
  form.elements.code.value = event.code;
  form.elements.shift.value = event.shiftKey ? "yes" : "";
  form.elements.exchange.value = "";
  form.querySelector("[data-exchange]").hidden = true;
  form.requestSubmit();
}, true);

document.addEventListener("click", (event) => {
  const form = event.target.closest("form[data-moves]");
  if (event.target.closest("[data-listen]")) listen(listening === form ? null : form);
  else listen(null);
  if (!event.target.closest("[data-exchange]")) return;
  form.elements.exchange.value = "yes";
  form.requestSubmit();
});

// Where a key was refused because it is taken, both can be exchanged.
for (const form of document.querySelectorAll("form[data-moves]")) {
  new MutationObserver(() => {
    const refused = form.querySelector(".refused");
    const [button, hides] = [form.querySelector("[data-exchange]"), !refused || refused.hidden || form.elements.exchange.value === "yes"];
    // Whatever is set is told again to this observer, also where it stays as it was.
    if (button.hidden !== hides) button.hidden = hides;
  }).observe(form, { childList: true, subtree: true, attributes: true, attributeFilter: ["hidden"] });
}
