import { firstOf } from "../../bytes/index.ts";
import type { Cite, HostEvidence } from "../../evidence/index.ts";
import type { About, Answer } from "../engine/index.ts";
import { cantTell, defineCause, fails, holds } from "../engine/index.ts";
import { CONNTRACK_CLASH, hasDefect, kernelTest } from "../fixes/index.ts";
import { count } from "../words.ts";
import type { DnsTrouble } from "./dns-trouble.ts";
import { citeQueries, hasLosses, namesOf } from "./dns-trouble.ts";
import { failedLookup } from "./failed-lookup.ts";
import type { Losses } from "./races.ts";
import { lossesOf } from "./races.ts";
import { slowLookup } from "./slow-lookup.ts";

/** Of all that was lost, the share that must fit a race for it to be the cause, and below which it isn't. */
const MOST = 0.9;
const HALF = 0.5;
/** Losses of the one shape from which on a counter that stands as high is no accident. */
const SEVERAL = 3;
/** Options by which a resolver does not send both queries from one socket at once over UDP. */
const REMEDIES = ["single-request-reopen", "single-request", "use-vc"];

/** Two packets of one socket that are translated at the same time: the second finds its place in the table taken, and is dropped. */
export const conntrackRace = defineCause<DnsTrouble>({
  id: "dns/conntrack-race",
  title: "A and AAAA queries race in connection tracking, and one is dropped",
  description:
    "glibc and musl send both queries of a lookup from one socket at the same moment. Each makes an entry in connection tracking when it is " +
    "translated to a backend of the DNS service; the one that is confirmed second is dropped, and the client waits for its timeout. " +
    "Kernels from 5.6 on resolve the clash.",
  explains: [slowLookup, failedLookup],
  // A refusal and an ICMP error say themselves what they are.
  concerns: ({ seen }) => seen !== undefined && hasLosses(seen),
  tests: [
    {
      statement:
        "exactly one of two queries that left one socket at the same moment was lost, and was answered when it was asked again",
      axis: "traffic",
      holds: "strong",
      fails: "decisive",
      ask: {
        text: "a capture in the client's network namespace of some slow lookups, with their repetitions",
        command: "nsenter -t PID -n tcpdump -i any -s 0 -w dns.pcap port 53",
      },
      answer: ({ host, seen }) => (seen ? answerLosses(host, seen) : cantTell()),
    },
    {
      statement: "connection tracking on the client's node failed to insert entries",
      axis: "counter",
      holds: "strong",
      fails: "strong",
      ask: {
        text: "the counter insert_failed of the client's node, before and after some slow lookups",
        command: "conntrack -S; sleep 60; conntrack -S",
      },
      answer: answerCounter,
    },
    kernelTest(CONNTRACK_CLASH, {
      statement: "the node's kernel drops the second of two such packets",
      fails: "strong",
      ask: { text: "the kernel of the client's node", command: "uname -r" },
    }),
    {
      statement: "what the client asks is translated on the node",
      axis: "config",
      holds: "weak",
      fails: "decisive",
      answer: ({ host, seen }) => (seen ? answerTranslated(host, seen) : cantTell()),
    },
    {
      statement: "the client's resolv.conf lets both queries leave one socket at once",
      axis: "config",
      holds: "weak",
      fails: "strong",
      ask: { text: "the client's resolv.conf", command: "cat /proc/PID/root/etc/resolv.conf" },
      answer: ({ host, seen }) => (seen ? answerOptions(host, seen) : cantTell()),
    },
  ],
  fixes: [CONNTRACK_CLASH],
  // A cache on each node is sooner had than a kernel.
  remedy: [...CONNTRACK_CLASH.workaround, CONNTRACK_CLASH.upgrade],
  references: [
    ...CONNTRACK_CLASH.references,
    "https://kubernetes.io/docs/tasks/administer-cluster/nodelocaldns/",
    "https://man7.org/linux/man-pages/man5/resolv.conf.5.html",
  ],
  summary({ seen, host }) {
    if (!seen) return "Connection tracking failed to insert entries.";
    const { races, others, lostAnswers } = lossesOf(seen);
    if (races.length === 0) return `Nothing that ${seen.client} lost has the shape of a race.`;
    const all = races.length + others.length + lostAnswers.length;
    const failed = host.conntrack("insert_failed");
    const counted = failed.known ? ` insert_failed stands at ${failed.value} on the node.` : "";
    const stayed = races.filter((race) => race.stayed).length;
    const inside =
      stayed > 0
        ? ` ${stayed} of them were never seen behind the translation, where the other query was.`
        : "";
    return (
      `${races.length} of ${count(all, "query", "queries")} that ${seen.client} lost ${races.length === 1 ? "was" : "were"} one of A and AAAA sent at once from one ` +
      `socket, the other one answered, and answered when asked again.${inside}${counted} Loss on the way, of which this may be an accident, looks the same from the pod.`
    );
  },
});

function answerLosses(host: HostEvidence, seen: DnsTrouble): Answer {
  const { capture } = seen;
  const { races, others, lostAnswers } = lossesOf(seen);
  const total = races.length + others.length + lostAnswers.length;
  if (total === 0) return cantTell("uncovered");
  const of = { n: races.length, total };
  const share = of.n / of.total;
  const lost = races.map((race) => race.lost);
  const shape = `${count(races.length, "query", "queries")} lost beside the other one of ${races.length === 1 ? "its" : "their"} lookup, sent at the same moment from the same socket, for ${namesOf(lost)}`;
  const fit = races.length > 0 ? [citeQueries({ capture }, lost, shape)] : [];
  if (share >= MOST) return holds(fit, { of, ...(isSupported(host, races) ? {} : { atMost: "weak" }) });
  if (share >= HALF)
    return holds([...fit, ...citeOthers(seen, { races, others, lostAnswers })], { of, atMost: "weak" });
  const against = citeOthers(seen, { races, others, lostAnswers });
  return fails(against, { of, ...(races.length > 0 && { atMost: "strong" }) });
}

