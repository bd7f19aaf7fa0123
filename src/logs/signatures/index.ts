import type { Signature } from "../signature.ts";
import { apiSignatures } from "./api.ts";
import { etcdSignatures } from "./etcd.ts";
import { kubeletSignatures } from "./kubelet.ts";
import { limitSignatures } from "./limits.ts";
import { networkSignatures } from "./network.ts";
import { runtimeSignatures } from "./runtime.ts";

const ALL = [
  ...apiSignatures,
  ...etcdSignatures,
  ...kubeletSignatures,
  ...limitSignatures,
  ...networkSignatures,
  ...runtimeSignatures,
] as const;

/** Ids of the signatures. */
export type SignatureId = (typeof ALL)[number]["id"];

/** Every line that is looked for. */
export const SIGNATURES: readonly (Signature & { readonly id: SignatureId })[] = ALL;
