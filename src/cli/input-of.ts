import type { BundleInput } from "../bundle/index.ts";
import { DASH } from "./outcome.ts";

/** What a path of the command line stands for: itself, or standard input. */
export function inputOf(path: string): BundleInput {
  return path === DASH ? { name: "-", source: { size: undefined, stream: () => process.stdin } } : path;
}
