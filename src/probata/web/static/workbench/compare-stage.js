// How both pictures stand on the stage: side by side, or B laid on A by the map that the record holds, mirrored and
// cropped as it says. The browser draws it; it is for the eye, and what is measured stands in the reasons.

const GAP_PX = 12;
const WHOLE = 0.01; // of a picture: a box that is no more than this off the edge is the whole picture
const BLINK_MS = 1000;
const CORNERS = [[0, 0], [1, 0], [1, 1], [0, 1]];

function inverse([p, q, r, s, t, u]) {
  const size = p * t - q * s;
  return [t / size, -q / size, (q * u - t * r) / size, -s / size, p / size, (s * r - p * u) / size];
}

function mapped([p, q, r, s, t, u], [x, y]) {
  return [p * x + q * y + r, s * x + t * y + u];
}

function within(corners) {
  return corners.some(([x, y]) => (x > WHOLE && x < 1 - WHOLE) || (y > WHOLE && y < 1 - WHOLE));
}

const points = (corners) => corners.map((corner) => corner.join(",")).join(" ");

export class PairStage {
  constructor({ stage, layers }) {
    this.stage = stage;
    this.layers = layers;
    this.sides = Object.fromEntries([...layers.querySelectorAll(".side")].map((side) => [side.dataset.side, side]));
    this.outside = layers.querySelector("#outside");
    this.line = layers.querySelector("#wipe-line");
    this.names = Object.fromEntries([...stage.querySelectorAll("[data-name]")].map((name) => [name.dataset.name, name]));
    this.mode = "side";
    this.laid = null;
    this.missing = null;
    this.share = 0.5;
    this.onTop = "a";
    new ResizeObserver(() => this.fit()).observe(layers);
  }

  /** What is really shown: pictures that cannot be laid on each other stand side by side. */
  get shown() {
    return this.laid === null || this.missing !== null ? "side" : this.mode;
  }

  choose(mode) {
    this.mode = mode;
    this.onTop = "a";
    this.blinkAlone(false);
    this.fit();
  }

  /** The map from A's picture to B's, null where there is none; and which side has nothing to show, in words. */
  lay(laid, missing = null, words = "") {
    this.laid = laid;
    this.missing = missing;
    for (const [name, side] of Object.entries(this.sides)) {
      side.classList.toggle("missing", name === missing);
      const told = side.querySelector(".absent");
      told.hidden = name !== missing;
      told.textContent = name === missing ? words : "";
    }
    this.fit();
  }

  wipe(share) {
    this.share = Math.min(1, Math.max(0, share));
    this.fit();
  }

  flip() {
    this.onTop = this.onTop === "a" ? "b" : "a";
    this.fit();
  }

  blinkAlone(on) {
    clearInterval(this.blinking);
    this.blinking = on ? setInterval(() => this.flip(), BLINK_MS) : null;
  }

  /** Which share of the wiped picture lies at this place of the screen. */
  shareAt(clientX) {
    const box = this.sides.a.getBoundingClientRect();
    return (clientX - box.left) / box.width;
  }

  fit() {
    const [width, height] = [this.layers.clientWidth, this.layers.clientHeight];
    if (!width || !height) return;
    const { shown } = this;
    this.stage.dataset.mode = shown;
    this.stage.dataset.onTop = this.onTop;
    if (shown === "side") this.#apart(width, height);
    else this.#over(width, height);
    this.#boxes(shown === "side");
    this.#veilOutside(shown);
  }

  #apart(width, height) {
    const half = (width - GAP_PX) / 2;
    this.#place("a", 0, half, height);
    this.#place("b", half + GAP_PX, half, height);
    this.sides.b.querySelector(".picture").style.transform = "";
    this.sides.b.style.clipPath = "";
    this.#nameAt(this.sides.a, this.sides.b);
  }

  #over(width, height) {
    const box = this.#place("a", 0, width, height);
    Object.assign(this.sides.b.style, { left: `${box.left}px`, top: `${box.top}px`, width: `${box.width}px`, height: `${box.height}px` });
    const [p, q, r, s, t, u] = inverse(this.laid);
    const slant = box.width / box.height;
    const matrix = [p, s / slant, q * slant, t, r * box.width, u * box.height];
    this.sides.b.querySelector(".picture").style.transform = `matrix(${matrix.join(",")})`;
    this.sides.b.style.clipPath = this.shown === "wipe" ? `inset(0 0 0 ${this.share * 100}%)` : "";
    this.line.style.left = `${box.left + this.share * box.width}px`;
    Object.assign(this.line.style, { top: `${box.top}px`, height: `${box.height}px` });
    this.#nameAt(this.sides.a, this.sides.a);
  }

  #place(name, left, width, height) {
    const side = this.sides[name];
    const aspect = Number(side.dataset.aspect) || 16 / 9;
    const wide = Math.min(width, height * aspect);
    const box = { left: left + (width - wide) / 2, top: (height - wide / aspect) / 2, width: wide, height: wide / aspect };
    Object.assign(side.style, { left: `${box.left}px`, top: `${box.top}px`, width: `${box.width}px`, height: `${box.height}px` });
    return box;
  }

  #nameAt(a, b) {
    const over = a === b;
    for (const [name, side] of [["a", a], ["b", b]]) {
      const left = Number.parseFloat(side.style.left);
      const right = this.layers.clientWidth - left - Number.parseFloat(side.style.width);
      const atEnd = over && name === "b" && this.shown !== "blink";
      Object.assign(this.names[name].style, { left: atEnd ? "auto" : `${left}px`, right: atEnd ? `${right}px` : "auto" });
    }
  }

  // The part of B that A shows, drawn on B; and on A the part that B's picture fills, where that is not all of it.
  #boxes(apart) {
    const drawn = { a: null, b: null };
    if (apart && this.laid && this.missing === null) {
      drawn.b = CORNERS.map((corner) => mapped(this.laid, corner));
      drawn.a = CORNERS.map((corner) => mapped(inverse(this.laid), corner));
    }
    this.stage.dataset.boxed = drawn.b && within(drawn.b) ? "yes" : "no";
    for (const [name, corners] of Object.entries(drawn)) {
      const shows = corners !== null && within(corners);
      for (const polygon of this.sides[name].querySelectorAll(".boxes polygon")) polygon.setAttribute("points", shows ? points(corners) : "");
    }
  }

  // Where B shows nothing of A there is no difference to be seen; a wipe says where B's picture ends.
  #veilOutside(shown) {
    Object.assign(this.outside.style, Object.fromEntries(["left", "top", "width", "height"].map((name) => [name, this.sides.a.style[name]])));
    const corners = shown === "side" ? null : CORNERS.map((corner) => mapped(inverse(this.laid), corner));
    const hole = corners ? `M${corners.map((corner) => corner.join(" ")).join("L")}Z` : "";
    this.outside.querySelector("path").setAttribute("d", shown === "difference" ? `M0 0H1V1H0Z${hole}` : "");
    this.outside.querySelector("polygon").setAttribute("points", shown === "wipe" && within(corners) ? points(corners) : "");
  }
}
