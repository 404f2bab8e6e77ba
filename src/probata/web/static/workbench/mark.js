// Where in the picture the chosen thing is: a dashed frame over the stage for a candidate, the solid outline of an
// observation; only while the picture is to be seen and the playhead stands within its time.

const SVG = "http://www.w3.org/2000/svg";

export class Mark extends EventTarget {
  constructor({ stage, still, video, shape }) {
    super();
    this.stage = stage;
    this.still = still;
    this.video = video;
    this.shape = Number(shape) || 0;
    this.frame = this.#overlay("mark-box", document.createElement("div"));
    this.outline = this.#overlay("mark-outline", document.createElementNS(SVG, "svg"));
    this.outline.setAttribute("viewBox", "0 0 1 1");
    this.outline.setAttribute("preserveAspectRatio", "none");
    // Twice: a dark line under a bright one can be seen on any picture.
    for (const name of ["under", "over"]) this.outline.append(this.#polygon(name));
    new ResizeObserver(() => this.draw()).observe(stage);
    still.addEventListener("load", () => this.draw());
    video.addEventListener("loadedmetadata", () => this.draw());
  }

  /** A candidate, an observation or none, and where the player stands. */
  show(entry, { ordinal, seconds }, open) {
    const begun = entry && (entry.ordinal === null ? seconds >= entry.start_s : ordinal >= entry.ordinal);
    const last = entry?.last_ordinal ?? null;
    const over = entry && (last === null ? seconds > entry.end_s : ordinal > last);
    const seen = open && entry?.box && begun && !over;
    this.box = seen && !entry.corners ? entry.box : null;
    this.corners = seen && entry.corners ? entry.corners : null;
    this.state = entry?.state ?? "candidate";
    this.draw();
  }

  /** Where in the stage the picture is, in pixels: it fills the stage as far as its shape allows; null if not known yet. */
  picture() {
    const ratio = this.shape || this.still.naturalWidth / this.still.naturalHeight || this.video.videoWidth / this.video.videoHeight;
    if (!ratio) return null;
    const [wide, tall] = [this.stage.clientWidth, this.stage.clientHeight];
    // Grey and small: half as wide and half as tall (stage.css).
    const size = this.stage.dataset.way === "grey" ? 0.5 : 1;
    const [width, height] = (wide / tall > ratio ? [tall * ratio, tall] : [wide, wide / ratio]).map((one) => one * size);
    return { left: (wide - width) / 2, top: (tall - height) / 2, width, height };
  }

  draw() {
    const picture = this.picture();
    this.frame.hidden = !this.box || !picture;
    this.outline.toggleAttribute("hidden", !this.corners || !picture);
    if (!this.frame.hidden) {
      const [left, top, across, down] = this.box;
      this.#place(this.frame, {
        left: picture.left + left * picture.width, top: picture.top + top * picture.height,
        width: across * picture.width, height: down * picture.height,
      });
      this.frame.classList.toggle("held", this.state === "accepted" || this.state === "corrected");
    }
    if (this.corners && picture) {
      this.#place(this.outline, picture);
      const points = this.corners.map((corner) => corner.join(",")).join(" ");
      for (const polygon of this.outline.children) polygon.setAttribute("points", points);
    }
    this.dispatchEvent(new Event("placed"));
  }

  #polygon(name) {
    const polygon = document.createElementNS(SVG, "polygon");
    polygon.setAttribute("class", name);
    return polygon;
  }

  #overlay(name, element) {
    element.setAttribute("class", name);
    element.setAttribute("aria-hidden", "true");
    element.toggleAttribute("hidden", true);
    this.stage.append(element);
    return element;
  }

  #place(element, place) {
    for (const [name, value] of Object.entries(place)) element.style[name] = `${value}px`;
  }
}
