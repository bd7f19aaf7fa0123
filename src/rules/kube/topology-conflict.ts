import { memo } from "../../bytes/index.ts";
import type { Cite, ClusterEvidence } from "../../evidence/index.ts";
import {
  knowsNoTopologyKeys,
  serverVersions,
  TOPOLOGY_KEYS_SINCE,
  TOPOLOGY_KEYS_UNTIL,
  topologyKeysOf,
} from "../../evidence/index.ts";
import type { Service } from "../../kube/index.ts";
import { list, text } from "../../kube/index.ts";
import { defineAudit } from "../engine/index.ts";
import { nameOf } from "./named.ts";

const MOST_KEYS = 16;
const GATE = "ServiceTopology";
/** What kube-proxy needs beside it to see slices, which alone tell zones; from 1.19 on it is open by default. */
const SLICE_GATES: ReadonlyMap<number, string> = new Map([
  [17, "EndpointSlice"],
  [18, "EndpointSliceProxying"],
]);
const ANY = "*";

/** topologyKeys that the API refuses, or that do nothing. */
export const topologyConflict = defineAudit({
  id: "kube/topology-conflict",
  title: "a Service's topologyKeys are refused, or do nothing",
  description:
    'By the API\'s own definition spec.topologyKeys excludes externalTrafficPolicy: Local, has at most 16 different keys, and the last alone may be "*". It does nothing for a headless Service, ' +
    "in clusters of another version than 1.17 to 1.21, and where kube-proxy runs without the feature gate ServiceTopology, or in 1.17 and 1.18 without that for EndpointSlices.",
  remedy: [
    'Take out topologyKeys or externalTrafficPolicy: Local; put "*" last.',
    "From 1.22 on use spec.internalTrafficPolicy or spec.trafficDistribution instead.",
  ],
  references: [
    "https://github.com/kubernetes/kubernetes/pull/72046",
    "https://github.com/kubernetes/kubernetes/pull/86137",
    "https://github.com/kubernetes/kubernetes/pull/102412",
    "https://kubernetes.io/docs/reference/networking/virtual-ips/#traffic-policies",
  ],
  *inspect(cluster) {
    const gateless = withoutGate(cluster);
    const [version] = serverVersions(cluster);
    for (const service of cluster.services) {
      const keys = topologyKeysOf(service.object);
      if (keys.length === 0) continue;
      const name = nameOf(service);
      const faults = faultsOf(service, keys).map((text) => cluster.cite(service.object, text));
      if (version && knowsNoTopologyKeys(cluster))
        faults.push({
          ...version.cite,
          text: `Kubernetes ${version.written} doesn't know topologyKeys, which are of 1.${TOPOLOGY_KEYS_SINCE} to 1.${TOPOLOGY_KEYS_UNTIL - 1}`,
        });
      if (gateless) faults.push(gateless);
      const [first] = faults;
      if (!first) continue;
      yield {
        subject: { kind: "service", name },
        summary: `Service ${name} has topologyKeys ${keys.slice(0, MOST_KEYS).join(", ")}: ${faults.map(({ text }) => text).join("; ")}.`,
        evidence: faults,
        weight: faults.length,
      };
    }
  },
});

function faultsOf({ externalTrafficPolicy, object }: Service, keys: readonly string[]): string[] {
  const faults: string[] = [];
  if (externalTrafficPolicy === "Local")
    faults.push("they are not allowed together with externalTrafficPolicy: Local");
  if (keys.length > MOST_KEYS) faults.push(`there are ${keys.length}, and at most ${MOST_KEYS} are allowed`);
  const any = keys.indexOf(ANY);
  if (any !== -1 && any < keys.length - 1)
    faults.push(`"${ANY}" stands before others, and may only be the last`);
  if (new Set(keys).size < keys.length) faults.push("one of them stands twice");
  if (text(object.value, "spec", "clusterIP") === "None")
    faults.push("the Service is headless, and they do nothing for it");
  return faults;
}

/** A kube-proxy whose flags are all told, and don't open the gate. */
export const withoutGate = memo((cluster: ClusterEvidence): Cite | undefined => {
  for (const object of cluster.objects) {
    const at = object.kind === "Pod" ? [] : object.kind === "DaemonSet" ? ["spec", "template"] : undefined;
    if (!at) continue;
    for (const container of list(object.value, ...at, "spec", "containers")) {
      const image = /(?:^|\/)kube-proxy(?:-\w+)?[:@](?:v1\.(\d+))?/.exec(text(container, "image") ?? "");
      if (!image) continue;
      const flags = [...list(container, "command"), ...list(container, "args")].filter(
        (each) => typeof each === "string",
      );
      // A configuration file may open it.
      if (flags.length === 0 || flags.some((flag) => /--config\b/.test(flag))) continue;
      const slices = SLICE_GATES.get(Number(image[1]));
      const wanted = [GATE, ...(slices === undefined ? [] : [slices])];
      const isOpen = (gate: string): boolean =>
        flags.some((flag) => new RegExp(`\\b(?:${gate}|AllAlpha)=true\\b`).test(flag));
      if (wanted.every(isOpen)) continue;
      const gates = wanted.map((gate) => `${gate}=true`).join(",");
      return cluster.cite(object, `kube-proxy runs without --feature-gates=${gates}, and ignores them`);
    }
  }
  return undefined;
});
