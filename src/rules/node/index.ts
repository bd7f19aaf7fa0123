import type { Rule } from "../engine/index.ts";
import { staleResolvConf } from "./stale-resolv-conf.ts";
import { imageGcFailed } from "./image-gc-failed.ts";
import { maxMapCount } from "./max-map-count.ts";

/** Rules about the state of a node. */
export const NODE_RULES: readonly Rule[] = [staleResolvConf, imageGcFailed, maxMapCount];
