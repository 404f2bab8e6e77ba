// The proof sheet: made by the server when asked, which takes seconds; then its page and its facts are a link each.

import { say } from "./page.js";

const at = (id) => document.getElementById(id);

/** Returns what forgets a made sheet: once a person has decided, it says another thing than the record. */
export function wireProof(stage) {
  const { dataset: words } = at("proof");
  const make = at("proof-make");
  let pairs = 0;
  make.addEventListener("click", async () => {
    make.disabled = true;
    refuse("");
    const started = Date.now();
    const tick = () => {
      const seconds = Math.round((Date.now() - started) / 1000);
      at("proof-said").textContent = `${words.sayMaking} ${seconds} ${words.saySeconds}`;
    };
    tick();
    show();
    say(words.sayMaking);
    const ticking = setInterval(tick, 1000);
    const told = await asked(words.factsUrl);
    clearInterval(ticking);
    make.disabled = false;
    if (!told.facts) {
      at("proof-said").textContent = "";
      make.textContent = words.sayAgain;
      refuse([words.sayFailed, told.message, told.advice].filter(Boolean).join(" "));
      return;
    }
    pairs = counted(told.facts);
    make.hidden = true;
    at("proof-ready").hidden = false;
    at("proof-said").textContent = `${words.sayMade} ${pairs ? `${pairs} ${pairs > 1 ? words.sayPairs : words.sayOne}.` : words.sayNone}`;
    show();
    say(at("proof-said").textContent);
    at("proof-ready").querySelector("a").focus({ preventScroll: true });
  });
  at("proof-page")?.addEventListener("click", (event) => {
    // The server refuses it too; here the person is told what to do without losing the page.
    if (stage.dataset.state !== "sealed") return;
    event.preventDefault();
    refuse(words.saySealed);
  });
  new MutationObserver(() => { if (stage.dataset.state !== "sealed" && pairs) refuse(""); })
    .observe(stage, { attributeFilter: ["data-state"] });
  return () => {
    make.hidden = false;
    at("proof-ready").hidden = true;
    at("proof-said").textContent = "";
  };
}

function refuse(words) {
  at("proof-refused").textContent = words;
  at("proof-refused").hidden = !words;
  if (words) show();
}

// What has just been said stands at the end of a panel that scrolls.
function show() {
  at("proof").scrollIntoView({ block: "nearest" });
}

function counted(facts) {
  return facts.stretches.reduce((sum, one) => sum + one.pairs.length, 0) + facts.scene_pairs.length;
}

async function asked(address) {
  try {
    const answer = await fetch(address, { headers: { Accept: "application/json" } });
    const told = await answer.json();
    return answer.ok ? { facts: told } : told;
  } catch {
    return { message: "" };
  }
}
