import type { Cite, ClusterEvidence } from "../../evidence/index.ts";
import type { KubeObject } from "../../kube/index.ts";
import { conditionsOf, eventOf } from "../../kube/index.ts";
import { defineSymptom } from "../engine/index.ts";
import { citesOf } from "../log-symptom.ts";
import { count, size } from "../words.ts";
import type { LocatedUse } from "./disk-space.ts";
import { dataFileSystems, fullness } from "./disk-space.ts";
import { loggedNoSpace } from "./logged-no-space.ts";

/** A disk that takes nothing more, or a complaint that there is no room. */
export interface NoSpace {
  /** What `df` shows; absent where only the cluster tells. */
  readonly full: LocatedUse | undefined;
  /** What the kubelet or the runtime said. */
  readonly complaints: readonly Cite[];
}

/** Kernels give the same error where there is room: no more ids for memory control groups, no more inotify watches. */
const OTHER_SPACE = /cgroup|inotify|fsnotify|watch/i;
const NO_ROOM = /no space left on device|disk quota exceeded/i;
const REASONS = new Set([
  "FreeDiskSpaceFailed",
  "ImageGCFailed",
  "EvictionThresholdMet",
  "NodeHasDiskPressure",
]);
const ABOUT_DISK = /disk|ephemeral-storage|inodes|image|bytes/i;
const CITED = 4;
/** A file that could not be written once may have been one too large. */
const SEVERAL = 2;

/** A file system of containers and the kubelet is full, or the node says that there is no room. */
export const noSpace = defineSymptom<NoSpace>({
  id: "node/no-space",
  title: "a disk has no room left",
  description:
    "df shows a file system of the node's containers, images, logs or the kubelet with 95 % or more of its bytes or inodes in use; or an event, or two lines of logs about such files, say " +
    "`no space left on device`, or a node has the condition DiskPressure. Images (squashfs, ISO), file systems in memory and the volumes of pods don't count.",
  remedy: [
    "Make room before anything else: truncate the largest logs (not rm: their writer keeps them open), delete unused images.",
  ],
  references: ["https://kubernetes.io/docs/concepts/scheduling-eviction/node-pressure-eviction/"],
  *detect(host) {
    const logged = loggedNoSpace(host);
    const complaints = logged.flatMap(citesOf).slice(0, CITED);
    // One disk is mounted in many places, and printed by several commands.
    const seen = new Set<string>();
    for (const full of dataFileSystems(host)) {
      const { use, cite } = full;
      const state = fullness(use);
      const key = JSON.stringify([use.device, use.of]);
      if (state === undefined || state === "room" || seen.has(key)) continue;
      seen.add(key);
      const left = use.available ?? 0;
      const room =
        use.of === "bytes"
          ? `${size(left)} of ${size(use.size ?? 0)} are left`
          : `${left} of ${use.size ?? 0} inodes are left`;
      yield {
        subject: { kind: "filesystem", name: use.mountPoint },
        summary: `${use.device} on ${use.mountPoint} is ${use.percent} % full: ${room}.`,
        evidence: [cite],
        data: { full, complaints },
        weight: use.percent ?? 0,
      };
    }
    const lines = logged.reduce((sum, each) => sum + each.count, 0);
    const [first] = logged;
    if (seen.size > 0 || first === undefined || lines < SEVERAL) return;
    yield {
      subject: { kind: "node", name: host.name ?? "this node" },
      summary: `There is no room left below ${first.fields["path"] ?? "a folder"}. ${first.artifact.path} says so, in ${count(lines, "line")}.`,
      evidence: complaints,
      data: { full: undefined, complaints },
      weight: lines,
    };
  },
  *detectInCluster(cluster) {
    const byNode = new Map<string, { cites: Cite[]; count: number }>();
    for (const object of cluster.listed) {
      const told = complaintOf(cluster, object);
      if (!told) continue;
      const known = byNode.get(told.node) ?? { cites: [], count: 0 };
      known.cites.push(told.cite);
      known.count++;
      byNode.set(told.node, known);
    }
    for (const [node, { cites, count }] of byNode) {
      const of = node === "" ? "a node that isn't named" : node;
      const [first] = cites;
      yield {
        subject: { kind: "node", name: of },
        ...(node !== "" && { node }),
        summary: `There is no room left on ${of}: ${(first?.text ?? "").replace(/\.+$/, "")}.${count > 1 ? ` ${count} objects say so.` : ""}`,
        evidence: cites.slice(0, CITED),
        data: { full: undefined, complaints: cites.slice(0, CITED) },
        weight: count,
      };
    }
  },
});

/** What an object says of room on a node; the node is empty where it doesn't name one. */
export function complaintOf(
  cluster: ClusterEvidence,
  object: KubeObject,
): { readonly node: string; readonly cite: Cite } | undefined {
  if (object.kind === "Node") {
    const pressed = conditionsOf(object.value).find(
      ({ type, status }) => type === "DiskPressure" && status === "True",
    );
    if (!pressed || object.name === undefined) return undefined;
    const says = `node ${object.name}: DiskPressure is True${withReason(pressed.message)}`;
    return { node: object.name, cite: cluster.cite(object, says) };
  }
  const event = eventOf(object);
  if (!event) return undefined;
  const { message, reason, about } = event;
  const isComplaint = NO_ROOM.test(message)
    ? !OTHER_SPACE.test(message)
    : REASONS.has(reason) && ABOUT_DISK.test(message + reason);
  if (!isComplaint) return undefined;
  const node = event.host ?? (about.kind === "Node" ? about.name : undefined) ?? "";
  const says = `${reason} of ${about.kind ?? "object"} ${about.name ?? "?"}: ${short(message)}`;
  return { node, cite: cluster.cite(object, says) };
}

const withReason = (message: string | undefined): string => (message === undefined ? "" : ` (${message})`);

/** Runtimes put a complaint into one another; its end says what it is about. */
const short = (message: string): string =>
  message.length <= 240
    ? message
    : `${message.slice(0, 80).replace(/\s+\S*$/, "")} … ${message.slice(-150).replace(/^[^\s/]*(?=[\s/])/, "…")}`;
