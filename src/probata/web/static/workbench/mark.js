// Where in the picture the chosen candidate is: a dashed frame over the stage, only while the picture is to be seen and
// the playhead stands within its time.

export class Mark {
  constructor({ stage, still, video, shape }) {
    this.stage = stage;
    this.still = still;
    this.video = video;
    this.shape = Number(shape) || 0;
    this.frame = document.createElement("div");
    this.frame.className = "mark-box";
    this.frame.hidden = true;
    this.frame.setAttribute("aria-hidden", "true");
    stage.append(this.frame);
    new ResizeObserver(() => this.draw()).observe(stage);
    still.addEventListener("load", () => this.draw());
  }

  /** A candidate or none, and where the player stands. */
  show(entry, { ordinal, seconds }, open) {
    const begun = entry && (entry.ordinal === null ? seconds >= entry.start_s : ordinal >= entry.ordinal);
    this.box = open && entry?.box && begun && seconds <= entry.end_s ? entry.box : null;
    this.state = entry?.state ?? "candidate";
    this.draw();
  }

  draw() {
    const ratio = this.shape || this.still.naturalWidth / this.still.naturalHeight || this.video.videoWidth / this.video.videoHeight;
    this.frame.hidden = !this.box || !ratio;
    if (this.frame.hidden) return;
    // The picture fills the stage as far as its shape allows.
    const [wide, tall] = [this.stage.clientWidth, this.stage.clientHeight];
    const [width, height] = wide / tall > ratio ? [tall * ratio, tall] : [wide, wide / ratio];
    const [left, top, across, down] = this.box;
    const place = { left: (wide - width) / 2 + left * width, top: (tall - height) / 2 + top * height, width: across * width, height: down * height };
    for (const [name, value] of Object.entries(place)) this.frame.style[name] = `${value}px`;
    this.frame.classList.toggle("held", this.state === "accepted" || this.state === "corrected");
  }
}
