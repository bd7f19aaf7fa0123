import type { HostEvidence, ToldVersion } from "../../evidence/index.ts";
import {
  controllerManagerVersions,
  imageVersionsOn,
  apiServerVersions,
  versionsOn,
} from "../../evidence/index.ts";
import type { Component } from "./component.ts";

/** Its image: `k8s.gcr.io/kube-proxy:v1.14.10`, or a vendor's or a mirror's. */
const PROXY = /(?:^|\/)kube-proxy(?:-\w+)?[:@]/;
/** `k8s.gcr.io/k8s-dns-node-cache-amd64:1.15.4`, or a mirror's copy. */
const NODE_CACHE = /(?:^|\/)k8s-dns-node-cache(?:-\w+)?[:@]/;

/** Components of which a host, or its cluster, has one version at most. Of the others each program has its own. */
const READERS: Partial<Record<Component, (host: HostEvidence) => readonly ToldVersion[]>> = {
  containerd: (host) => versionsOn(host, "containerd"),
  "k8s-dns-node-cache": (host) => imageVersionsOn(host, NODE_CACHE),
  "kube-apiserver": ({ cluster }) => apiServerVersions(cluster),
  "kube-controller-manager": ({ cluster }) => controllerManagerVersions(cluster),
  "kube-proxy": (host) => imageVersionsOn(host, PROXY),
  kubelet: (host) => versionsOn(host, "kubelet"),
};

/** Whether a host tells the version of a component, without a word on which program is meant. */
export const isToldByHost = (component: Component): boolean =>
  component === "linux" || READERS[component] !== undefined;

/** What a host, and its cluster for what is the cluster's, tells of the version of a component. */
export const componentVersions = (host: HostEvidence, component: Component): readonly ToldVersion[] =>
  READERS[component]?.(host) ?? [];
