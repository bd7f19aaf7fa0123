import type { ClusterEvidence } from "../../evidence/index.ts";
import type { Service } from "../../kube/index.ts";
import { labelsOf, list, member, selects, text } from "../../kube/index.ts";
import type { Fault } from "../engine/index.ts";
import { defineAudit } from "../engine/index.ts";
import { count } from "../words.ts";
import { nameOf } from "./named.ts";

/** A Service that can send traffic nowhere, by its own definition. */
export const serviceWithoutEndpoints = defineAudit({
  id: "kube/service-without-endpoints",
  title: "a Service can send traffic nowhere",
  description:
    "A Service's selector matches no pod and no workload of its namespace, and its endpoints are empty; or its targetPort is a name that no container of its pods declares.",
  remedy: [],
  references: [
    "https://kubernetes.io/docs/concepts/services-networking/service/#services-without-selectors",
    "https://kubernetes.io/docs/tasks/debug/debug-application/debug-service/",
  ],
  *inspect(cluster) {
    for (const service of cluster.services) {
      if (service.selector.size === 0 || text(service.object.value, "spec", "type") === "ExternalName")
        continue;
      const pods = cluster.podsOf(service).filter(({ object }) => object.isWhole);
      const fault = pods.length > 0 ? wrongPort(cluster, service) : noPods(cluster, service);
      if (fault) yield fault;
    }
  },
});

/** Only what was listed as empty is empty, and only beside other workloads of the namespace: a listing may be of some objects alone. */
function noPods(cluster: ClusterEvidence, service: Service): Fault | undefined {
  const { namespace, name, selector } = service;
  const endpoints = cluster.endpoints.filter((each) => each.namespace === namespace && each.service === name);
  const [first] = endpoints;
  if (!first || endpoints.some(({ ready, notReady }) => ready.length + notReady.length > 0)) return undefined;
  const workloads = cluster.workloads.filter((each) => each.namespace === namespace);
  if (workloads.length === 0 || workloads.some(({ podLabels }) => selects(selector, podLabels)))
    return undefined;
  // Jobs, and what operators and other distributions have in the place of Deployments.
  if (isMadeElsewhere(cluster, service)) return undefined;
  // Pods that nobody listed makes, and those of tables, which may not show labels.
  const pods = cluster.pods.filter((each) => each.namespace === namespace || each.namespace === "");
  if (pods.some(({ object, labels }) => selects(selector, labels) || !object.isWhole)) return undefined;
  const wants = [...selector].map(([key, value]) => `${key}=${value}`).join(",");
  const near = [...selector].filter(([key, value]) =>
    workloads.every(({ podLabels }) => podLabels.get(key) !== value),
  );
  return {
    subject: subjectOf(service),
    summary: `Service ${nameOf(service)} selects ${wants}: none of ${count(workloads.length, "workload")} of its namespace makes such pods, and its endpoints are empty.`,
    evidence: [
      cluster.cite(service.object, `Service ${nameOf(service)} selects ${wants}`),
      cluster.cite(first.object, `${first.object.kind} of Service ${nameOf(service)} have no address`),
    ],
    weight: 1,
    advice: {
      remedy: [
        near.length === 0
          ? "No workload has all of these labels at once: compare the Service's selector with the labels of the pods' template."
          : `No workload of the namespace has ${near.map(([key, value]) => `${key}=${value}`).join(",")}: correct the Service's selector, or delete the Service.`,
      ],
      references: [],
    },
  };
}

/** Whether somebody else looks after the Service, or anything of its namespace has a template for pods that it selects. */
function isMadeElsewhere(
  cluster: ClusterEvidence,
  { namespace, selector, object: service }: Service,
): boolean {
  if (list(service.value, "metadata", "ownerReferences").length > 0) return true;
  return cluster.objects.some(({ kind, value, namespace: its = "" }) => {
    if (its !== namespace || kind === "Service" || kind === "Endpoints" || kind === "Pod") return false;
    const template =
      member(value, "spec", "template") ?? member(value, "spec", "jobTemplate", "spec", "template");
    return selects(selector, labelsOf(member(template, "metadata", "labels")));
  });
}

function wrongPort(cluster: ClusterEvidence, service: Service): Fault | undefined {
  const names = list(service.object.value, "spec", "ports").flatMap((port) => text(port, "targetPort") ?? []);
  if (names.length === 0) return undefined;
  const pods = cluster.podsOf(service).filter(({ object }) => object.isWhole);
  const declared = new Set(
    pods.flatMap(({ object }) =>
      ["containers", "initContainers"].flatMap((kind) =>
        list(object.value, "spec", kind).flatMap((container) =>
          list(container, "ports").flatMap((port) => text(port, "name") ?? []),
        ),
      ),
    ),
  );
  const missing = names.filter((name) => !declared.has(name) && !/^\d+$/.test(name));
  const [pod] = pods;
  if (missing.length === 0 || !pod) return undefined;
  const has = declared.size === 0 ? "they name no port" : `they name ${[...declared].join(", ")}`;
  return {
    subject: subjectOf(service),
    summary: `Service ${nameOf(service)} sends to the port named ${missing.join(" and ")}, which none of its ${count(pods.length, "pod")} declares: ${has}.`,
    evidence: [
      cluster.cite(service.object, `Service ${nameOf(service)}: targetPort ${missing.join(", ")}`),
      cluster.cite(pod.object, `pod ${nameOf(pod)}: ${has}`),
    ],
    weight: 1,
    advice: {
      remedy: ["Name the container's port as the Service's targetPort says, or give its number there."],
      references: [],
    },
  };
}

const subjectOf = (service: Service) => ({
  kind: "service",
  name: nameOf(service),
  namespace: service.namespace,
});
