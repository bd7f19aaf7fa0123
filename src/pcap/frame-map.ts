/** Where a frame stands: in which file, counted from 0, and with which number there, as Wireshark numbers its frames. */
export interface FramePlace {
  readonly file: number;
  readonly frame: number;
}

/** Runs that are kept, of twelve bytes each: frames of two captures that mix take one for every few. */
const MOST_RUNS = 1 << 22;
const STRIDE = 3;

/** Remembers which frames of several files were taken in a row, so that a frame's own number is found again. */
export class FrameMap {
  /** Of each run: its first frame, its file, the first frame's number there. */
  #runs = new Uint32Array(STRIDE * 64);
  #count = 0;
  #file = -1;
  #next = 0;
  #nextOwn = 0;
  #known = Infinity;
  readonly #most: number;

  constructor(most: number = MOST_RUNS) {
    this.#most = most;
  }

  /** The first frame whose place could not be kept; infinity where all are. */
  get known(): number {
    return this.#known;
  }

  /** Notes that a frame is the one with the number `own` in a file. Frames come in order. */
  add(frame: number, file: number, own: number): void {
    const follows = file === this.#file && frame === this.#next && own === this.#nextOwn;
    this.#next = frame + 1;
    this.#nextOwn = own + 1;
    if (follows || this.#known !== Infinity) return;
    if (this.#count === this.#most) {
      this.#known = frame;
      return;
    }
    this.#file = file;
    const at = STRIDE * this.#count++;
    if (at === this.#runs.length) {
      const larger = new Uint32Array(2 * at);
      larger.set(this.#runs);
      this.#runs = larger;
    }
    this.#runs[at] = frame;
    this.#runs[at + 1] = file;
    this.#runs[at + 2] = own;
  }

  /** {@link place} as a function that holds nothing but the places. */
  reader(): (frame: number) => FramePlace | undefined {
    return (frame) => this.place(frame);
  }

  /** The place of a frame; `undefined` where it could not be kept, or there is no such frame. */
  place(frame: number): FramePlace | undefined {
    if (frame >= this.#known || frame >= this.#next) return undefined;
    let low = 0;
    let high = this.#count;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.#runs[STRIDE * middle] as number) <= frame) low = middle + 1;
      else high = middle;
    }
    if (low === 0) return undefined;
    const at = STRIDE * (low - 1);
    const behind = frame - (this.#runs[at] as number);
    return { file: this.#runs[at + 1] as number, frame: (this.#runs[at + 2] as number) + behind };
  }
}
