import type { KubeObjects } from "./objects-format.ts";
import { kubeObjectsFormat } from "./objects-format.ts";

/** What each kind of this room decodes to. */
export interface KubeModels {
  "kube-objects": KubeObjects;
}

/** The formats of this room: what they read testifies about the cluster, and about no host. */
export const kubeFormats = [kubeObjectsFormat] as const;
