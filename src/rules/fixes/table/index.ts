import type { Fix } from "../fix.ts";
import * as kubernetes from "./kubernetes.ts";
import * as libraries from "./libraries.ts";
import * as linux from "./linux.ts";
import * as runtimes from "./runtimes.ts";

export * from "./kubernetes.ts";
export * from "./libraries.ts";
export * from "./linux.ts";
export * from "./runtimes.ts";

/** Every known fix, by component. */
export const FIXES: readonly Fix[] = [kubernetes, libraries, linux, runtimes]
  .flatMap((rows): Fix[] => Object.values(rows))
  .sort((a, b) => (a.id < b.id ? -1 : 1));
