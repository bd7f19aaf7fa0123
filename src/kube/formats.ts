import { accessLogFormat } from "./access-log.ts";
import type { ApiRequests } from "./api-requests.ts";
import { auditLogFormat } from "./audit-log.ts";
import type { KubeObjects } from "./objects-format.ts";
import { kubeObjectsFormat } from "./objects-format.ts";
import type { ServerVersion } from "./version-format.ts";
import { versionFormat } from "./version-format.ts";

/** What each kind of this room decodes to. */
export interface KubeModels {
  "api-access-log": ApiRequests;
  "audit-log": ApiRequests;
  "kube-objects": KubeObjects;
  "kube-version": ServerVersion;
}

/** The formats of this room: what they read testifies about the cluster, and about no host. */
export const kubeFormats = [kubeObjectsFormat, auditLogFormat, accessLogFormat, versionFormat] as const;
