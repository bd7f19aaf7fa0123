import type { Rule } from "../engine/index.ts";
import { ambiguousAnswer } from "./ambiguous-answer.ts";
import { duplicateId } from "./duplicate-id.ts";
import { failedLookup } from "./failed-lookup.ts";
import { slowLookup } from "./slow-lookup.ts";

/** Rules about name resolution. */
export const DNS_RULES: readonly Rule[] = [slowLookup, failedLookup, ambiguousAnswer, duplicateId];
