import type { Rule } from "../engine/index.ts";
import { ipamExhausted } from "./ipam-exhausted.ts";
import { notReady } from "./not-ready.ts";

/** Rules about network plugins and the addresses that they give. */
export const CNI_RULES: readonly Rule[] = [ipamExhausted, notReady];
