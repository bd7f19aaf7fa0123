import type { Rule } from "../engine/index.ts";
import { versionReadsStdin } from "./version-reads-stdin.ts";

/** Rules about CNI plugins. */
export const CNI_RULES: readonly Rule[] = [versionReadsStdin];
