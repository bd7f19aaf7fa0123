import { kubeDescribeFormat } from "./describe-format.ts";
import type { KubeObjects } from "./objects-format.ts";
import { kubeObjectsFormat } from "./objects-format.ts";
import type { KubeTables } from "./table-format.ts";
import { kubeTableFormat } from "./table-format.ts";

/** What each kind of this room decodes to. */
export interface KubeModels {
  "kube-objects": KubeObjects;
  "kubectl-describe": KubeObjects;
  "kubectl-get": KubeTables;
}

/** The formats of this room: what they read testifies about the cluster, and about no host. */
export const kubeFormats = [kubeObjectsFormat, kubeDescribeFormat, kubeTableFormat] as const;
