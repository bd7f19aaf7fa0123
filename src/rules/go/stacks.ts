import type { Profile } from "../../pprof/index.ts";
import { callNodes } from "../../pprof/index.ts";

/** One sample of a profile. */
export interface Stack<T> {
  /** Its functions, leaf first. Valid until the next stack is asked for. */
  readonly functions: readonly T[];
  readonly values: readonly number[];
}

/**
 * The samples of a profile, one after another; none is kept.
 *
 * @param describe makes of a function's name what a stack has; called once a function
 */
export function* stacksOf<T>(profile: Profile, describe: (name: string) => T): Generator<Stack<T>, void> {
  const { names, start, nodes } = callNodes(profile);
  const described = names.map(describe);
  const functions: T[] = [];
  for (const { count, stackStart, locations, values } of profile.sampleWindows()) {
    for (let sample = 0; sample < count; sample++) {
      functions.length = 0;
      for (let frame = stackStart[sample] ?? 0; frame < (stackStart[sample + 1] ?? 0); frame++) {
        const location = locations[frame] ?? 0;
        for (let at = start[location] ?? 0; at < (start[location + 1] ?? 0); at++)
          functions.push(described[nodes[at] ?? 0] as T);
      }
      yield { functions, values: values.map(({ numbers }) => numbers[sample] ?? 0) };
    }
  }
}
