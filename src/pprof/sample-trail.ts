/** Samples that are remembered: at 14 bytes each they stay small beside a profile. */
const MOST_SAMPLES = 1 << 21;
/** Most bytes of a stack or a sample; {@link SampleTrail.length} has one bit more. */
export const LONGEST_REMEMBERED = 0x7fff;
const FIRST_SAMPLES = 1 << 12;

/** Where the samples that measured something in one column have their stacks, so that another pass reads nothing else. */
export class SampleTrail {
  count = 0;
  /** Offset of each sample's packed run of location ids, or of the whole sample where that is not all of its stack. */
  start: Uint32Array = new Uint32Array(FIRST_SAMPLES);
  /** Length in bytes; more than {@link LONGEST_REMEMBERED} by one more than that for a whole sample. */
  length: Uint16Array = new Uint16Array(FIRST_SAMPLES);
  /** What it measured. */
  value: Float64Array = new Float64Array(FIRST_SAMPLES);
  /** Whether a sample could not be remembered: there are too many, or it is too long. */
  lost = false;

  add(from: number, to: number, value: number, isWhole: boolean): void {
    if (this.count === MOST_SAMPLES || to - from > LONGEST_REMEMBERED) this.lost = true;
    if (this.lost) return;
    if (this.count === this.start.length) this.#grow();
    this.start[this.count] = from;
    this.length[this.count] = to - from + (isWhole ? LONGEST_REMEMBERED + 1 : 0);
    this.value[this.count++] = value;
  }

  #grow(): void {
    const room = 2 * this.count;
    const start = new Uint32Array(room);
    start.set(this.start);
    this.start = start;
    const length = new Uint16Array(room);
    length.set(this.length);
    this.length = length;
    const value = new Float64Array(room);
    value.set(this.value);
    this.value = value;
  }
}
