import { accessLogFormat } from "./access-log.ts";
import type { ApiRequests } from "./api-requests.ts";
import { auditLogFormat } from "./audit-log.ts";
import { kubeDescribeFormat } from "./describe-format.ts";
import type { KubeObjects } from "./objects-format.ts";
import { kubeObjectsFormat } from "./objects-format.ts";
import type { KubeTables } from "./table-format.ts";
import { kubeTableFormat } from "./table-format.ts";
import type { ServerVersion } from "./version-format.ts";
import { versionFormat } from "./version-format.ts";

/** What each kind of this room decodes to. */
export interface KubeModels {
  "api-access-log": ApiRequests;
  "audit-log": ApiRequests;
  "kube-objects": KubeObjects;
  "kube-version": ServerVersion;
  "kubectl-describe": KubeObjects;
  "kubectl-get": KubeTables;
}

/** The formats of this room: what they read testifies about the cluster, and about no host. */
export const kubeFormats = [
  kubeObjectsFormat,
  kubeDescribeFormat,
  kubeTableFormat,
  auditLogFormat,
  accessLogFormat,
  versionFormat,
] as const;
