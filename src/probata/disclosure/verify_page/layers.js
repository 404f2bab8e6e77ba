// How to verify: fourteen layers, each its own step, each PASS, FAIL or NOT CHECKED.

const CLOCK_TOLERANCE_S = 300;
const MAX_SHOWN_FAULTS = 5;
const OPTIONAL = ["consistency", "witnesses", "timestamps"];
const LAYERS = [
  "names", "list", "bytes", "bag", "entries", "openings", "actor_signatures", "inclusion", "consistency",
  "checkpoint_signature", "seal", "witnesses", "timestamps", "report",
];
const BAG_DECLARATION = "BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n";
const REPORT_HEAD =
  /^<!doctype html>\n<html lang="[A-Za-z-]+"(?: dir="(?:ltr|rtl)")?>\n<head>\n<meta charset="utf-8">\n<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">/;
const UNSAFE =
  /[\x00-\x1f\x7f-\x9f\\:*?"<>|%\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]|[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/;

/** Throw all faults as one, the first few in words. */
function noneOf(faults) {
  const more = faults.length - MAX_SHOWN_FAULTS;
  if (faults.length) {
    throw new Fault(faults.slice(0, MAX_SHOWN_FAULTS).join("; ") + (more > 0 ? `; and ${more} more` : ""));
  }
}

/** Why a path may not stand in a package on any system, or null. */
function pathFault(path) {
  if (UNSAFE.test(path)) return "with a character that some system refuses or hides";
  const length = utf8(path).length;
  if (length < 1 || length > 1000) return "empty or too long";
  if (path.startsWith("/")) return "absolute";
  const parts = path.split("/");
  if (parts.some((part) => ["", ".", ".."].includes(part))) return "with an empty, . or .. part";
  return parts.some((part) => /[. ]$/.test(part)) ? "with a part that ends in a dot or a space" : null;
}

/** The path as a system sees it that ignores capitals and Unicode forms. */
const folded = (path) => path.normalize("NFC").toUpperCase().toLowerCase().normalize("NFC");

/** Every folder that the paths lie in. */
function parentsOf(paths) {
  const found = new Set();
  for (const path of paths) {
    for (let end = path.lastIndexOf("/"); end > 0; end = path.lastIndexOf("/", end - 1)) found.add(path.slice(0, end));
  }
  return found;
}

const sorted = (texts) => [...texts].sort(byCodePoint);
const without = (texts, others) => sorted([...texts].filter((text) => !others.has(text)));

/** Paths that a system which ignores capitals or Unicode forms would take for one. */
function clashes(paths) {
  const spellings = new Map();
  const faults = [];
  for (const path of sorted(paths)) {
    const key = folded(path);
    if (!spellings.has(key)) spellings.set(key, path);
    else faults.push(`${shown(path)} clashes with ${shown(spellings.get(key))}`);
  }
  return faults;
}

/** A BagIt manifest, RFC 8493 section 2.1.3: digest, two spaces, path; sorted by path. */
const manifest = (digests) => utf8(sorted(digests.keys()).map((path) => `${digests.get(path)}  ${path}\n`).join(""));

/** One package under examination. Each `check_` method is a layer: it returns what it found, or throws. */
class Examination {
  constructor(members, demands, progress) {
    this.members = members;
    this.demands = demands;
    this.progress = progress;
    this.byPath = new Map();
    for (const member of members) if (!this.byPath.has(member.path)) this.byPath.set(member.path, member);
    this.listed = this.lines = this.sealFile = this.seal = this.sealFault = this.logKey = this.promises = null;
    this.bodies = [];
  }

  /** Every layer's answer, in order. */
  async layers() {
    try {
      await this.readSeal();
    } catch (error) {
      this.sealFault = error;
    }
    const answers = [];
    for (const layer of LAYERS) answers.push(await this.layer(layer));
    return answers;
  }

  async layer(layer) {
    try {
      return { layer, verdict: "PASS", why: await this["check_" + layer]() };
    } catch (error) {
      return { layer, verdict: error instanceof NotChecked ? "NOT CHECKED" : "FAIL", why: error.message };
    }
  }

  // -- what several layers need

  async read(path) {
    if (!this.byPath.has(path)) throw new Fault(`${path} is missing`);
    return readMember(this.byPath.get(path));
  }

  /** Take custody/seal.json apart; its layer, `seal`, answers for its faults. */
  async readSeal() {
    const value = shaped(parseCanonical(await this.read(SEAL)), SEAL_FILE_FIELDS, SEAL);
    for (const proof of value.inclusion) shaped(proof, PROOF_FIELDS, "an inclusion proof");
    for (const token of value.timestamps) decodeBase64(shaped(token, TOKEN_FIELDS, "a timestamp").response);
    const seal = await readLine(value.seal, "the seal");
    if (!value.checkpoints.length || value.consistency.length !== value.checkpoints.length - 1) {
      throw new Fault("there must be a checkpoint, and a consistency proof between each two");
    }
    for (const note of value.checkpoints) {
      const { body, signatures } = parseNote(note);
      if (signatures.length !== 1) throw new Fault("a checkpoint here carries the log's signature alone");
      this.bodies.push({ body, checkpoint: parseCheckpoint(body), signature: signatures[0] });
    }
    [this.sealFile, this.seal] = [value, seal];
  }

  /** The seal's file, its entry and the last checkpoint. */
  needSeal() {
    if (!this.sealFile) throw new NotChecked("there is no readable custody/seal.json to check");
    return { sealFile: this.sealFile, seal: this.seal, last: this.bodies.at(-1) };
  }

  /** Every disclosed entry, the seal last. */
  needLines() {
    const { seal } = this.needSeal();
    if (!this.lines) throw new NotChecked("there are no readable entries to check");
    return [...this.lines, seal];
  }

  needList() {
    if (!this.listed) throw new NotChecked("there is no readable list of files");
    return this.listed;
  }

  // -- 1 to 4: what lies there

  /** 1. Every name is safe on every system, every file is a plain file, no two names clash. */
  check_names() {
    const paths = this.members.map(({ path }) => path);
    const odd = this.members.filter(({ kind }) => kind !== "file" && kind !== "folder");
    const files = new Set(this.members.filter(({ kind }) => kind !== "folder").map(({ path }) => path));
    const counts = new Map();
    for (const path of paths) counts.set(path, (counts.get(path) ?? 0) + 1);
    const parents = parentsOf(paths);
    noneOf([
      ...odd.map(({ path, kind }) => `${shown(path)} is a ${kind}`),
      ...paths.filter(pathFault).map((path) => `${shown(path)} is a name ${pathFault(path)}`),
      ...sorted([...counts.keys()].filter((path) => counts.get(path) > 1)).map((path) => `${shown(path)} is there twice`),
      ...sorted([...files].filter((path) => parents.has(path))).map((path) => `${shown(path)} is a file and a folder`),
      ...clashes(new Set([...paths, ...parents])),
    ]);
    const unseen = this.members.fromFolder ? "; a browser shows no links and no empty folders" : "";
    return `${files.size} files, every name safe and distinct${unseen}`;
  }

  /** 2. The sealed list names exactly the files that are there. */
  async check_list() {
    const value = shaped(parseCanonical(await this.read(FILES)), FILE_LIST_FIELDS, FILES);
    const rows = value.files.map((row) => shaped(row, FILE_FIELDS, "a row of the list"));
    const paths = rows.map(({ path }) => path);
    const faults = paths.filter(pathFault).map((path) => `${shown(path)} is listed, which no package may hold`);
    if (paths.some((path, at) => at && byCodePoint(paths[at - 1], path) >= 0)) {
      faults.push("the list is not sorted, or names a file twice");
    }
    this.listed = new Map(rows.map((row) => [row.path, row]));
    const known = new Set([...paths, ...UNLISTED]);
    const there = new Set(this.members.filter(({ kind }) => kind !== "folder").map(({ path }) => path));
    const folders = new Set(this.members.filter(({ kind }) => kind === "folder").map(({ path }) => path));
    noneOf([
      ...faults,
      ...UNLISTED.filter((path) => this.listed.has(path)).map((path) => `${path} is listed, which the seal covers otherwise`),
      ...REQUIRED.filter((path) => !this.listed.has(path)).map((path) => `${path} is not listed, which every package has`),
      ...without(known, there).map((path) => `${shown(path)} is missing`),
      ...without(there, known).map((path) => `${shown(path)} is not listed`),
      ...without(folders, parentsOf(known)).map((path) => `${shown(path)} is an empty folder, not listed`),
    ]);
    return `${paths.length} files listed, all there, nothing else`;
  }

  /** 3. Every listed file has its size, its SHA-256 and its chunk tree. */
  async check_bytes() {
    const rows = [...this.needList().values()];
    const there = rows.filter(({ path }) => this.byPath.get(path)?.kind === "file");
    const total = rows.reduce((sum, row) => sum + row.size_bytes, 0);
    const faults = [];
    for (const row of there) faults.push(...(await this.byteFaults(this.byPath.get(row.path), row, total)));
    noneOf(faults);
    if (there.length < rows.length) {
      throw new NotChecked(`${rows.length - there.length} listed files are not there to be checked; the others agree`);
    }
    return `${there.length} files, ${total} bytes, all as listed`;
  }

  /** What differs in one file: both hashes are made in one reading, and nothing large is held. */
  async byteFaults(member, row, total) {
    if (member.sizeBytes !== row.size_bytes) {
      return [`${shown(member.path)} has ${member.sizeBytes} bytes, not ${row.size_bytes}`];
    }
    const small = member.sizeBytes <= this.demands.wholeLimitBytes ? [] : null;
    const whole = new Sha256Stream(), tree = new TreeHasher();
    try {
      for await (const block of member.blocks()) {
        await tree.add(await leafHash(block));
        if (small) small.push(block);
        else whole.update(block);
        this.progress(block.length, total);
      }
    } catch (error) {
      return [`${shown(member.path)}: ${error.message}`];
    }
    const digest = small ? await sha256(joined(...small)) : whole.digest();
    const alike = hex(digest) === row.sha256 && hex(await tree.root()) === row.chunk_root;
    return alike ? [] : [`${shown(member.path)} has other bytes than listed`];
  }

  /** 4. The BagIt tags (RFC 8493) are exactly what the sealed list makes them. */
  async check_bag() {
    const rows = [...this.needList().values()];
    const faults = [];
    if (!sameBytes(await this.read(BAGIT), utf8(BAG_DECLARATION))) faults.push(`${BAGIT} does not declare BagIt 1.0`);
    const payload = rows.filter(({ path }) => path.startsWith("data/"));
    const digests = (of) => new Map(of.map(({ path, sha256: digest }) => [path, digest]));
    if (!sameBytes(await this.read(MANIFEST), manifest(digests(payload)))) {
      faults.push(`${MANIFEST} is not the manifest of the listed payload`);
    }
    const tags = digests(rows.filter(({ path }) => !path.startsWith("data/")));
    for (const path of [FILES, SEAL]) tags.set(path, hex(await sha256(await this.read(path))));
    if (!sameBytes(await this.read(TAG_MANIFEST), manifest(tags))) {
      faults.push(`${TAG_MANIFEST} is not the manifest of the listed tag files`);
    }
    const oxum = `Payload-Oxum: ${payload.reduce((sum, row) => sum + row.size_bytes, 0)}.${payload.length}`;
    const lines = new TextDecoder().decode(await this.read(BAG_INFO)).split("\n");
    if (!lines.includes(oxum)) faults.push(`${BAG_INFO} does not state the payload's size`);
    noneOf(faults);
    return "the bag's declaration, manifests and payload size are exactly those of the list";
  }

  // -- 5 to 7: what was written, and by whom

  /** 5. Every entry is well formed, in canonical JSON, of one log, in its place and in the order of time. */
  async check_entries() {
    const data = await this.read(ENTRIES);
    if (data.at(-1) !== 0x0a) throw new Fault(`${ENTRIES} does not end with a line end`);
    const read = [];
    for (let start = 0, end; start < data.length; start = end + 1) {
      end = data.indexOf(0x0a, start);
      read.push(await readLine(parseCanonical(data.subarray(start, end)), `line ${read.length + 1}`));
    }
    this.lines = read;
    const lines = this.seal ? [...read, this.seal] : read;
    const faults = [];
    if (read[0].place !== 0 || read[0].entry.action !== "found_log") {
      faults.push("the first entry is not the founding of the log");
    }
    for (const { place, entry } of lines) {
      if (entry.seq !== place) faults.push(`entry ${place} says it is number ${entry.seq}`);
      if (entry.log !== lines[0].entry.log) faults.push(`entry ${place} is of another log`);
    }
    lines.slice(1).forEach((later, at) => {
      const earlier = lines[at];
      if (later.place <= earlier.place) faults.push(`entry ${later.place} follows entry ${earlier.place}`);
      if (later.entry.at < earlier.entry.at) faults.push(`entry ${later.place} is dated before entry ${earlier.place}`);
    });
    noneOf(faults);
    return `${lines.length} entries of ${lines[0].entry.log}, well formed and in order`;
  }

  /** 6. Every disclosed record is the one its entry committed to. */
  check_openings() {
    const faults = [];
    let count = 0;
    for (const { place, entry, openings } of this.needLines()) {
      const found = openings.map(({ commitment }) => commitment);
      count += found.length;
      if (found.some((subject) => !entry.subjects.includes(subject))) {
        faults.push(`a record beside entry ${place} is not what the entry is about`);
      } else if (new Set(found).size < found.length) {
        faults.push(`a record beside entry ${place} is there twice`);
      }
    }
    noneOf(faults);
    return `${count} disclosed records, each the one its entry committed to`;
  }

  /** 7. Every entry is signed by a key that the log enrolled before, back to the founder's. */
  async check_actor_signatures() {
    const lines = this.needLines();
    const { keys, mayEnrol } = await this.founder(lines[0]);
    const faults = [];
    for (const line of lines) {
      const key = keys.get(line.entry.actor);
      if (!key) {
        faults.push(`entry ${line.place} is signed with a key that no disclosed entry enrolled`);
      } else if (!(await ed25519Verifies(key, canonical(line.entry), line.signature))) {
        faults.push(`the signature of entry ${line.place} does not fit`);
      } else if (line.entry.action === "enrol_key") {
        faults.push(...(await this.enrol(line, keys, mayEnrol)));
      }
    }
    const stated = canonical(Object.fromEntries([...keys].map(([keyId, key]) => [keyId, hex(key)])));
    if (!sameBytes(await this.read(ACTOR_KEYS), stated)) faults.push(`${ACTOR_KEYS} does not state exactly the enrolled keys`);
    noneOf(faults);
    return `${lines.length} signatures by ${keys.size} enrolled keys`;
  }

  /** The founder's key, as the founding entry names it, may enrol others. */
  async founder(first) {
    const records = first.opened(FOUNDING_SCHEMA);
    if (records.length !== 1) throw new Fault("the founding of the log is not disclosed");
    const key = unhex(shaped(records[0], FOUNDING_FIELDS, "the founding record").founder_key);
    const keyId = hex(await sha256(key));
    return { keys: new Map([[keyId, key]]), mayEnrol: new Set([keyId]) };
  }

  /** Take in the keys that an `enrol_key` entry discloses; gives what speaks against it. */
  async enrol(line, keys, mayEnrol) {
    if (!mayEnrol.has(line.entry.actor)) return [`entry ${line.place} enrols a key, signed by one who may not`];
    for (const record of line.opened(KEY_SCHEMA)) {
      shaped(record, KEY_FIELDS, `the key of entry ${line.place}`);
      const key = unhex(record.public_key);
      const keyId = hex(await sha256(key));
      keys.set(keyId, key);
      if (record.may_enrol) mayEnrol.add(keyId);
    }
    return [];
  }

  // -- 8 to 10: the log

  /** 8. Every entry is in the log of the last checkpoint, where it says (RFC 9162, section 2.1.3.2). */
  async check_inclusion() {
    const lines = this.needLines();
    const { sealFile, last } = this.needSeal();
    const { size, root } = last.checkpoint;
    const proofs = new Map(sealFile.inclusion.map(({ index, hashes }) => [index, hashes.map(unhex)]));
    const faults = [];
    if (sealFile.inclusion.map(({ index }) => index).join() !== lines.map(({ place }) => place).join()) {
      faults.push("the proofs are not exactly those of the disclosed entries");
    }
    for (const { leaf, place } of lines) {
      const proof = proofs.get(place) ?? [];
      if (!(await verifyInclusion({ leaf: await leafHash(leaf), index: place, size, proof, root }))) {
        faults.push(`entry ${place} is not proved to be in the log`);
      }
    }
    noneOf(faults);
    return `${lines.length} entries are in the log of ${size}`;
  }

  /** 9. Each checkpoint extends the one before, and those the user holds (RFC 9162, section 2.1.4.2). */
  async check_consistency() {
    const { sealFile, last } = this.needSeal();
    const checkpoints = this.bodies.map(({ checkpoint }) => checkpoint);
    const faults = [];
    for (let at = 1; at < checkpoints.length; at++) {
      const [before, after] = [checkpoints[at - 1], checkpoints[at]];
      const proof = sealFile.consistency[at - 1].map(unhex);
      const grew = { oldSize: before.size, oldRoot: before.root, size: after.size, root: after.root, proof };
      if (before.origin !== after.origin || !(await verifyConsistency(grew))) {
        faults.push(`the log of ${after.size} does not begin with the log of ${before.size}`);
      }
    }
    for (const note of this.demands.checkpoints) faults.push(...(await this.forkFaults(note, checkpoints)));
    noneOf(faults);
    const given = this.demands.checkpoints.length;
    if (checkpoints.length === 1 && !given) {
      throw new NotChecked("there is one checkpoint, and you gave none to compare it with");
    }
    return `${checkpoints.length} checkpoints up to ${last.checkpoint.size} entries, ${given} of yours`;
  }

  /** What speaks against one checkpoint that the user holds. */
  async forkFaults(untrustedNote, checkpoints) {
    const { body, signatures } = parseNote(untrustedNote);
    const given = parseCheckpoint(body), key = await this.key();
    const own = signatures.find((line) => isUnder(key, line));
    if (!own) throw new Fault("the checkpoint you gave is not signed by this log");
    await verifySignatureLine(key, body, own);
    if (this.bodies.some((known) => known.body === body)) return [];
    const last = checkpoints.at(-1);
    if (checkpoints.some(({ size }) => size === given.size)) {
      return [`the log has forked: your checkpoint of ${given.size} entries has another root`];
    }
    if (given.size > last.size) {
      const sizes = `your checkpoint has ${given.size} entries, this package's log ${last.size}`;
      return [`${sizes}: the package was sealed before your checkpoint, or the log was cut back`];
    }
    return [`nothing connects your checkpoint of ${given.size} entries with this package: ask for the proof`];
  }

  /** The log's key as the package states it. */
  async key() {
    const text = new TextDecoder().decode(await this.read(LOG_KEY));
    if (!text.endsWith("\n")) throw new Fault(`${LOG_KEY} is not one line`);
    const key = await parseVkey(text.slice(0, -1));
    if (key.algorithm !== ED25519) throw new Fault(`${LOG_KEY} is of an unknown kind`);
    return key;
  }

  /** 10. Every checkpoint is signed by the log's key, and that key has the fingerprint the user gave. */
  async check_checkpoint_signature() {
    this.needSeal();
    const key = await this.key();
    for (const { body, checkpoint, signature } of this.bodies) {
      await verifySignatureLine(key, body, signature);
      if (checkpoint.origin !== key.name) throw new Fault("a checkpoint is of another log than its signature");
    }
    for (const line of this.lines ?? []) {
      if (line.entry.log !== key.name) throw new Fault("the entries are of another log than the checkpoint");
      for (const record of line.opened(FOUNDING_SCHEMA)) {
        if (record.log_key !== key.vkey || record.origin !== key.name) throw new Fault("the log was founded with another key");
      }
    }
    this.logKey = key;
    const given = this.demands.fingerprint;
    if (given === null) {
      throw new NotChecked(`signed with the key ${key.fingerprint}; you gave no fingerprint to compare it with`);
    }
    if (key.fingerprint !== given) throw new Fault(`signed with the key ${key.fingerprint}, not with ${given}`);
    return `signed with the key ${key.fingerprint}, as you gave it`;
  }

  // -- 11 to 14: the seal and what stands around it

  /** 11. The seal's entry names the digest of the complete file list, and comes last. */
  async check_seal() {
    if (this.sealFault) throw this.sealFault;
    const { seal } = this.needSeal();
    const records = seal.opened(SEAL_SCHEMA);
    if (seal.entry.action !== "seal" || records.length !== 1) {
      throw new Fault("the seal does not disclose what it seals");
    }
    const record = shaped(records[0], SEAL_FIELDS, "the record of the seal");
    this.promises = shaped(record.promises, PROMISE_FIELDS, "the promises of the seal");
    if (record.files_sha256 !== hex(await sha256(await this.read(FILES)))) {
      throw new Fault("the seal is not over this list of files");
    }
    const lines = this.needLines().slice(0, -1);
    if (lines.some(({ place, entry }) => place >= seal.place || entry.at > seal.entry.at)) {
      throw new Fault("the seal does not come after everything it covers");
    }
    return `entry ${seal.place}, ${seal.entry.at}, seals this list of files`;
  }

  /** 12. Promised and demanded witnesses cosigned the last checkpoint (C2SP tlog-cosignature). */
  async check_witnesses() {
    const { sealFile, seal, last } = this.needSeal();
    const lines = sealFile.cosignatures.map(parseSignatureLine);
    if (new Set(lines.map(({ name, keyId }) => `${name} ${keyId}`)).size < lines.length) {
      throw new Fault("a witness is there twice");
    }
    const promised = [];
    for (const vkey of this.promises?.witnesses ?? []) promised.push(await parseVkey(vkey));
    for (const key of [...promised, ...this.demands.witnesses]) {
      const own = lines.find((line) => isUnder(key, line));
      if (!own || key.algorithm !== COSIGNATURE_V1) throw new Fault(`the cosignature of ${shown(key.name)} is missing`);
      const seconds = await verifySignatureLine(key, last.body, own);
      if (seconds + BigInt(CLOCK_TOLERANCE_S) < BigInt(entrySeconds(seal.entry.at))) {
        throw new Fault(`${shown(key.name)} cosigned before the seal was made`);
      }
    }
    if (!this.demands.witnesses.length) {
      throw new NotChecked(`you named no witness whose key you know; cosignatures here: ${lines.length}`);
    }
    return `cosigned by every witness you named: ${this.demands.witnesses.length}`;
  }

  /** 13. Timestamp tokens (RFC 3161) are over these checkpoints and not before what they cover. */
  async check_timestamps() {
    const { sealFile } = this.needSeal();
    const tokens = sealFile.timestamps;
    const missing = without(this.promises?.timestamps ?? [], new Set(tokens.map(({ authority }) => authority)));
    if (missing.length) throw new Fault("the promised timestamp is missing: " + missing.map(shown).join(", "));
    if (!tokens.length) throw new NotChecked("there is no timestamp");
    for (const token of tokens) await this.token(token);
    const unjudged = `timestamps over these checkpoints: ${tokens.length}`;
    throw new NotChecked(`${unjudged}; without their authority's certificate at hand: ${tokens.length}`);
  }

  /** One token: over which checkpoint, and when. Whether its authority signed it cannot be known here. */
  async token(token) {
    const at = this.bodies.map(({ checkpoint }) => checkpoint.size).lastIndexOf(token.checkpoint);
    const name = shown(token.authority), response = decodeBase64(token.response);
    if (at < 0) throw new Fault(`a timestamp of ${name} is over no checkpoint in this package`);
    const stamp = readTimestamp(response);
    if (!sameBytes(stamp.digest, await sha256(utf8(this.sealFile.checkpoints[at])))) {
      throw new Fault(`the timestamp of ${name} is not over the checkpoint of ${token.checkpoint}`);
    }
    for (const { place, entry } of this.needLines()) {
      if (place < token.checkpoint && stamp.seconds + CLOCK_TOLERANCE_S < entrySeconds(entry.at)) {
        throw new Fault(`the timestamp of ${name} is earlier than what it covers`);
      }
    }
  }

  /** 14. The report is the sealed one, and nothing in it runs or calls out. */
  async check_report() {
    const listed = this.needList();
    const data = await this.read(REPORT);
    if (listed.get(REPORT)?.sha256 !== hex(await sha256(data))) throw new Fault("the report is not the sealed one");
    const text = new TextDecoder("utf-8", { ignoreBOM: true }).decode(data);
    // The policy counts only where the browser meets it first; behind a comment's beginning it would not.
    if (!REPORT_HEAD.test(text) || text.toLowerCase().includes("<script")) {
      throw new Fault("the report could run something");
    }
    return "the report is as it was sealed; its words are the sealer's";
  }
}

/** FAIL if any layer fails; PASS only if every layer that is not optional passes. */
function verdictOf(layers) {
  if (layers.some(({ verdict }) => verdict === "FAIL")) return "FAIL";
  const unchecked = layers.filter(({ layer, verdict }) => verdict !== "PASS" && !OPTIONAL.includes(layer));
  if (!unchecked.length) return "PASS";
  return unchecked.every(({ layer }) => layer === "checkpoint_signature") ? "INTACT_SIGNER_UNKNOWN" : "FAIL";
}

/** Verify a package from the files a person chose; the answer is what `verify.py --json` prints. */
async function verifyPackage(chosen, demands, progress = () => undefined) {
  const schema = "probata/verify/1";
  let members;
  try {
    members = await openPackage(chosen);
  } catch (error) {
    if (!(error instanceof Unreadable)) throw error;
    const layers = LAYERS.map((layer) => ({ layer, verdict: "NOT CHECKED", why: "the package cannot be read" }));
    return { schema, verdict: "FAIL", layers, unreadable: error.message };
  }
  const examination = new Examination(members, demands, progress);
  const layers = await examination.layers();
  const answer = { schema, verdict: verdictOf(layers), layers };
  const { logKey, seal } = examination;
  if (logKey) answer.signer = { log: logKey.name, fingerprint: logKey.fingerprint };
  if (seal) answer.sealed = { at: seal.entry.at, entry: seal.place };
  return answer;
}

/** A fingerprint as people type it: spaces, colons and capitals do not count; null when the field is empty. */
function readFingerprint(untrusted) {
  const digits = untrusted.replace(/[\s:-]/g, "").toLowerCase();
  if (digits && !HEX_64(digits)) throw new Fault("a fingerprint has 64 hexadecimal digits");
  return digits || null;
}
