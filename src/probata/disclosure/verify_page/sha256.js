// SHA-256, FIPS 180-4. The browser's own hash takes only what is in memory whole; large files go through `Sha256Stream`.

const WHOLE_LIMIT_BYTES = 64 * 2 ** 20;

const sha256 = async (bytes) => new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
const sha512 = async (bytes) => new Uint8Array(await crypto.subtle.digest("SHA-512", bytes));

// Section 4.2.2: the first 32 bits of the fractional parts of the cube roots of the first 64 primes.
const SHA256_K = Uint32Array.from(
  (
    "428a2f98 71374491 b5c0fbcf e9b5dba5 3956c25b 59f111f1 923f82a4 ab1c5ed5 d807aa98 12835b01 243185be 550c7dc3 " +
    "72be5d74 80deb1fe 9bdc06a7 c19bf174 e49b69c1 efbe4786 0fc19dc6 240ca1cc 2de92c6f 4a7484aa 5cb0a9dc 76f988da " +
    "983e5152 a831c66d b00327c8 bf597fc7 c6e00bf3 d5a79147 06ca6351 14292967 27b70a85 2e1b2138 4d2c6dfc 53380d13 " +
    "650a7354 766a0abb 81c2c92e 92722c85 a2bfe8a1 a81a664b c24b8b70 c76c51a3 d192e819 d6990624 f40e3585 106aa070 " +
    "19a4c116 1e376c08 2748774c 34b0bcb5 391c0cb3 4ed8aa4a 5b9cca4f 682e6ff3 748f82ee 78a5636f 84c87814 8cc70208 " +
    "90befffa a4506ceb bef9a3f7 c67178f2"
  ).split(" "),
  (word) => parseInt(word, 16),
);

/** SHA-256 of a stream, block by block. */
class Sha256Stream {
  constructor() {
    // Section 5.3.3.
    this.state = Int32Array.of(
      0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a, 0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19,
    );
    this.schedule = new Int32Array(64);
    this.waiting = new Uint8Array(64);
    this.waitingBytes = 0;
    this.sizeBytes = 0;
  }

  update(bytes) {
    this.sizeBytes += bytes.length;
    let at = 0;
    if (this.waitingBytes) {
      at = Math.min(64 - this.waitingBytes, bytes.length);
      this.waiting.set(bytes.subarray(0, at), this.waitingBytes);
      this.waitingBytes += at;
      if (this.waitingBytes < 64) return;
      this.compress(this.waiting, 0);
      this.waitingBytes = 0;
    }
    for (; at + 64 <= bytes.length; at += 64) this.compress(bytes, at);
    this.waiting.set(bytes.subarray(at), 0);
    this.waitingBytes = bytes.length - at;
  }

  /** Section 5.1.1: a one bit, zeros, the length in bits. */
  digest() {
    const tail = new Uint8Array(this.waitingBytes < 56 ? 64 - this.waitingBytes : 128 - this.waitingBytes);
    const view = new DataView(tail.buffer);
    tail[0] = 0x80;
    view.setUint32(tail.length - 8, Math.floor(this.sizeBytes / 2 ** 29));
    view.setUint32(tail.length - 4, (this.sizeBytes * 8) % 2 ** 32);
    this.update(tail);
    const digest = new DataView(new ArrayBuffer(32));
    this.state.forEach((word, at) => digest.setInt32(at * 4, word));
    return new Uint8Array(digest.buffer);
  }

  /** Section 6.2.2, on one block of 64 bytes. */
  compress(bytes, at) {
    const w = this.schedule;
    for (let t = 0; t < 16; t++, at += 4) {
      w[t] = (bytes[at] << 24) | (bytes[at + 1] << 16) | (bytes[at + 2] << 8) | bytes[at + 3];
    }
    for (let t = 16; t < 64; t++) {
      const x = w[t - 15], y = w[t - 2];
      const s0 = ((x >>> 7) | (x << 25)) ^ ((x >>> 18) | (x << 14)) ^ (x >>> 3);
      const s1 = ((y >>> 17) | (y << 15)) ^ ((y >>> 19) | (y << 13)) ^ (y >>> 10);
      w[t] = (w[t - 16] + s0 + w[t - 7] + s1) | 0;
    }
    let [a, b, c, d, e, f, g, h] = this.state;
    for (let t = 0; t < 64; t++) {
      const s1 = ((e >>> 6) | (e << 26)) ^ ((e >>> 11) | (e << 21)) ^ ((e >>> 25) | (e << 7));
      const t1 = (h + s1 + ((e & f) ^ (~e & g)) + SHA256_K[t] + w[t]) | 0;
      const s0 = ((a >>> 2) | (a << 30)) ^ ((a >>> 13) | (a << 19)) ^ ((a >>> 22) | (a << 10));
      const t2 = (s0 + ((a & b) ^ (a & c) ^ (b & c))) | 0;
      h = g;
      g = f;
      f = e;
      e = (d + t1) | 0;
      d = c;
      c = b;
      b = a;
      a = (t1 + t2) | 0;
    }
    [a, b, c, d, e, f, g, h].forEach((word, index) => (this.state[index] += word));
  }
}
