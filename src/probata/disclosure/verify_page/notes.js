// Signed notes and checkpoints: C2SP signed-note, tlog-checkpoint, tlog-cosignature.

const ED25519 = 0x01;
const COSIGNATURE_V1 = 0x04;
const NAME = /^[\x21-\x2a\x2c-\x7e]{1,200}$/;
const SIGNATURE_LINE = /^\u2014 ([^\s+]+) ([A-Za-z0-9+/]+={0,2})$/;

/** Read a vkey; throws `Fault` unless its id fits its key. */
async function parseVkey(untrusted) {
  const [name, id, ...rest] = untrusted.split("+");
  if (!rest.length || !NAME.test(name)) throw new Fault("not a vkey: " + shown(untrusted));
  const data = decodeBase64(rest.join("+"));
  if (data.length !== 33 || ![ED25519, COSIGNATURE_V1].includes(data[0])) {
    throw new Fault("a vkey of an unknown kind: " + shown(untrusted));
  }
  const keyId = hex((await sha256(joined(utf8(name + "\n"), data))).subarray(0, 4));
  if (keyId !== id) throw new Fault("a vkey whose id does not fit its key: " + shown(untrusted));
  const raw = data.subarray(1);
  return { name, algorithm: data[0], raw, keyId, fingerprint: hex(await sha256(raw)), vkey: untrusted };
}

/** Read one signature line, without its line end. */
function parseSignatureLine(untrusted) {
  const match = SIGNATURE_LINE.exec(untrusted);
  if (!match || !NAME.test(match[1])) throw new Fault("not a signature line: " + shown(untrusted));
  const data = decodeBase64(match[2]);
  if (data.length < 5) throw new Fault("a signature line without a signature: " + shown(untrusted));
  return { name: match[1], keyId: hex(data.subarray(0, 4)), signature: data.subarray(4) };
}

/** Take a signed note apart: its text, and its signature lines in order. */
function parseNote(untrusted) {
  const at = untrusted.lastIndexOf("\n\n");
  const lines = untrusted.slice(at + 2);
  if (at < 0 || !lines.endsWith("\n")) throw new Fault("not a signed note");
  return { body: untrusted.slice(0, at) + "\n", signatures: lines.slice(0, -1).split("\n").map(parseSignatureLine) };
}

/** Read the text of a checkpoint: exactly three lines. */
function parseCheckpoint(untrustedBody) {
  const lines = untrustedBody.split("\n");
  if (lines.length !== 4 || lines[3] || !NAME.test(lines[0])) throw new Fault("not a checkpoint of three lines");
  if (!/^(0|[1-9][0-9]{0,15})$/.test(lines[1]) || !Number.isSafeInteger(Number(lines[1]))) {
    throw new Fault("a checkpoint without a size");
  }
  const root = decodeBase64(lines[2]);
  if (root.length !== 32) throw new Fault("a checkpoint whose root is not 32 bytes");
  return { origin: lines[0], size: Number(lines[1]), root };
}

const isUnder = (key, line) => line.name === key.name && line.keyId === key.keyId;

/** Verify one line under its key; gives the time in Unix seconds that a cosignature states. Throws `Fault`. */
async function verifySignatureLine(key, body, line) {
  if (!isUnder(key, line)) throw new Fault("signed under another key than " + shown(key.name));
  let message = utf8(body), signature = line.signature, seconds = null;
  if (key.algorithm === COSIGNATURE_V1) {
    // tlog-cosignature: the signature is preceded by its time, eight bytes, which the signed text repeats.
    seconds = BigInt("0x0" + hex(signature.subarray(0, 8)));
    signature = signature.subarray(8);
    message = joined(utf8(`cosignature/v1\ntime ${seconds}\n`), message);
  }
  if (!(await ed25519Verifies(key.raw, message, signature))) {
    throw new Fault("the signature of " + shown(key.name) + " does not fit");
  }
  return seconds;
}
