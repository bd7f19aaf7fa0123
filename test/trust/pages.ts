import { FIXES, RULES } from "../../src/rules/index.ts";
import { renderFixes } from "../rules/fixes/page.ts";
import { renderMatrix } from "./matrix.ts";
import { EXPECTED } from "./samples.ts";
import { renderSensitivity } from "./sensitivity.ts";
import { FAMILIES } from "./sweeps.ts";

/** docs/matrix.md. */
export const matrixPage = (): string => renderMatrix(EXPECTED, RULES);

/** docs/fixes.md. */
export const fixesPage = (): string => renderFixes(FIXES, RULES);

/** docs/sensitivity.md. */
export const sensitivityPage = (): Promise<string> => renderSensitivity(FAMILIES);
