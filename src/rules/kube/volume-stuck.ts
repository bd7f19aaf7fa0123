import { memo } from "../../bytes/index.ts";
import type { Cite, ClusterEvidence } from "../../evidence/index.ts";
import { clusterEvents, clusterNodes, eventsAbout } from "../../evidence/index.ts";
import type { KubeEvent, KubeObject } from "../../kube/index.ts";
import { member, text, time } from "../../kube/index.ts";
import type { Sighting } from "../engine/index.ts";
import { defineSymptom } from "../engine/index.ts";
import { count, seconds } from "../words.ts";
import { nameOf } from "./named.ts";
import { quoted } from "./reasons.ts";

/** A volume moves from one node to another in less; the controller forces it off after six minutes. */
const LONG = 120;
const MANY_TIMES = 3;
const LONG_DETACH = 600;

/** `Multi-Attach error for volume "pvc-…" Volume is already exclusively attached to one node and can't be attached to another`. */
const MULTI_ATTACH = /^Multi-Attach error for volume "([^"]{1,253})"/;

/** That a volume is on a node, as a VolumeAttachment says. */
interface Attachment {
  readonly object: KubeObject;
  readonly volume: string;
  readonly node: string;
  readonly isAttached: boolean;
  readonly deleted: number | undefined;
  readonly error: { readonly message: string; readonly at: number | undefined } | undefined;
}

/** A volume that can't come to the node where it is needed, or doesn't leave the one where it was. */
export const volumeStuck = defineSymptom<readonly Attachment[]>({
  id: "kube/volume-stuck",
  title: "a volume can't be attached, for another node still has it",
  description:
    "A pod can't start, for its volume is attached to another node (Multi-Attach error) for two minutes or more; or a VolumeAttachment that was deleted fails to be detached.",
  remedy: [
    "See what keeps the volume on the other node: a pod that stays Terminating there, a node that is lost, a driver that doesn't answer.",
    "Only where that node is off for good, delete its VolumeAttachment or taint the node as out of service: a volume of two writers is damaged.",
  ],
  references: [
    "https://kubernetes.io/docs/concepts/cluster-administration/node-shutdown/#non-graceful-node-shutdown",
    "https://github.com/kubernetes/kubernetes/issues/96142",
  ],
  *detectInCluster(cluster) {
    const told = new Set<string>();
    for (const event of clusterEvents(cluster)) {
      const volume = MULTI_ATTACH.exec(event.message)?.[1];
      if (volume === undefined || event.about.name === undefined) continue;
      const key = JSON.stringify([event.about.namespace, event.about.name, volume]);
      if (told.has(key)) continue;
      told.add(key);
      const sighting = ofEvent(cluster, event, volume);
      if (sighting) yield sighting;
    }
    for (const attachment of attachments(cluster)) {
      const { volume, node, deleted, error, object } = attachment;
      const lasted = (error?.at ?? Number.NaN) - (deleted ?? Number.NaN);
      if (!error || !(lasted >= LONG_DETACH)) continue;
      yield {
        subject: { kind: "volume", name: volume, node },
        summary: `Volume ${volume} was to leave node ${node}, and could not be detached ${seconds(lasted)} later: ${quoted(error.message)}.`,
        evidence: [cluster.cite(object, `it can't be detached from node ${node}: ${quoted(error.message)}`)],
        data: [attachment],
        weight: lasted,
        namesItsCause: true,
        node,
      };
    }
  },
});

function ofEvent(
  cluster: ClusterEvidence,
  { about }: KubeEvent,
  volume: string,
): Sighting<readonly Attachment[]> | undefined {
  const { name = "", namespace = "", uid } = about;
  const events = eventsAbout(cluster, { name, namespace, uid });
  const failures = events.filter(({ message }) => MULTI_ATTACH.exec(message)?.[1] === volume);
  const times = failures.reduce((sum, { count: n = 1 }) => sum + n, 0);
  const pod = cluster.pods.find(
    (each) => each.name === name && (namespace === "" || each.namespace === namespace),
  );
  // The controller may say so once; a pod that still waits when the listing is made has waited since.
  const isWaiting = pod?.phase === "Pending";
  const lasted = Math.max(
    ...failures.map((each) => Math.max(each.lasted ?? 0, isWaiting ? (each.lastAgo ?? 0) : 0)),
  );
  // A volume that moves is attached to both nodes for a moment.
  if (times < MANY_TIMES && lasted < LONG) return undefined;
  if (events.some(({ reason }) => reason === "SuccessfulAttachVolume" || reason === "Started"))
    return undefined;
  if (pod?.phase !== undefined && pod.phase !== "Pending") return undefined;
  const holders = attachments(cluster).filter(
    (each) => each.volume === volume && each.isAttached && each.node !== pod?.node,
  );
  const where = holders
    .map(({ node }) => `node ${node}${isLost(cluster, node) ? ", which is not ready" : ""}`)
    .join(", ");
  const of = nameOf({ namespace, name });
  const users = /used by pod\(s\) (.+)$/.exec(failures[0]?.message ?? "")?.[1];
  const has =
    where !== ""
      ? `attached to ${where}`
      : users === undefined
        ? "attached to another node"
        : `used by ${quoted(users)}`;
  return {
    subject: { kind: "pod", name: of, namespace, pod: name },
    summary: `Pod ${of} can't start: its volume ${volume} is still ${has}.`,
    evidence: [
      ...failures.slice(0, 3).map((each): Cite => {
        const often = `${count(each.count ?? 1, "time")}${each.lasted === undefined ? "" : ` in ${seconds(each.lasted)}`}`;
        return cluster.cite(each.object, `${often}: ${quoted(each.message)}`);
      }),
      ...holders.map(({ object, node }) =>
        cluster.cite(object, `volume ${volume} is attached to node ${node}`),
      ),
    ],
    data: holders,
    weight: Math.max(1, lasted),
    missing:
      holders.length > 0
        ? []
        : [{ text: "where each volume is attached", command: "kubectl get volumeattachments -o yaml" }],
    namesItsCause: holders.length > 0,
    node: holders[0]?.node,
  };
}

const isLost = (cluster: ClusterEvidence, node: string): boolean =>
  clusterNodes(cluster).some(({ name, isReady }) => name === node && isReady === false);

const attachments: (cluster: ClusterEvidence) => readonly Attachment[] = memo((cluster) =>
  cluster.objects.flatMap((object) => {
    if (object.kind !== "VolumeAttachment") return [];
    const { value } = object;
    const volume = text(value, "spec", "source", "persistentVolumeName");
    const node = text(value, "spec", "nodeName");
    const message = text(value, "status", "detachError", "message");
    if (volume === undefined || node === undefined) return [];
    return [
      {
        object,
        volume,
        node,
        isAttached: member(value, "status", "attached") === true,
        deleted: time(value, "metadata", "deletionTimestamp"),
        error:
          message === undefined ? undefined : { message, at: time(value, "status", "detachError", "time") },
      },
    ];
  }),
);
