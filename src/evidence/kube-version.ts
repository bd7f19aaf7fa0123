import { memo } from "../bytes/index.ts";
import { list, text } from "../kube/index.ts";
import type { Metrics } from "../metrics/index.ts";
import type { Cite } from "./cite.ts";
import type { ClusterEvidence } from "./cluster-evidence.ts";
import type { ToldVersion } from "./told-versions.ts";

/** The version of a component of Kubernetes, and where it stands. */
export interface ComponentVersion extends ToldVersion {
  readonly minor: number;
}

/** Every version of kube-controller-manager that is told: by its image, its metrics, what it calls itself in requests; else by the API server. */
export const controllerManagerVersions = memo((cluster: ClusterEvidence): readonly ComponentVersion[] => {
  const own = [
    ...ofImages(cluster, "kube-controller-manager"),
    ...ofMetrics(cluster, "controller-manager"),
    ...ofAgents(cluster),
  ];
  if (own.length > 0) return own;
  // Upgrades begin with the API server, and a controller manager may be of the minor release before its own.
  return serverVersions(cluster).map((told) => ({ ...told, oldest: `v1.${Math.max(0, told.minor - 1)}.0` }));
});

/** Every version of kube-apiserver that is told: by itself, by its image, by its metrics. */
export const apiServerVersions = memo((cluster: ClusterEvidence): readonly ComponentVersion[] => [
  ...serverVersions(cluster),
  ...ofImages(cluster, "kube-apiserver"),
  ...ofMetrics(cluster, "apiserver"),
]);

/** What API servers have told of their version. */
export const serverVersions = (cluster: ClusterEvidence): ComponentVersion[] =>
  cluster
    .models("kube-version")
    .flatMap(({ model: { version, line }, artifact }) =>
      version === undefined
        ? []
        : parsed(version, { artifact: artifact.path, text: `the API server is ${version}`, where: { line } }),
    );

function ofImages(
  cluster: ClusterEvidence,
  name: "kube-apiserver" | "kube-controller-manager",
): ComponentVersion[] {
  const pattern = new RegExp(`(?:^|/)${name}(?:-\\w+)?:(v1\\.[\\w.-]+)`);
  return cluster.pods.flatMap(({ object }) =>
    list(object.value, "spec", "containers").flatMap((container) => {
      const image = text(container, "image") ?? "";
      const written = pattern.exec(image)?.[1];
      return written === undefined ? [] : parsed(written, cluster.cite(object, `its image is ${image}`));
    }),
  );
}

/** All components tell their version by one name. Only one has a queue of endpoints, and only one keeps objects. */
const OWN: Readonly<Record<"apiserver" | "controller-manager", (metrics: Metrics) => boolean>> = {
  apiserver: (metrics) =>
    ["apiserver_storage_objects", "etcd_object_counts"].some((name) => metrics.named(name).length > 0),
  "controller-manager": (metrics) =>
    metrics.named("workqueue_depth").some(({ labels }) => labels.get("name") === "endpoint"),
};

function ofMetrics(cluster: ClusterEvidence, name: keyof typeof OWN): ComponentVersion[] {
  return cluster.models("metrics").flatMap(({ model, artifact }) => {
    if (!OWN[name](model)) return [];
    return model.named("kubernetes_build_info").flatMap(({ labels, lines }) => {
      const job = labels.get("job") ?? labels.get("component") ?? name;
      const written = labels.get("git_version") ?? labels.get("gitVersion") ?? "";
      if (!job.includes(name)) return [];
      const cite = {
        artifact: artifact.path,
        text: `its metrics tell version ${written}`,
        where: { line: lines[0] },
      };
      return parsed(written, cite);
    });
  });
}

function ofAgents(cluster: ClusterEvidence): ComponentVersion[] {
  const logs = [...cluster.models("audit-log"), ...cluster.models("api-access-log")];
  return logs.flatMap(({ model, artifact }) => {
    // Over an upgrade a log has several.
    const agents = new Map<string, number>();
    for (const { userAgent, firstLine } of model.groups) {
      const written = /^kube-controller-manager\/(v1\.\S+)/.exec(userAgent)?.[1];
      if (written !== undefined && !agents.has(written)) agents.set(written, firstLine);
    }
    return [...agents].flatMap(([written, line]) => {
      const told = `it calls itself kube-controller-manager/${written}`;
      return parsed(written, { artifact: artifact.path, text: told, where: { line } });
    });
  });
}

function parsed(written: string, cite: Cite): ComponentVersion[] {
  const [, minor] = /^v1\.(\d+)\.\d/.exec(written) ?? [];
  return minor === undefined ? [] : [{ written, minor: Number(minor), isIndirect: false, cite }];
}
