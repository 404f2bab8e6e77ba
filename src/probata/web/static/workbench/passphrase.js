// How long a passphrase holds, in words, while it is typed. An estimate on this machine; nothing is sent.

const KINDS = [[/\p{Ll}/u, 26], [/\p{Lu}/u, 26], [/\p{Lo}/u, 40], [/\d/, 10], [/\s/, 1], [/[^\p{L}\d\s]/u, 30]];

/** Bits that a guesser has to try, at most: repeats and runs (aaa, 123, abc) count for little. */
function bits(text) {
  const signs = [...text];
  const kinds = KINDS.reduce((sum, [kind, size]) => sum + (kind.test(text) ? size : 0), 0);
  let length = 0;
  signs.forEach((sign, at) => {
    const step = at ? sign.codePointAt(0) - signs[at - 1].codePointAt(0) : 9;
    length += Math.abs(step) <= 1 ? 0.25 : signs.indexOf(sign) < at ? 0.6 : 1;
  });
  return length * Math.log2(Math.max(2, kinds));
}

for (const field of document.querySelectorAll("[data-strength]")) {
  const place = document.getElementById(field.dataset.strength);
  const first = place.textContent;
  field.addEventListener("input", () => {
    const found = bits(field.value);
    const word = field.value.length < field.minLength ? "short" : found < 50 ? "weak" : found < 75 ? "fair" : "strong";
    place.textContent = field.value ? place.dataset[word] : first;
  });
}
