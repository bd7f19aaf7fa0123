/** Exit statuses that scripts rely on. */
export const EXIT = { analysed: 0, findingsAtLimit: 1, cannot: 2 } as const;

/**
 * What stands for `-`, standard input or output, behind the parser, which drops a lone dash among positional arguments. No path can
 * hold a NUL.
 */
export const DASH = "\0-";

/** Where a command leaves its exit status. */
export interface Outcome {
  status: number;
}
