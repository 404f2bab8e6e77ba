// Canonical JSON, RFC 8785, for objects, lists, texts, true, false, null and whole numbers within ±(2^53 - 1).
// This script mirrors verify.py step by step; docs/package.md specifies both. Every layer must answer alike.

const MAX_DEPTH = 64;
const SHOWN_CHARACTERS = 100;

/** Something is not as it must be; its message says what. */
class Fault extends Error {}

/** Something could not be looked at; its message says why. Never a pass. */
class NotChecked extends Error {}

/** This is no package, or cannot be opened at all. */
class Unreadable extends Error {}

/** A text from a package as it may be shown: quoted, plain ASCII, cut. */
function shown(untrusted) {
  const quoted = JSON.stringify(untrusted);
  const text = quoted.replace(/[\u0080-\uffff]/g, (unit) => "\\u" + unit.charCodeAt(0).toString(16).padStart(4, "0"));
  return text.length <= SHOWN_CHARACTERS ? text : text.slice(0, SHOWN_CHARACTERS) + "…";
}

const utf8 = (text) => new TextEncoder().encode(text);

/** The one canonical form of a value, as bytes. */
const canonical = (value) => utf8(canonicalText(value, 0));

function canonicalText(value, depth) {
  if (depth > MAX_DEPTH) throw new Fault(`nested deeper than ${MAX_DEPTH}`);
  if (value === null || typeof value === "boolean") return String(value);
  if (typeof value === "string") return wellFormed(value);
  if (typeof value === "number" && Number.isSafeInteger(value)) return String(value);
  if (Array.isArray(value)) return "[" + value.map((part) => canonicalText(part, depth + 1)).join(",") + "]";
  if (typeof value === "object") {
    // RFC 8785, section 3.2.3: keys are sorted by their UTF-16 units, which is how this language sorts.
    const keys = Object.keys(value).sort();
    return "{" + keys.map((key) => wellFormed(key) + ":" + canonicalText(value[key], depth + 1)).join(",") + "}";
  }
  throw new Fault("a number that is not whole, or lies outside ±(2^53 - 1)");
}

function wellFormed(text) {
  if (/[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/.test(text)) {
    throw new Fault("a text holds half of a surrogate pair");
  }
  return JSON.stringify(text);
}

/** Read canonical JSON; throws `Fault` unless writing the value again gives the same bytes. */
function parseCanonical(untrusted) {
  let text, value;
  try {
    text = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(untrusted);
    value = JSON.parse(text);
  } catch {
    throw new Fault("it is not JSON in UTF-8");
  }
  // This one comparison refuses floats, repeated keys, spaces, other orders and other escapes.
  if (canonicalText(value, 0) !== text) throw new Fault("it is not in canonical form (RFC 8785)");
  return value;
}

const hex = (bytes) => Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
const unhex = (text) => Uint8Array.from(text.match(/../g) ?? [], (pair) => parseInt(pair, 16));

/** Read standard base64 in its one canonical spelling. */
function decodeBase64(untrusted) {
  try {
    const text = atob(untrusted);
    if (btoa(text) === untrusted) return Uint8Array.from(text, (character) => character.charCodeAt(0));
  } catch {
    // Falls through to the fault: whatever cannot be read is not canonical.
  }
  throw new Fault("not canonical base64: " + shown(untrusted));
}

function sameBytes(a, b) {
  return a.length === b.length && a.every((byte, at) => byte === b[at]);
}

function joined(...parts) {
  const all = new Uint8Array(parts.reduce((length, part) => length + part.length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}

/** Compare texts by code point, as UTF-8 bytes and Python sort; this language alone sorts by UTF-16 unit. */
function byCodePoint(a, b) {
  const left = Array.from(a, (character) => character.codePointAt(0));
  const right = Array.from(b, (character) => character.codePointAt(0));
  const at = left.findIndex((point, index) => point !== right[index]);
  if (at < 0) return left.length - right.length;
  return at >= right.length ? 1 : left[at] - right[at];
}
