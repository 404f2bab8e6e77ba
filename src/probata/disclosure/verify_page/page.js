// The page: what was chosen goes in, the layers' answers come out as text.

const VERDICTS = {
  PASS: "PASS. Every required layer holds, and the log has the fingerprint you gave.",
  INTACT_SIGNER_UNKNOWN:
    "INTACT, SIGNER UNKNOWN. Nothing was changed since it was sealed, but you gave no fingerprint, so it is not known whose seal it is.",
  FAIL: "FAIL. At least one layer does not hold; the table says which.",
};

const element = (id) => document.getElementById(id);

function shownAnswer(answer) {
  const verdict = element("verdict");
  verdict.dataset.verdict = answer.verdict;
  verdict.textContent = answer.unreadable
    ? `FAIL. This cannot be read as a package: ${answer.unreadable}.`
    : VERDICTS[answer.verdict];
  const rows = answer.layers.map(({ layer, verdict: said, why }) => {
    const row = document.createElement("tr");
    for (const text of [layer.replaceAll("_", " "), said, why]) {
      const cell = document.createElement("td");
      cell.textContent = text;
      row.append(cell);
    }
    row.children[1].dataset.verdict = said;
    return row;
  });
  element("layers").tBodies[0].replaceChildren(...rows);
  element("layers").hidden = false;
  const facts = { Log: answer.signer?.log, "Its fingerprint": answer.signer?.fingerprint, Sealed: answer.sealed?.at };
  element("facts").replaceChildren(
    ...Object.entries(facts).filter(([, text]) => text).flatMap(([name, text]) => {
      const term = document.createElement("dt"), said = document.createElement("dd");
      [term.textContent, said.textContent] = [name, text];
      return [term, said];
    }),
  );
}

async function submitted(event) {
  event.preventDefault();
  const chosen = element("zip").files.length ? element("zip").files : element("folder").files;
  const verdict = element("verdict"), bar = element("progress");
  delete verdict.dataset.verdict;
  if (!chosen.length) {
    verdict.textContent = "Choose a zip or a folder first.";
    return;
  }
  try {
    const notes = await Promise.all(Array.from(element("checkpoints").files, (file) => file.text()));
    verdict.textContent = "Verifying…";
    bar.hidden = false;
    let read = 0;
    const progress = (bytes, total) => (bar.value = (read += bytes) / total);
    const witnesses = element("witnesses").value.split("\n").map((line) => line.trim()).filter(Boolean);
    const options = { witnesses, checkpoints: notes, progress };
    shownAnswer(await window.probataVerify(chosen, element("fingerprint").value, options));
  } catch (error) {
    verdict.textContent = `Nothing was verified: ${error.message}.`;
  } finally {
    bar.hidden = true;
  }
}

/** Verify chosen files from a program: the same as the button does; gives what `verify.py --json` prints. */
window.probataVerify = async (files, fingerprint = "", options = {}) => {
  const witnesses = [];
  for (const vkey of options.witnesses ?? []) witnesses.push(await parseVkey(vkey));
  const demands = {
    fingerprint: readFingerprint(fingerprint),
    witnesses,
    checkpoints: options.checkpoints ?? [],
    wholeLimitBytes: options.wholeLimitBytes ?? WHOLE_LIMIT_BYTES,
  };
  return verifyPackage(files, demands, options.progress);
};

element("form").addEventListener("submit", submitted);
for (const [chosen, other] of [["zip", "folder"], ["folder", "zip"]]) {
  element(chosen).addEventListener("change", () => {
    if (element(chosen).files.length) element(other).value = "";
  });
}
