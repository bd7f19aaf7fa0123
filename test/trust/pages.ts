import { renderMatrix } from "./matrix.ts";
import { EXPECTED } from "./samples.ts";
import { RULES } from "../../src/rules/index.ts";

/** docs/matrix.md. */
export const matrixPage = (): string => renderMatrix(EXPECTED, RULES);
