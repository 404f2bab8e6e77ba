// Edges alone, from brightness alone. What carries the shock of a picture is colour and surface: skin, wounds, blood.
// Before edges are looked for the picture is made small and smoothed, so that fine texture is gone; what is left is where
// one thing ends and another begins. Nothing of the surfaces between the lines is painted.

const RADIUS = 2;
const FAINT = 22; // of Sobel's sum: below it there is no line
const STRONG = 150;
const GROUND = 24;
const LINE = 222;

function luminance(pixels, count) {
  const grey = new Float32Array(count);
  for (let at = 0; at < count; at += 1) grey[at] = 0.2126 * pixels[at * 4] + 0.7152 * pixels[at * 4 + 1] + 0.0722 * pixels[at * 4 + 2];
  return grey;
}

function smoothed(grey, width, height, step, along) {
  const out = new Float32Array(grey.length);
  const lines = along === "x" ? height : width;
  const length = along === "x" ? width : height;
  const [start, next] = along === "x" ? [width, 1] : [1, width];
  for (let line = 0; line < lines; line += 1) {
    const from = line * start;
    for (let at = 0; at < length; at += 1) {
      let sum = 0;
      for (let off = -step; off <= step; off += 1) sum += grey[from + Math.min(length - 1, Math.max(0, at + off)) * next];
      out[from + at * next] = sum / (2 * step + 1);
    }
  }
  return out;
}

/** RGBA of a picture → RGBA of its edges, grey on a dark ground; opaque, of the same size. */
export function edges(pixels, width, height) {
  const out = new Uint8ClampedArray(width * height * 4);
  let grey = luminance(pixels, width * height);
  for (const along of ["x", "y", "x", "y"]) grey = smoothed(grey, width, height, RADIUS, along);
  for (let y = 0; y < height; y += 1) {
    for (let x = 0; x < width; x += 1) {
      const at = y * width + x;
      let shade = GROUND;
      if (x > 0 && y > 0 && x < width - 1 && y < height - 1) {
        const [nw, n, ne] = [grey[at - width - 1], grey[at - width], grey[at - width + 1]];
        const [w, e] = [grey[at - 1], grey[at + 1]];
        const [sw, s, se] = [grey[at + width - 1], grey[at + width], grey[at + width + 1]];
        const across = ne + 2 * e + se - nw - 2 * w - sw;
        const down = sw + 2 * s + se - nw - 2 * n - ne;
        const strength = (Math.hypot(across, down) - FAINT) / (STRONG - FAINT);
        shade = GROUND + (LINE - GROUND) * Math.min(1, Math.max(0, strength));
      }
      out[at * 4] = shade;
      out[at * 4 + 1] = shade;
      out[at * 4 + 2] = shade;
      out[at * 4 + 3] = 255;
    }
  }
  return out;
}
