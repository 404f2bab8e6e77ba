// Opening a package: a folder or a zip; members are read by name, nothing is ever extracted.

const CHUNK_BYTES = 2 ** 20;
const MAX_METADATA_BYTES = 256 * 2 ** 20;
const MAX_MEMBERS = 1_000_000;

const FILES = "custody/files.json";
const SEAL = "custody/seal.json";
const ENTRIES = "custody/entries.jsonl";
const LOG_KEY = "keys/log.vkey";
const ACTOR_KEYS = "keys/actors.json";
const REPORT = "report.html";
const BAGIT = "bagit.txt", BAG_INFO = "bag-info.txt";
const MANIFEST = "manifest-sha256.txt", TAG_MANIFEST = "tagmanifest-sha256.txt";
const UNLISTED = [FILES, SEAL, TAG_MANIFEST];
const REQUIRED = [ENTRIES, LOG_KEY, ACTOR_KEYS, REPORT, BAGIT, BAG_INFO, MANIFEST, "verify.py", "verify.html"];

/** All bytes of a small file; throws `Fault` for a large one. */
async function readMember(member) {
  if (member.kind !== "file") throw new Fault(`${shown(member.path)} is a ${member.kind}`);
  if (member.sizeBytes > MAX_METADATA_BYTES) {
    throw new Fault(`${shown(member.path)} is larger than any file of its kind may be`);
  }
  const blocks = [];
  for await (const block of member.blocks()) blocks.push(block);
  return joined(...blocks);
}

/** Everything in a package, from the files that a person chose: one zip, or all files of a folder. */
async function openPackage(chosen) {
  let members;
  try {
    const isZip = chosen.length === 1 && !chosen[0].webkitRelativePath;
    members = isZip ? await zipMembers(chosen[0]) : folderMembers(chosen);
  } catch (error) {
    throw new Unreadable(error.message);
  }
  if (!members.some((member) => [FILES, SEAL, BAGIT].includes(member.path))) {
    throw new Unreadable("it holds no sealed file list, no seal and no bag declaration");
  }
  return members;
}

/** A browser shows the plain files of a folder: links and empty folders it leaves out, so the page says so. */
function folderMembers(chosen) {
  const members = Array.from(chosen, (file) => ({
    path: file.webkitRelativePath.split("/").slice(1).join("/"),
    kind: "file",
    sizeBytes: file.size,
    blocks: () => sliceBlocks(file, 0, file.size),
  }));
  return Object.assign(members.sort((a, b) => byCodePoint(a.path, b.path)), { fromFolder: true });
}

async function* sliceBlocks(file, start, end) {
  for (let at = start; at < end; at += CHUNK_BYTES) yield readAt(file, at, Math.min(CHUNK_BYTES, end - at));
}

async function readAt(file, at, count) {
  const data = new Uint8Array(await file.slice(at, at + count).arrayBuffer());
  if (at < 0 || data.length !== count) throw new Fault("it is cut short");
  return data;
}

// Zip, PKWARE APPNOTE 6.3: one strict reading that every verifier of ours shares, because programs that read a
// careless zip differently can be shown different packages.

async function zipMembers(file) {
  const entries = await centralDirectory(file);
  const base = baseFolder(entries.map((entry) => entry.name));
  const members = [];
  for (const entry of entries) {
    if (entry.name === base) continue;
    // What lies outside the package's own folder keeps a name that the names layer refuses.
    const name = entry.name.startsWith(base) ? entry.name.slice(base.length) : "../" + entry.name;
    const kind = (await localHeaderAgrees(file, entry)) ? entry.kind : "file with two names";
    const path = kind === "folder" ? name.slice(0, -1) : name;
    members.push({ path, kind, sizeBytes: entry.sizeBytes, blocks: () => zipBlocks(file, entry) });
  }
  return members;
}

/** The one folder that holds the package inside the zip, with its slash; empty when it lies at the top. */
function baseFolder(names) {
  if (names.includes(BAGIT) || names.includes(FILES)) return "";
  const slashes = (name) => name.split("/").length - 1;
  const above = (path, depth) =>
    names.filter((name) => name.endsWith("/" + path) && slashes(name) === depth)
      .map((name) => name.slice(0, -path.length)).sort(byCodePoint);
  return [...above(BAGIT, 1), ...above(FILES, 2)][0] ?? "";
}

/** Every record of the central directory; it must end the file, without a comment. Section 4.3.16. */
async function centralDirectory(file) {
  const { count, sizeBytes, at, end } = await endRecord(file);
  if (count > MAX_MEMBERS || sizeBytes > MAX_METADATA_BYTES || at + sizeBytes !== end) {
    throw new Fault("its directory is not where it must be");
  }
  const data = await readAt(file, at, sizeBytes);
  const entries = [];
  let position = 0;
  for (let i = 0; i < count; i++) {
    const { entry, next } = centralRecord(data, position, at);
    entries.push(entry);
    position = next;
  }
  if (position !== sizeBytes) throw new Fault("its directory holds more than it says");
  return entries;
}

const viewOf = (data) => new DataView(data.buffer, data.byteOffset, data.byteLength);
const wide = (view, at) => Number(view.getBigUint64(at, true));

/** Count, size, offset and end of the central directory, by the plain or the 64-bit end record. */
async function endRecord(file) {
  const end = file.size - 22;
  if (end < 0) throw new Fault("it is neither a folder nor a zip");
  const view = viewOf(await readAt(file, end, 22));
  if (view.getUint32(0, true) !== 0x06054b50 || view.getUint16(20, true)) {
    throw new Fault("it is neither a folder nor a zip that ends with its directory");
  }
  let found = {
    disks: [view.getUint16(4, true), view.getUint16(6, true)],
    here: view.getUint16(8, true),
    count: view.getUint16(10, true),
    sizeBytes: view.getUint32(12, true),
    at: view.getUint32(16, true),
    end,
  };
  const locator = end >= 20 ? viewOf(await readAt(file, end - 20, 20)) : null;
  if (locator?.getUint32(0, true) === 0x07064b50) found = await wideEndRecord(file, wide(locator, 8)); // section 4.3.15
  if (found.disks[0] || found.disks[1] || found.here !== found.count) throw new Fault("it is one part of several");
  return found;
}

