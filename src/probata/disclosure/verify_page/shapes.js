// Shapes: every object of the format has exactly the fields that docs/package.md lists.

const ENTRY_SCHEMA = "probata/entry/1";
const FOUNDING_SCHEMA = "probata/founding/1";
const KEY_SCHEMA = "probata/key/1";
const SEAL_SCHEMA = "probata/seal/1";

const like = (pattern) => (value) => typeof value === "string" && pattern.test(value);
const is = (wanted) => (value) => value === wanted;
const listOf = (check) => (value) => Array.isArray(value) && value.every((part) => check(part));
const isWhole = (value) => Number.isSafeInteger(value) && value >= 0;
const isText = (value) => typeof value === "string" && value !== "";
const isTruth = (value) => typeof value === "boolean";
const isObject = (value) => typeof value === "object" && value !== null && !Array.isArray(value);
const HEX_32 = like(/^[0-9a-f]{32}$/);
const HEX_64 = like(/^[0-9a-f]{64}$/);
const WORD = like(/^[a-z][a-z0-9_]{0,39}$/);
const TIME = /^([0-9]{4})-([0-9]{2})-([0-9]{2})T([0-9]{2}):([0-9]{2}):([0-9]{2})\.[0-9]{6}Z$/;

function isTime(value) {
  try {
    return typeof value === "string" && entrySeconds(value) >= 0;
  } catch {
    return false;
  }
}

/** The time of an entry in Unix seconds, rounded down. */
function entrySeconds(at) {
  const match = TIME.exec(at);
  if (!match) throw new Fault("not a time: " + shown(at));
  return unixSeconds(match.slice(1).map(Number));
}

const FILE_FIELDS = { chunk_root: HEX_64, path: isText, sha256: HEX_64, size_bytes: isWhole };
const FILE_LIST_FIELDS = { files: listOf(isObject), schema: is("probata/files/1") };
const LINE_FIELDS = { index: isWhole, leaf: isObject, openings: listOf(isObject) };
const LEAF_FIELDS = { entry: isObject, signature: like(/^[A-Za-z0-9+/]{86}==$/) };
const ENTRY_FIELDS = {
  act: HEX_32,
  action: WORD,
  actor: HEX_64,
  at: isTime,
  clock: WORD,
  log: like(NAME),
  schema: is(ENTRY_SCHEMA),
  seq: isWhole,
  subjects: listOf(HEX_64),
  tool: isObject,
};
const TOOL_FIELDS = { name: isText, version: isText };
const OPENING_FIELDS = { record: isObject, salt: HEX_64 };
const FOUNDING_FIELDS = { founder_key: HEX_64, log_key: isText, origin: isText, schema: is(FOUNDING_SCHEMA) };
const KEY_FIELDS = { may_enrol: isTruth, public_key: HEX_64, schema: is(KEY_SCHEMA) };
const SEAL_FIELDS = { files_sha256: HEX_64, promises: isObject, schema: is(SEAL_SCHEMA) };
const PROMISE_FIELDS = { timestamps: listOf(isText), witnesses: listOf(isText) };
const SEAL_FILE_FIELDS = {
  checkpoints: listOf(isText),
  consistency: listOf(listOf(HEX_64)),
  cosignatures: listOf(isText),
  inclusion: listOf(isObject),
  schema: is("probata/seal-file/1"),
  seal: isObject,
  timestamps: listOf(isObject),
};
const PROOF_FIELDS = { hashes: listOf(HEX_64), index: isWhole };
const TOKEN_FIELDS = { authority: isText, checkpoint: isWhole, response: isText };

/** The value, if it has exactly these fields and each passes its check. */
function shaped(value, fields, what) {
  const names = Object.keys(fields).sort();
  if (!isObject(value) || Object.keys(value).sort().join("\n") !== names.join("\n")) {
    throw new Fault(`${what} does not have exactly the fields ` + names.join(", "));
  }
  for (const name of Object.keys(fields)) {
    if (!fields[name](value[name])) throw new Fault(`${what} has a wrong ${name}: ${shown(value[name])}`);
  }
  return value;
}

/** SHA-256(salt ‖ SHA-256(canonical record)), hexadecimal. */
async function commitmentOf(opening) {
  return hex(await sha256(joined(unhex(opening.salt), await sha256(canonical(opening.record)))));
}

/** One disclosed entry: where it stands in the log, its leaf's bytes, its parts, its openings. */
async function readLine(value, what) {
  shaped(value, LINE_FIELDS, what);
  const leaf = shaped(value.leaf, LEAF_FIELDS, `the leaf of ${what}`);
  const entry = shaped(leaf.entry, ENTRY_FIELDS, `the entry of ${what}`);
  shaped(entry.tool, TOOL_FIELDS, `the tool of ${what}`);
  const openings = [];
  for (const opening of value.openings) {
    shaped(opening, OPENING_FIELDS, `an opening of ${what}`);
    openings.push({ record: opening.record, commitment: await commitmentOf(opening) });
  }
  return {
    place: value.index,
    leaf: canonical(leaf),
    entry,
    signature: decodeBase64(leaf.signature),
    openings,
    /** The disclosed records of this schema whose commitments the entry really holds. */
    opened: (schema) =>
      openings.filter(({ commitment }) => entry.subjects.includes(commitment))
        .map(({ record }) => record).filter((record) => record.schema === schema),
  };
}
