/**
 * What no real profile comes near. A sample or a location takes some hundred bytes of memory, and a few of a text: beyond these
 * numbers a text is made to exhaust memory.
 */
export const MOST_SAMPLES = 2 ** 21;
export const MOST_LOCATIONS = 2 ** 20;
/** Stacks have at most a few hundred frames, and names a few hundred bytes. */
export const LONGEST_LINE = 2 ** 20;
export const MOST_FRAMES = 2 ** 16;
