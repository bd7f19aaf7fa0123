/** Exit statuses that scripts rely on. */
export const EXIT = { analysed: 0, findingsAtLimit: 1, cannot: 2 } as const;

/**
 * What stands for `-`, standard input or output, behind the parser, which drops a lone dash among positional arguments. No path can
 * hold a NUL.
 */
export const DASH = "\0-";

/**
 * What the command line asks for: left by the parser's handler, and run when the parser is done. A handler that took its time
 * would have the parser lay out its help, should anything go wrong.
 */
export interface Asked {
  /** @returns the exit status */
  run?: () => Promise<number>;
}
