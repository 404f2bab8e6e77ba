// The player: native video under an address. Paused, it stands at a frame by ordinal; playing, it says which frame the
// browser has presented, looked up in the table of frames by that frame's own time.
//
// Where frames are uneven and coded out of order, a browser that is sent into one frame may show a later one, whatever
// the time within it: its demuxer takes one delay for the whole file, and starts from the next key frame. So what was
// presented is compared with what was asked; if it is another frame the player is sent once more, early in the
// interval, and where that does not help it is `astray` and its picture is not shown.

const SPEEDS = [0.1, 0.25, 0.5, 0.75, 1, 1.5, 2, 4];
const SOUND_STEP_S = 0.1; // where there are no frames to step by

export class Player extends EventTarget {
  constructor({ video, frames, duration }) {
    super();
    this.video = video;
    this.frames = frames;
    this.duration = duration;
    this.ordinal = frames ? 0 : null;
    this.seconds = 0;
    this.speed = SPEEDS.indexOf(1);
    this.canPlay = false;
    this.presented = null;
    this.early = false;
    this.due = null;
    this.before = () => null;
    video.addEventListener("loadedmetadata", () => this.#loaded());
    video.addEventListener("error", () => this.#cannot());
    video.addEventListener("pause", () => this.#stopped());
    video.addEventListener("play", () => this.#changed());
    video.addEventListener("volumechange", () => this.#changed());
    video.addEventListener("seeked", () => this.#settled());
    video.addEventListener("timeupdate", () => { if (!this.frames && this.playing) this.#at(null, video.currentTime); });
    this.#watch();
  }

  /** Whether the player, paused, shows another frame than it was sent to. */
  get astray() {
    return Boolean(this.frames) && !this.playing && this.presented !== null && this.presented !== this.ordinal;
  }

  get playing() {
    return !this.video.paused && !this.video.ended;
  }

  /** Give the player its footage; it stays paused and muted. */
  load(url) {
    if (this.video.src) return;
    // The page itself lets nothing be loaded ahead.
    this.video.preload = "auto";
    this.video.src = url;
  }

  /** Stand at a frame, paused. */
  show(ordinal) {
    if (!this.frames) return;
    if (this.playing) this.video.pause();
    const at = this.frames.clamp(ordinal);
    this.#at(at, this.frames.startOf(at));
    this.#seek();
  }

  /** Stand at a time, paused: at the frame that is on screen then. */
  showAt(seconds) {
    if (this.frames) return this.show(this.frames.shownAt(seconds));
    if (this.playing) this.video.pause();
    this.#at(null, Math.min(this.duration, Math.max(0, seconds)));
    this.#seek();
  }

  /** Go on at another time, playing where it played. */
  jump(seconds) {
    if (!this.playing) return this.showAt(seconds);
    const middle = this.frames?.seekTo(this.frames.shownAt(seconds)) ?? seconds;
    this.video.currentTime = middle;
    return undefined;
  }

  step(frames) {
    if (this.frames) this.show(this.ordinal + frames);
    else this.showAt(this.seconds + frames * SOUND_STEP_S);
  }

  first() {
    if (this.frames) this.show(0);
    else this.showAt(0);
  }

  last() {
    if (this.frames) this.show(this.frames.count - 1);
    else this.showAt(this.duration);
  }

  async toggle() {
    if (this.playing) return this.video.pause();
    if (!this.canPlay) return undefined;
    this.due?.();
    if (this.video.ended || (this.frames && this.ordinal === this.frames.count - 1)) this.first();
    try {
      return await this.video.play();
    } catch {
      return undefined; // interrupted by a pause or a veil: nothing to say
    }
  }

  pause() {
    this.video.pause();
  }

  faster(steps) {
    this.speed = Math.min(SPEEDS.length - 1, Math.max(0, this.speed + steps));
    this.video.playbackRate = SPEEDS[this.speed];
    this.#changed();
  }

  get rate() {
    return SPEEDS[this.speed];
  }

  // A paused player's picture lies under the exact still. Decoding both at once makes the still late, so that the player
  // is sent on its way when what comes `before` it is on screen, and before that only if it is to play.
  // `waits` stands on the element until it is known what it shows.
  #seek() {
    this.early = false;
    const send = () => {
      if (this.due !== send) return;
      this.due = null;
      this.#send(this.frames ? this.frames.seekTo(this.ordinal) : this.seconds);
    };
    this.due = send;
    this.video.dataset.waits = "yes";
    const before = this.before();
    if (before) before.finally(() => requestAnimationFrame(() => setTimeout(send)));
    else send();
  }

  #send(seconds) {
    if (this.canPlay && seconds !== null) this.video.currentTime = seconds;
    else this.#known();
  }

  // The callback that names the presented frame may come just after the seek has ended: two turns of the screen later.
  #settled() {
    requestAnimationFrame(() => requestAnimationFrame(() => this.#judge()));
  }

  #judge() {
    if (this.video.seeking || this.due) return;
    if (this.astray && !this.early) {
      this.early = true;
      this.#send(this.frames.seekTo(this.ordinal, true));
      this.#changed();
    } else this.#known();
  }

  #known() {
    delete this.video.dataset.waits;
    this.#changed();
  }

  #loaded() {
    this.canPlay = true;
    this.#seek();
    this.#changed();
  }

  #cannot() {
    this.canPlay = false;
    this.dispatchEvent(new Event("cannot"));
  }

  // The browser stops between two pictures as it likes; the address is the picture that it presented last.
  #stopped() {
    if (this.frames && !this.video.ended) this.show(this.ordinal);
    else if (this.frames) this.last();
    this.#changed();
  }

  #watch() {
    if (!this.frames || !this.video.requestVideoFrameCallback) return;
    const presented = (_now, { mediaTime }) => {
      const ordinal = this.frames.ofMediaTime(mediaTime);
      this.presented = ordinal;
      if (this.playing) this.#at(ordinal, this.frames.startOf(ordinal));
      // On a busy machine it may come later than that, and is judged then.
      else this.#judge();
      this.video.requestVideoFrameCallback(presented);
    };
    this.video.requestVideoFrameCallback(presented);
  }

  #at(ordinal, seconds) {
    this.ordinal = ordinal;
    this.seconds = seconds;
    this.dispatchEvent(new Event("moved"));
  }

  #changed() {
    this.dispatchEvent(new Event("changed"));
  }
}
