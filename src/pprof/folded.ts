import type { NodeOptions } from "./call-nodes.ts";
import { nodeStacks } from "./node-stacks.ts";
import type { Profile } from "./profile.ts";
import type { SourceOptions } from "./view-source.ts";

/**
 * The stacks of a profile in the form that flame graph tools take, `root;caller;callee 42`, each once, a line at a time: together
 * they may be many times the profile. What would end a frame or a line is replaced in names: `;` by `,` and line ends by blanks.
 *
 * @returns `undefined` where the profile has no such sample type
 */
export function folded(
  profile: Profile,
  options: SourceOptions & NodeOptions = {},
): Iterable<string> | undefined {
  const summed = nodeStacks(profile, options);
  if (!summed) return undefined;
  const { stacks, values } = summed;
  const names = summed.names.map((name) => name.replaceAll(";", ",").replaceAll(/[\r\n]+/g, " "));
  return (function* lines() {
    for (let row = 0; row < stacks.count; row++) {
      const value = values.bigint(row);
      const path = stacks.frames.subarray(stacks.start[row], stacks.start[row + 1]);
      if (value !== 0n && path.length > 0)
        yield `${Array.from(path, (node) => names[node]).join(";")} ${value}`;
    }
  })();
}
