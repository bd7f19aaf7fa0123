import { type Advice } from "../engine/index.ts";
import { defineLogSymptom } from "../log-symptom.ts";

const DISK: Advice = {
  remedy: [
    "See what fills the node's disk: images, logs without a limit, writable layers; df -h and df -i tell whether bytes or inodes ran out.",
  ],
  references: [],
};
/** By the resource that the kubelet names. */
const ADVICE: Readonly<Record<string, Advice>> = {
  "ephemeral-storage": DISK,
  inodes: DISK,
  memory: {
    remedy: [
      "Give pods requests that they stay within: the kubelet first evicts those that use more than they requested. Look for what grows on the node.",
    ],
    references: [],
  },
  pids: {
    remedy: ["Find who has so many threads or processes, and limit them (podPidsLimit)."],
    references: [],
  },
};

/** The kubelet's own log of what events of the cluster tell as evictions; a bundle of one node has no such events. */
export const evictionPressure = defineLogSymptom({
  id: "node/eviction-pressure",
  title: "the kubelet runs short of a resource and evicts pods",
  description:
    "The kubelet found too little memory, disk, inodes or process ids free, and could not free enough by removing unused images and dead containers: it evicts pods. A healthy node never has to.",
  remedy: [],
  references: ["https://kubernetes.io/docs/concepts/scheduling-eviction/node-pressure-eviction/"],
  missing: [
    {
      text: "what the node is short of, and who has it",
      command: "df; df -i; cat /proc/meminfo; ps axo pid,ppid,stat,rss,args",
    },
  ],
  signatures: ["eviction-needed"],
  each: { field: "resource", kind: "resource" },
  least: { lines: 1 },
  namesItsCause: true,
  advice: ({ fields }) => ADVICE[fields["resource"] ?? ""],
  says: ({ fields }) => `Kubelet was short of ${fields["resource"] ?? "a resource"} and had to evict pods.`,
});
