// Forms of claims: only the fields that what was chosen takes are shown; without this script all are.

function follow(chooser) {
  for (const one of chooser.form.querySelectorAll("[data-for]"))
    one.hidden = !one.dataset.for.split(" ").includes(chooser.value);
}

for (const chooser of document.querySelectorAll("select[data-chooses]")) {
  follow(chooser);
  chooser.addEventListener("change", () => follow(chooser));
}
