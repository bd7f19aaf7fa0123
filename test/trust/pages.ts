import { RULES } from "../../src/rules/index.ts";
import { renderMatrix } from "./matrix.ts";
import { EXPECTED } from "./samples.ts";
import { renderSensitivity } from "./sensitivity.ts";
import { FAMILIES } from "./sweeps.ts";

/** docs/matrix.md. */
export const matrixPage = (): string => renderMatrix(EXPECTED, RULES);

/** docs/sensitivity.md. */
export const sensitivityPage = (): Promise<string> => renderSensitivity(FAMILIES);
