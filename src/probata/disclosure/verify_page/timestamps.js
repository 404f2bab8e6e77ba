// Timestamps, RFC 3161: what a token says, read without judging its authority's signature.

const OID_SIGNED_DATA = "2a864886f70d010702";
const OID_TST_INFO = "2a864886f70d0109100104";
const OID_SHA256 = "608648016503040201";
const SEQUENCE = 0x30, SET = 0x31, INTEGER = 0x02, OCTETS = 0x04, OID = 0x06, GENERALIZED_TIME = 0x18, EXPLICIT_0 = 0xa0;

/** One element of definite length, X.690 section 10.1, and where the next begins. */
function readDer(data, at) {
  if (at + 2 > data.length || (data[at] & 0x1f) === 0x1f) throw new Fault("not DER");
  const tag = data[at];
  let start = at + 2, length = data[at + 1];
  if (length >= 0x80) {
    const count = length & 0x7f;
    if (count < 1 || count > 4 || start + count > data.length) {
      throw new Fault("not DER: a length is missing or indefinite");
    }
    length = parseInt(hex(data.subarray(start, start + count)), 16);
    start += count;
  }
  if (start + length > data.length) throw new Fault("not DER: cut short");
  return { element: { tag, content: data.subarray(start, start + length) }, end: start + length };
}

function childrenOf({ content }) {
  const found = [];
  for (let at = 0; at < content.length; ) {
    const { element, end } = readDer(content, at);
    found.push(element);
    at = end;
  }
  return found;
}

/** The elements inside, if the first ones have these tags. */
function expectTags(parent, ...tags) {
  const elements = childrenOf(parent);
  if (!tags.every((tag, at) => elements[at]?.tag === tag)) throw new Fault("not a timestamp token of RFC 3161");
  return elements;
}

/** What a TimeStampResp states; throws `Fault` for a refusal or for anything else. RFC 3161, section 2.4.2. */
function readTimestamp(untrustedResponse) {
  const { element: response, end } = readDer(untrustedResponse, 0);
  if (end !== untrustedResponse.length) throw new Fault("more than one timestamp response");
  const [status, token] = expectTags(response, SEQUENCE, SEQUENCE);
  if (hex(expectTags(status, INTEGER)[0].content) !== "00") {
    throw new Fault("the authority did not grant the timestamp");
  }
  const [contentType, content] = expectTags(token, OID, EXPLICIT_0);
  const [signedData] = expectTags(content, SEQUENCE);
  const encapsulated = expectTags(signedData, INTEGER, SET, SEQUENCE)[2];
  const [infoType, infoHolder] = expectTags(encapsulated, OID, EXPLICIT_0);
  if (hex(contentType.content) !== OID_SIGNED_DATA || hex(infoType.content) !== OID_TST_INFO) {
    throw new Fault("not a timestamp token of RFC 3161");
  }
  const octets = expectTags(infoHolder, OCTETS)[0].content;
  const info = expectTags(readDer(octets, 0).element, INTEGER, OID, SEQUENCE, INTEGER, GENERALIZED_TIME);
  const [algorithm, digest] = expectTags(info[2], SEQUENCE, OCTETS);
  if (hex(expectTags(algorithm, OID)[0].content) !== OID_SHA256) {
    throw new Fault("the timestamp is not over a SHA-256 digest");
  }
  return { digest: digest.content, seconds: generalizedSeconds(info[4].content) };
}

function generalizedSeconds(untrusted) {
  const text = String.fromCharCode(...untrusted);
  const match = /^([0-9]{4})([0-9]{2})([0-9]{2})([0-9]{2})([0-9]{2})([0-9]{2})(\.[0-9]+)?Z$/.exec(text);
  if (!match) throw new Fault("the timestamp has no time");
  return unixSeconds(match.slice(1, 7).map(Number));
}

/** Unix time of a moment in UTC; throws `Fault` for one that no calendar has. */
function unixSeconds([year, month, day, hour, minute, second]) {
  const days = month >= 1 && month <= 12 ? new Date(Date.UTC(year, month, 0)).getUTCDate() : 0;
  if (!(year >= 1970 && day >= 1 && day <= days)) throw new Fault("a day that no calendar has");
  if (hour > 23 || minute > 59 || second > 59) throw new Fault("an hour that no clock has");
  return Date.UTC(year, month - 1, day, hour, minute, second) / 1000;
}
