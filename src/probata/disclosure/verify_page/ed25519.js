// Ed25519, RFC 8032, section 5.1: verification only, in whole numbers. The browser's own Ed25519 is not used, so that
// every browser accepts exactly what verify.py accepts.

const P = 2n ** 255n - 19n;
const ORDER = 2n ** 252n + 27742317777372353535851937790883648493n;
const D = mod(-121665n * power(121666n, P - 2n));
const SQRT_MINUS_1 = power(2n, (P - 1n) / 4n);
const IDENTITY = [0n, 1n, 1n, 0n]; // extended coordinates X, Y, Z, T: x = X/Z, y = Y/Z, xy = T/Z

function mod(number) {
  const rest = number % P;
  return rest < 0n ? rest + P : rest;
}

function power(base, exponent) {
  let result = 1n;
  for (let square = mod(base); exponent; exponent >>= 1n, square = (square * square) % P) {
    if (exponent & 1n) result = (result * square) % P;
  }
  return result;
}

/** Section 5.1.4: complete addition, the same formula for every pair of points. */
function addPoints(p, q) {
  const a = mod((p[1] - p[0]) * (q[1] - q[0]));
  const b = ((p[1] + p[0]) * (q[1] + q[0])) % P;
  const c = (((2n * p[3] * q[3]) % P) * D) % P;
  const d = (2n * p[2] * q[2]) % P;
  const e = mod(b - a), f = mod(d - c), g = (d + c) % P, h = (b + a) % P;
  return [(e * f) % P, (g * h) % P, (f * g) % P, (e * h) % P];
}

/** Section 5.1.3, steps 2 to 4; null where no point has this y. */
function recoverX(y, sign) {
  const xSquared = mod((y * y - 1n) * power(D * y * y + 1n, P - 2n));
  if (xSquared === 0n) return sign ? null : 0n;
  let x = power(xSquared, (P + 3n) / 8n);
  if (mod(x * x - xSquared)) x = (x * SQRT_MINUS_1) % P;
  if (mod(x * x - xSquared)) return null;
  return (x & 1n) !== sign ? P - x : x;
}

const fromLittleEndian = (bytes) => BigInt("0x" + hex(Uint8Array.from(bytes).reverse()));

/** Section 5.1.3; null for what is no canonical encoding of a point. */
function decodePoint(encoded) {
  const number = fromLittleEndian(encoded);
  const sign = number >> 255n, y = number & (2n ** 255n - 1n);
  const x = y < P ? recoverX(y, sign) : null;
  return x === null ? null : [x, y, 1n, (x * y) % P];
}

/** Section 5.1.2. */
function encodePoint(point) {
  const zInverse = power(point[2], P - 2n);
  const x = (point[0] * zInverse) % P, y = (point[1] * zInverse) % P;
  return unhex((y | ((x & 1n) << 255n)).toString(16).padStart(64, "0")).reverse();
}

/** 64 rows; row i holds 0 to 15 times 16^i times the point: a product is then 64 additions. */
function multiplesOf(point) {
  const rows = [];
  for (let i = 0; i < 64; i++) {
    const row = [IDENTITY];
    for (let j = 0; j < 15; j++) row.push(addPoints(row[j], point));
    rows.push(row);
    point = addPoints(row[15], point);
  }
  return rows;
}

function times(rows, factor) {
  let product = IDENTITY;
  for (const row of rows) {
    product = addPoints(product, row[Number(factor & 15n)]);
    factor >>= 4n;
  }
  return product;
}

const BASE_Y = mod(4n * power(5n, P - 2n));
const BASE_X = recoverX(BASE_Y, 0n);
const knownMultiples = new Map();

function baseMultiples() {
  if (!knownMultiples.has("base")) {
    knownMultiples.set("base", multiplesOf([BASE_X, BASE_Y, 1n, (BASE_X * BASE_Y) % P]));
  }
  return knownMultiples.get("base");
}

/** Multiples of -A, or null for a key that is no point or of small order (a signature under it proves nothing). */
function negatedKeyMultiples(publicKey) {
  const name = hex(publicKey);
  if (!knownMultiples.has(name)) {
    const point = decodePoint(publicKey);
    let eightfold = point;
    for (let i = 0; point && i < 3; i++) eightfold = addPoints(eightfold, eightfold);
    const useless = !point || (eightfold[0] === 0n && eightfold[1] === eightfold[2]);
    knownMultiples.set(name, useless ? null : multiplesOf([mod(-point[0]), point[1], 1n, mod(-point[3])]));
  }
  return knownMultiples.get(name);
}

/** Whether this is the key's signature over the message. RFC 8032, section 5.1.7, comparing encodings of R. */
async function ed25519Verifies(publicKey, message, signature) {
  if (publicKey.length !== 32 || signature.length !== 64) return false;
  const r = signature.subarray(0, 32), s = fromLittleEndian(signature.subarray(32));
  const rows = negatedKeyMultiples(publicKey);
  if (rows === null || s >= ORDER) return false;
  const k = fromLittleEndian(await sha512(joined(r, publicKey, message))) % ORDER;
  return sameBytes(encodePoint(addPoints(times(baseMultiples(), s), times(rows, k))), r);
}