/** Section 4.3.14. */
async function wideEndRecord(file, end) {
  const view = viewOf(await readAt(file, end, 56));
  if (view.getUint32(0, true) !== 0x06064b50 || end + 56 !== file.size - 42) {
    throw new Fault("its 64-bit directory is not where it must be");
  }
  return {
    disks: [view.getUint32(16, true), view.getUint32(20, true)],
    here: wide(view, 24),
    count: wide(view, 32),
    sizeBytes: wide(view, 40),
    at: wide(view, 48),
    end,
  };
}

/** One record of the central directory, sections 4.3.12 and 4.5.3. */
function centralRecord(data, position, directoryAt) {
  const damaged = () => new Fault("its directory is damaged");
  if (position + 46 > data.length) throw damaged();
  const view = new DataView(data.buffer, data.byteOffset + position, 46);
  if (view.getUint32(0, true) !== 0x02014b50) throw damaged();
  const [madeBy, flags, method] = [4, 8, 10].map((at) => view.getUint16(at, true));
  const [nameLength, extraLength, commentLength] = [28, 30, 32].map((at) => view.getUint16(at, true));
  const nameAt = position + 46, extraAt = nameAt + nameLength;
  const next = extraAt + extraLength + commentLength;
  if (next > data.length) throw damaged();
  const rawName = data.subarray(nameAt, extraAt);
  const narrow = [24, 20, 42].map((at) => view.getUint32(at, true));
  const [sizeBytes, packedBytes, headerAt] = wideFields(data.subarray(extraAt, extraAt + extraLength), narrow);
  const name = decodeName(rawName, flags);
  if ((method === 0 && packedBytes !== sizeBytes) || headerAt + 30 + packedBytes > directoryAt) throw damaged();
  const kind = zipKind(name, flags, method, madeBy >> 8 === 3 ? view.getUint32(38, true) >>> 16 : 0);
  return { entry: { name, kind, method, packedBytes, sizeBytes, headerAt, rawName }, next };
}

/** Sizes and offset, with those that are 0xFFFFFFFF taken from the 64-bit extra field. Section 4.5.3. */
function wideFields(extra, narrow) {
  let values = new Uint8Array();
  for (let at = 0; at + 4 <= extra.length; ) {
    const kind = extra[at] | (extra[at + 1] << 8), length = extra[at + 2] | (extra[at + 3] << 8);
    if (kind === 1) values = extra.subarray(at + 4, at + 4 + length);
    at += 4 + length;
  }
  return narrow.map((value) => {
    if (value !== 0xffffffff) return value;
    if (values.length < 8) throw new Fault("its directory is damaged");
    const found = wide(viewOf(values), 0);
    values = values.subarray(8);
    return found;
  });
}

function decodeName(rawName, flags) {
  if (flags & 0x800 || rawName.every((byte) => byte < 0x80)) {
    try {
      return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(rawName);
    } catch {
      // Falls through to the fault.
    }
  }
  throw new Fault("a name in it is not UTF-8");
}

function zipKind(name, flags, method, mode) {
  if (flags & 1) return "encrypted file";
  if (method !== 0 && method !== 8) return "file packed in an unknown way";
  const fileType = mode & 0o170000;
  if (fileType === 0o120000) return "link";
  if (![0, 0o100000, 0o040000].includes(fileType)) return "special file";
  return name.endsWith("/") ? "folder" : "file";
}

/** Whether the header before the bytes names the same file. Section 4.3.7. */
async function localHeaderAgrees(file, entry) {
  const header = await readAt(file, entry.headerAt, 30 + entry.rawName.length);
  const view = viewOf(header);
  return (
    view.getUint32(0, true) === 0x04034b50 &&
    view.getUint16(26, true) === entry.rawName.length &&
    sameBytes(header.subarray(30), entry.rawName)
  );
}

async function* zipBlocks(file, entry) {
  const header = viewOf(await readAt(file, entry.headerAt, 30));
  const start = entry.headerAt + 30 + header.getUint16(26, true) + header.getUint16(28, true);
  const end = start + entry.packedBytes;
  if (end > file.size) throw new Fault("cut short");
  if (entry.method === 0) yield* sliceBlocks(file, start, end);
  else yield* unpacked(file.slice(start, end), entry.sizeBytes);
}

/** Inflate, never further than one block past the stated size, so that no bomb unfolds. */
async function* unpacked(packed, sizeBytes) {
  const reader = packed.stream().pipeThrough(new DecompressionStream("deflate-raw")).getReader();
  let waiting = new Uint8Array(), given = 0;
  for (;;) {
    let part;
    try {
      part = await reader.read();
    } catch {
      throw new Fault("cannot be unpacked");
    }
    if (part.done) break;
    waiting = joined(waiting, part.value);
    given += part.value.length;
    if (given > sizeBytes) {
      await reader.cancel().catch(() => undefined);
      throw new Fault("unpacks to more than it says");
    }
    for (; waiting.length >= CHUNK_BYTES; waiting = waiting.slice(CHUNK_BYTES)) yield waiting.slice(0, CHUNK_BYTES);
  }
  if (given !== sizeBytes) throw new Fault("does not unpack to what it says");
  if (waiting.length) yield waiting;
}
