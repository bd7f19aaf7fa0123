import { imagesOn } from "../../evidence/index.ts";
import type { About, Answer } from "../engine/index.ts";
import { cantTell, defineCause, fails, holds } from "../engine/index.ts";
import { NODE_CACHE_TCP, remedyOf, versionTest } from "../fixes/index.ts";
import { answerGrowth, answerSeries } from "../go/goroutine-growth.ts";
import type { Pileup } from "../go/goroutine-pileup.ts";
import { goroutinePileup } from "../go/goroutine-pileup.ts";
import { goroutineCite } from "../go/goroutine-text.ts";
import type { ThreadPileup } from "../go/thread-pileup.ts";
import { threadPileup } from "../go/thread-pileup.ts";

type Seen = Pileup | ThreadPileup;

/** Its image: `k8s.gcr.io/k8s-dns-node-cache-amd64:1.15.4`, or a mirror's copy. */
const IMAGE = /(?:^|\/)k8s-dns-node-cache(?:-\w+)?[:@]/;
/** Its binary, its container and its pods. */
const OWN_NAME = /node-?cache|node-?local-?dns/i;
const OTHER_NAME = /coredns|kube-?dns|dnsmasq/i;
/** What serves a TCP connection in the library of its age, and in later ones. */
const SERVES_TCP = /(?:^|\/)github\.com\/miekg\/dns\.\(\*Server\)\.(?:serveTCPConn|serveTCP|serve|readTCP)$/;
/** Threads that are more by so many times have grown. */
const GROWN = 2;

/** NodeLocal DNSCache before 1.15.8 never let go of a TCP connection. */
export const nodelocaldnsLeak = defineCause<Seen>({
  id: "dns/nodelocaldns-leak",
  title: "NodeLocal DNSCache keeps every TCP connection for ever",
  description:
    "k8s-dns-node-cache 1.15.0 to 1.15.7 serves DNS with a library that keeps what it has of each TCP connection. Under many queries by TCP its goroutines, threads and memory grow until it is killed, " +
    "and the node's pods have no DNS meanwhile.",
  explains: [goroutinePileup, threadPileup],
  concerns,
  culprit: () => ({ kind: "program", name: "k8s-dns-node-cache" }),
  tests: [
    versionTest<Seen>(NODE_CACHE_TCP, {
      statement: "its image is k8s-dns-node-cache 1.15.0 to 1.15.7",
      holds: "strong",
      fails: "decisive",
    }),
    {
      statement: "its goroutines or threads have grown in number since the baseline",
      axis: "time",
      holds: "strong",
      fails: "strong",
      ask: {
        text: "the same of a healthy pod, or of this one earlier",
        command: "inquest BUNDLE --baseline EARLIER-OR-HEALTHY-BUNDLE",
      },
      answer: ({ seen }) => (isPileup(seen) ? answerGrowth(seen) : answerThreads(seen)),
    },
    {
      statement: "its goroutines have grown in number from snapshot to snapshot",
      axis: "time",
      holds: "strong",
      fails: "strong",
      answer: ({ seen }) => (isPileup(seen) ? answerSeries(seen) : cantTell()),
    },
    {
      statement: "they serve TCP connections of DNS clients",
      axis: "state",
      holds: "weak",
      answer({ seen }) {
        if (!isPileup(seen) || !servesTcp(seen)) return cantTell();
        const [{ snapshot, group }] = seen.piles;
        return holds([goroutineCite(snapshot, group, `${group.count} goroutines serve DNS by TCP`)]);
      },
    },
  ],
  fixes: [NODE_CACHE_TCP],
  remedy: remedyOf(NODE_CACHE_TCP),
  references: NODE_CACHE_TCP.references,
  summary({ host, seen }) {
    const [image] = imagesOn(host, IMAGE);
    const what = isPileup(seen)
      ? `${seen.piles[0].group.count} of its goroutines serve TCP connections of DNS clients`
      : `it has ${seen?.now.threads ?? "very many"} threads`;
    return `NodeLocal DNSCache${image ? ` (${image.written})` : ""} keeps what it has of each TCP connection for ever: ${what}.`;
  },
});

const isPileup = (seen: Seen | undefined): seen is Pileup => seen !== undefined && "piles" in seen;
const servesTcp = ({ piles }: Pileup): boolean =>
  piles.some(({ group }) => group.frames.some(({ func }) => SERVES_TCP.test(func)));

function concerns({ host, seen }: About<Seen>): boolean {
  if (!seen) return false;
  if (!isPileup(seen)) return OWN_NAME.test(seen.process.name);
  if (!servesTcp(seen)) return false;
  const { path } = seen.piles[0].snapshot.artifact;
  const process = host.processes.find(({ goroutines }) =>
    goroutines.some(({ artifact }) => artifact.path === path),
  );
  const name = process?.name ?? path;
  return (
    OWN_NAME.test(name) || OWN_NAME.test(path) || (!OTHER_NAME.test(path) && imagesOn(host, IMAGE).length > 0)
  );
}

/** A peer may have fewer clients, and fewer threads for that. */
function answerThreads(seen: ThreadPileup | undefined): Answer {
  if (!seen?.before) return cantTell();
  const { now, before } = seen;
  const cites = [before.count.cite, now.cite];
  if (now.threads < before.count.threads * GROWN) return fails(cites, before.same ? {} : { atMost: "weak" });
  return holds(cites, before.same ? {} : { atMost: "weak" });
}
