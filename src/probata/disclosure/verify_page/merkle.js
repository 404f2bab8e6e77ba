// The Merkle tree, RFC 6962, section 2.1; verification of proofs by RFC 9162, section 2.1.

const emptyRoot = () => sha256(new Uint8Array());
const leafHash = (leaf) => sha256(joined([0], leaf));
const nodeHash = (left, right) => sha256(joined([1], left, right));

// Sizes reach 2^53, where this language's bit operators no longer hold; so they are halved as numbers.
const isOdd = (number) => number % 2 === 1;
const half = (number) => Math.floor(number / 2);
const isPowerOfTwo = (number) => Number.isInteger(Math.log2(number)) && 2 ** Math.log2(number) === number;

/** Whether the leaf hash stands at `index` of the tree with this size and root. RFC 9162, section 2.1.3.2. */
async function verifyInclusion({ leaf, index, size, proof, root }) {
  if (index >= size) return false; // step 1
  let fn = index, sn = size - 1, r = leaf; // steps 2 and 3
  for (const p of proof) { // step 4
    if (sn === 0) return false;
    if (isOdd(fn) || fn === sn) {
      r = await nodeHash(p, r);
      while (!isOdd(fn) && fn) [fn, sn] = [half(fn), half(sn)];
    } else {
      r = await nodeHash(r, p);
    }
    [fn, sn] = [half(fn), half(sn)];
  }
  return sn === 0 && sameBytes(r, root); // step 5
}

/** Whether the larger tree begins with the smaller one, unchanged. RFC 9162, section 2.1.4.2. */
async function verifyConsistency({ oldSize, oldRoot, size, root, proof }) {
  if (oldSize === size) return proof.length === 0 && sameBytes(oldRoot, root);
  if (!(oldSize > 0 && oldSize < size) || proof.length === 0) return false; // step 1
  const path = isPowerOfTwo(oldSize) ? [oldRoot, ...proof] : proof; // step 2
  let fn = oldSize - 1, sn = size - 1; // step 3
  while (isOdd(fn)) [fn, sn] = [half(fn), half(sn)]; // step 4
  let fr = path[0], sr = path[0]; // step 5
  for (const c of path.slice(1)) { // step 6
    if (sn === 0) return false;
    if (isOdd(fn) || fn === sn) {
      fr = await nodeHash(c, fr);
      sr = await nodeHash(c, sr);
      while (!isOdd(fn) && fn) [fn, sn] = [half(fn), half(sn)];
    } else {
      sr = await nodeHash(sr, c);
    }
    [fn, sn] = [half(fn), half(sn)];
  }
  return sn === 0 && sameBytes(fr, oldRoot) && sameBytes(sr, root); // step 7
}

/** Join complete subtrees, left to right, as leaves come; `root` gives the hash of all. */
class TreeHasher {
  constructor() {
    this.stack = [];
  }

  async add(leaf) {
    let node = leaf, width = 1;
    while (this.stack.length && this.stack.at(-1).width === width) {
      node = await nodeHash(this.stack.pop().node, node);
      width *= 2;
    }
    this.stack.push({ width, node });
  }

  async root() {
    if (!this.stack.length) return emptyRoot();
    let root = this.stack.at(-1).node;
    for (const { node } of this.stack.slice(0, -1).reverse()) root = await nodeHash(node, root);
    return root;
  }
}
