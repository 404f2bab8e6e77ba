// How the pictures stand on the stage: each in its place, or laid on A by the map that the record holds, mirrored and
// cropped as it says. The browser draws it; it is for the eye, and what is measured stands in the reasons.
//
// Wipe and difference show A and one other, which a key chooses; blink goes through all that lie on A here.

const GAP_PX = 12;
const EDGE_PX = 8; // of the stage around its layers (compare.css)
const NAME_PX = 26; // of a name above each row but the first, whose names stand above the layers
const USUAL = 16 / 9;
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
    this.letters = Object.keys(this.sides);
    this.outside = layers.querySelector("#outside");
    this.line = layers.querySelector("#wipe-line");
    this.names = Object.fromEntries([...stage.querySelectorAll("[data-name]")].map((name) => [name.dataset.name, name]));
    this.mode = "side";
    this.laid = {};
    this.missing = new Set();
    this.share = 0.5;
    this.other = "b";
    this.onTop = "a";
    new ResizeObserver(() => this.fit()).observe(layers);
  }

  /** Those that can be laid on A here, A first. */
  get stacked() {
    if (this.missing.has("a")) return ["a"];
    return this.letters.filter((name) => name === "a" || (this.laid[name] && !this.missing.has(name)));
  }

  /** What is really shown: pictures that cannot be laid on each other stand side by side. */
  get shown() {
    const { stacked } = this;
    if (this.mode === "blink") return stacked.length > 1 ? "blink" : "side";
    return stacked.includes(this.other) ? this.mode : "side";
  }

  choose(mode) {
    this.mode = mode;
    this.onTop = "a";
    this.blinkAlone(false);
    this.fit();
  }

  /** Lay this one on A from now on; in blink, show it. */
  take(name) {
    if (name !== "a") this.other = name;
    if (this.stacked.includes(name)) this.onTop = name;
    this.fit();
  }

  /** For each but A the map from A's picture to it, null where there is none; and who has nothing to show, in words. */
  lay(laid, missing = new Set(), words = {}) {
    this.laid = laid;
    this.missing = missing;
    for (const [name, side] of Object.entries(this.sides)) {
      side.classList.toggle("missing", missing.has(name));
      const told = side.querySelector(".absent");
      told.hidden = !missing.has(name);
      told.textContent = missing.has(name) ? words[name] : "";
    }
    this.fit();
  }

  wipe(share) {
    this.share = Math.min(1, Math.max(0, share));
    this.fit();
  }

  flip() {
    const { stacked } = this;
    this.onTop = stacked[(stacked.indexOf(this.onTop) + 1) % stacked.length];
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
    const { shown, stacked } = this;
    if (!stacked.includes(this.onTop)) this.onTop = "a";
    this.stage.dataset.mode = shown;
    this.stage.dataset.onTop = this.onTop;
    const over = shown === "side" ? [] : shown === "blink" ? stacked.slice(1) : [this.other];
    for (const name of this.letters) {
      const rests = shown !== "side" && name !== "a" && !over.includes(name);
      for (const part of [this.sides[name], this.names[name]]) {
        part.classList.toggle("resting", rests);
        part.classList.toggle("on-top", name === this.onTop);
        part.classList.toggle("over", over.includes(name));
      }
    }
    if (shown === "side") this.#apart(width, height);
    else this.#over(width, height, over);
    this.#boxes(shown === "side");
    this.#veilOutside(shown);
  }

  // As many in a row as give the largest pictures.
  #apart(width, height) {
    const count = this.letters.length;
    const fitted = Array.from({ length: count }, (_none, place) => place + 1).map((columns) => {
      const rows = Math.ceil(count / columns);
      const cell = { columns, wide: (width - GAP_PX * (columns - 1)) / columns, tall: (height - NAME_PX * (rows - 1)) / rows };
      return { ...cell, picture: Math.min(cell.wide, cell.tall * USUAL) };
    });
    // Two stand beside each other, whatever the shape of the stage.
    const best = count === 2 ? fitted[1] : fitted.reduce((one, next) => (next.picture > one.picture ? next : one));
    this.letters.forEach((name, place) => {
      const [row, column] = [Math.floor(place / best.columns), place % best.columns];
      const top = row * (best.tall + NAME_PX);
      this.#place(name, column * (best.wide + GAP_PX), top, best.wide, best.tall);
      this.sides[name].querySelector(".picture").style.transform = "";
      this.sides[name].style.clipPath = "";
      this.#nameAt(name, this.sides[name], row ? top : null);
    });
  }

  #over(width, height, over) {
    const box = this.#place("a", 0, 0, width, height);
    for (const name of over) {
      const { style } = this.sides[name];
      Object.assign(style, { left: `${box.left}px`, top: `${box.top}px`, width: `${box.width}px`, height: `${box.height}px` });
      const [p, q, r, s, t, u] = inverse(this.laid[name]);
      const slant = box.width / box.height;
      const matrix = [p, s / slant, q * slant, t, r * box.width, u * box.height];
      this.sides[name].querySelector(".picture").style.transform = `matrix(${matrix.join(",")})`;
      style.clipPath = this.shown === "wipe" ? `inset(0 0 0 ${this.share * 100}%)` : "";
    }
    this.line.style.left = `${box.left + this.share * box.width}px`;
    Object.assign(this.line.style, { top: `${box.top}px`, height: `${box.height}px` });
    for (const name of ["a", ...over]) this.#nameAt(name, this.sides.a, null, name !== "a" && this.shown !== "blink");
  }

  #place(name, left, top, width, height) {
    const side = this.sides[name];
    const aspect = Number(side.dataset.aspect) || USUAL;
    const wide = Math.min(width, height * aspect);
    const box = { left: left + (width - wide) / 2, top: top + (height - wide / aspect) / 2, width: wide, height: wide / aspect };
    Object.assign(side.style, { left: `${box.left}px`, top: `${box.top}px`, width: `${box.width}px`, height: `${box.height}px` });
    return box;
  }

  // Names stand on the stage, above the layers, which may be smaller than it; `row` is where a further row begins.
  #nameAt(name, side, row, atEnd = false) {
    const before = this.layers.offsetLeft - EDGE_PX;
    const after = this.stage.clientWidth - this.layers.offsetLeft - this.layers.clientWidth - EDGE_PX;
    const left = before + Number.parseFloat(side.style.left);
    const right = after + this.layers.clientWidth + before - left - Number.parseFloat(side.style.width);
    const top = row === null ? "" : `${this.layers.offsetTop + row - NAME_PX + 2}px`;
    Object.assign(this.names[name].style, { left: atEnd ? "auto" : `${left}px`, right: atEnd ? `${right}px` : "auto", top });
  }

  // On each the part of it that A shows; and on A the part that the chosen one's picture fills, where that is not all.
  #boxes(apart) {
    const drawn = Object.fromEntries(this.letters.map((name) => [name, null]));
    if (apart) {
      for (const name of this.stacked.slice(1)) drawn[name] = CORNERS.map((corner) => mapped(this.laid[name], corner));
      if (this.stacked.includes(this.other)) drawn.a = CORNERS.map((corner) => mapped(inverse(this.laid[this.other]), corner));
    }
    const boxed = Object.entries(drawn).some(([name, corners]) => name !== "a" && corners && within(corners));
    this.stage.dataset.boxed = boxed ? "yes" : "no";
    for (const [name, corners] of Object.entries(drawn)) {
      const shows = corners !== null && within(corners);
      for (const polygon of this.sides[name].querySelectorAll(".boxes polygon")) polygon.setAttribute("points", shows ? points(corners) : "");
    }
  }

  // Where the other shows nothing of A there is no difference to be seen; a wipe says where its picture ends.
  #veilOutside(shown) {
    Object.assign(this.outside.style, Object.fromEntries(["left", "top", "width", "height"].map((name) => [name, this.sides.a.style[name]])));
    const laid = shown === "wipe" || shown === "difference" ? this.laid[this.other] : null;
    const corners = laid ? CORNERS.map((corner) => mapped(inverse(laid), corner)) : null;
    const hole = corners ? `M${corners.map((corner) => corner.join(" ")).join("L")}Z` : "";
    this.outside.querySelector("path").setAttribute("d", shown === "difference" ? `M0 0H1V1H0Z${hole}` : "");
    this.outside.querySelector("polygon").setAttribute("points", shown === "wipe" && within(corners) ? points(corners) : "");
  }
}
