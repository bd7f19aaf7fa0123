import type { Signature } from "../signature.ts";
import { runtimeSignatures } from "./runtime.ts";

const ALL = [...runtimeSignatures] as const;

/** Ids of the signatures. */
export type SignatureId = (typeof ALL)[number]["id"];

/** Every line that is looked for. */
export const SIGNATURES: readonly (Signature & { readonly id: SignatureId })[] = ALL;