/**
 * Whether more than the shape speaks for a race. A client that asks for pairs alone loses one of a pair on a lossy path, too:
 * then the node must show that one was lost in its translation, that its kernel loses them, or that it counted some.
 */
function isSupported(host: HostEvidence, races: Losses["races"]): boolean {
  const stayed = races.filter((race) => race.stayed).length;
  if (races.length > 1 && stayed * 2 > races.length) return true;
  const growth = host.conntrackGrowth("insert_failed");
  if (growth.known) return growth.value > 0;
  const failed = host.conntrack("insert_failed");
  if (failed.known && races.length >= SEVERAL && failed.value >= races.length) return true;
  // An older number of a vendor's may have the change; what is surely mended alone excludes it.
  return (
    races.length > 1 && host.kernel.known && hasDefect(CONNTRACK_CLASH, host.kernel.value.text) !== false
  );
}

/** What was lost otherwise, by reason. */
function citeOthers({ capture }: DnsTrouble, { others, lostAnswers }: Losses): Cite[] {
  const reasons = new Set(others.map(({ reason }) => reason));
  const cites = [...reasons].map((reason) => {
    const queries = others.filter((other) => other.reason === reason).map(({ query }) => query);
    return citeQueries(
      { capture },
      queries,
      `${count(queries.length, "query", "queries")} lost though ${reason}`,
    );
  });
  if (lostAnswers.length === 0) return cites;
  const text = `${count(lostAnswers.length, "query was", "queries were")} answered, and the answer lost on its way back: the query had passed`;
  return [...cites, citeQueries({ capture }, lostAnswers, text)];
}

function answerCounter({ host, seen }: About<DnsTrouble>): Answer {
  const growth = host.conntrackGrowth("insert_failed");
  // Others' entries fail as well: those of queries do where they are translated.
  const isTranslated = seen !== undefined && answerTranslated(host, seen).is === "holds";
  if (growth.known && growth.value > 0) return holds([growth.cite], isTranslated ? {} : { atMost: "weak" });
  const failed = host.conntrack("insert_failed");
  if (!failed.known) return cantTell(failed.why);
  if (failed.value === 0) {
    const resolved = host.conntrack("clash_resolve");
    return fails([failed.cite, ...(resolved.known && resolved.value > 0 ? [resolved.cite] : [])]);
  }
  // Others' failures count too, since the module was loaded: a total says something only where the traffic says the same.
  const { races = [], others = [], lostAnswers = [] } = seen ? lossesOf(seen) : {};
  const isTelling =
    races.length >= SEVERAL &&
    others.length + lostAnswers.length === 0 &&
    failed.value >= races.length &&
    isTranslated &&
    !growth.known;
  return holds([failed.cite], isTelling ? {} : { atMost: "weak" });
}

/** The link-local addresses of caches on the node, and of clouds' servers. */
const LINK_LOCAL = /^(?:169\.254\.|fe80:)/;
/** What a kubelet writes into the resolv.conf of a pod that asks the cluster's DNS service. */
const CLUSTER_SEARCH = /^(?:[^.]+\.)?svc\./;

function answerTranslated(host: HostEvidence, seen: DnsTrouble): Answer {
  const { server, exchanges, capture } = seen;
  const artifact = capture.artifact.path;
  if (LINK_LOCAL.test(server))
    return fails([{ artifact, text: `${server} is link-local: no service is translated on the way there` }]);
  const translated = exchanges.filter(({ original }) => original !== undefined && original.server === server);
  const moved = translated.filter((query) => query.server !== server);
  if (moved.length > 0) {
    const backends = firstOf([...new Set(moved.map((query) => query.server))], 3);
    return holds([
      citeQueries({ capture }, moved, `queries to ${server} are seen translated, to ${backends}`),
    ]);
  }
  const cites: Cite[] = resolvConfsOf(host, server).flatMap(({ model, artifact: from }) => {
    const { search } = model;
    const isCluster = search?.value.some((name) => CLUSTER_SEARCH.test(name)) === true;
    const text = `${search?.text}, and nameserver ${server}: the address of the cluster's DNS service`;
    return isCluster && search ? [{ artifact: from.path, text, where: { line: search.line } }] : [];
  });
  const { cluster } = host;
  const services = cluster.services.filter(({ clusterIPs }) => clusterIPs.includes(server));
  for (const { object, namespace, name } of services) {
    cites.push(cluster.cite(object, `${server} is the cluster IP of Service ${namespace}/${name}`));
  }
  return cites.length > 0 ? holds(cites) : cantTell();
}

function answerOptions(host: HostEvidence, { server }: DnsTrouble): Answer {
  const files = resolvConfsOf(host, server);
  const [first] = files;
  if (!first) return cantTell();
  const set = files.flatMap(({ model, artifact }) =>
    REMEDIES.flatMap((name) => {
      const option = model.options.get(name);
      return option ? [{ artifact: artifact.path, text: option.text, where: { line: option.line } }] : [];
    }),
  );
  if (set.length > 0) return fails(set);
  const text = `nameserver ${server}, and none of the options ${REMEDIES.join(", ")}`;
  return holds(files.map(({ artifact }) => ({ artifact: artifact.path, text })));
}

/** The resolv.conf files that name a server: those of its clients, whoever else they are. */
const resolvConfsOf = (host: HostEvidence, server: string): HostEvidence["resolvConfs"] =>
  host.resolvConfs.filter(({ model }) => model.nameservers.some(({ value }) => value === server));
