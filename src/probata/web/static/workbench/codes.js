// What a machine's code is called in the language of the page; the page hands the words over. Any other is told as it is.

const known = JSON.parse(document.querySelector("[data-codes]")?.dataset.codes ?? "{}");

/** `face_to_mask` → face to mask. */
export function called(code) {
  return known[code] ?? code.replaceAll("_", " ");
}
