import type { Rule } from "../engine/index.ts";
import { ipamExhausted } from "./ipam-exhausted.ts";
import { notReady } from "./not-ready.ts";
import { versionReadsStdin } from "./version-reads-stdin.ts";

/** Rules about CNI plugins. */
export const CNI_RULES: readonly Rule[] = [ipamExhausted, notReady, versionReadsStdin];
