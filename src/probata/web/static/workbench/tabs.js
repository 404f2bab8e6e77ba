// Tabs as the ARIA practices have them: arrows walk, the panel that comes to the front is told so (event `shown`). A tab
// may name a panel that stands beside its own where there is room (class `beside`; the style sheet knows where).

/** Wire a list of tabs; what comes back brings the tab of an id to the front. */
export function wireTabs(list) {
  const tabs = [...list.querySelectorAll("[role=tab]")];
  const show = (tab) => {
    for (const one of tabs) {
      const chosen = one === tab;
      one.setAttribute("aria-selected", chosen);
      one.tabIndex = chosen ? 0 : -1;
      const panel = document.getElementById(one.getAttribute("aria-controls"));
      const beside = panel.id === tab.dataset.beside;
      panel.hidden = !chosen && !beside;
      panel.classList.toggle("beside", beside);
    }
    document.getElementById(tab.getAttribute("aria-controls")).dispatchEvent(new Event("shown"));
  };
  list.addEventListener("click", (event) => {
    const tab = event.target.closest("[role=tab]");
    if (tab) show(tab);
  });
  list.addEventListener("keydown", (event) => {
    const onward = document.dir === "rtl" ? "ArrowLeft" : "ArrowRight";
    const step = { [onward]: 1, [onward === "ArrowRight" ? "ArrowLeft" : "ArrowRight"]: -1 }[event.code];
    if (!step) return;
    event.preventDefault();
    const next = tabs[(tabs.indexOf(document.activeElement) + step + tabs.length) % tabs.length];
    next.focus();
    show(next);
  });
  return (id) => {
    const tab = tabs.find((one) => one.id === id);
    if (tab && tab.getAttribute("aria-selected") !== "true") show(tab);
  };
}
