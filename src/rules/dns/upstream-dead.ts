import type { Cite, HostEvidence } from "../../evidence/index.ts";
import type { About, Answer, Share } from "../engine/index.ts";
import { cantTell, defineCause, fails, holds } from "../engine/index.ts";
import { count, percent } from "../words.ts";
import { configuredAt } from "./configured-at.ts";
import type { DnsTrouble } from "./dns-trouble.ts";
import { citeQueries, clientOf } from "./dns-trouble.ts";
import { failedLookup } from "./failed-lookup.ts";
import type { ServerRecord } from "./server-records.ts";
import { isDead, serverRecords } from "./server-records.ts";
import type { ServerTrouble } from "./silent-server.ts";
import { serverSubject, silentServer } from "./silent-server.ts";
import { slowLookup } from "./slow-lookup.ts";
import { upstreamErrors } from "./upstream-errors.ts";
import { MANY_FAILURES, upstreamFailures } from "./upstream-failures.ts";

/** A forwarder that asks further does so within this time. */
const FORWARDED = 6;
/** An answer that takes longer is late: something behind the server may be slow. */
const LATE = 1;

type Trouble = DnsTrouble | ServerTrouble;

/** A server that nobody is answered by, in a resolver's list: each lookup that comes to it waits in vain. */
export const upstreamDead = defineCause<Trouble>({
  id: "dns/upstream-dead",
  title: "a DNS server that is asked never answers",
  description:
    "One server of those that a resolver or a forwarder asks answers nobody, while others do: a machine that is gone, or an address that " +
    "nobody meant to use. Each lookup that comes to it waits for a timeout. Where its address is configured is told.",
  explains: [silentServer, slowLookup, failedLookup, upstreamErrors],
  concerns: ({ seen }) => seen !== undefined,
  // Each lookup that fails by it is a symptom, and the server is one cause.
  culprit(about) {
    const server = deadServer(about);
    return server !== undefined && recordsOf(about.host, server).some(isDead)
      ? serverSubject(server)
      : undefined;
  },
  tests: [
    {
      statement:
        "the server that was asked, or one that it forwards to, never answers anybody while others do",
      axis: "traffic",
      holds: "strong",
      fails: "decisive",
      ask: {
        text: "a capture on the node of the forwarder, of all its servers, for some minutes",
        command: "tcpdump -i any -s 0 -w dns.pcap port 53",
      },
      answer: answerTraffic,
    },
    {
      statement: "CoreDNS logs that the server does not answer",
      axis: "state",
      holds: "strong",
      ask: {
        text: "the log of CoreDNS",
        command: "kubectl -n kube-system logs -l k8s-app=kube-dns --timestamps --tail=-1",
      },
      answer({ host, seen }) {
        const server = deadServer({ host, seen });
        const failures = upstreamFailures(host).find(({ address }) => address === server);
        if (!failures) return cantTell(host.corednsLogs.length === 0 ? "absent" : "uncovered");
        // One line is enough where a capture shows the same.
        const isTelling =
          failures.ordinary >= MANY_FAILURES || recordsOf(host, failures.address).some(isDead);
        return holds(failures.cites, { of: failures.of, ...(!isTelling && { atMost: "weak" }) });
      },
    },
    {
      statement: "a resolver is configured to ask the server",
      axis: "config",
      holds: "weak",
      ask: {
        text: "where the server's address comes from",
        command:
          "grep -r nameserver /etc/resolv.conf /etc/resolvconf/resolv.conf.d /run/systemd/resolve/resolv.conf",
      },
      answer({ host, seen }) {
        const server = deadServer({ host, seen });
        if (server === undefined) return cantTell("uncovered");
        const cites = configuredAt(host, server);
        return cites.length === 0 ? cantTell() : holds(cites);
      },
    },
  ],
  remedy: [
    "Take the server out of where it is configured, or bring it back: the resolv.conf that the kubelet hands to pods with dnsPolicy Default, or the Corefile's forward line.",
    "Where resolvconf(8) makes resolv.conf, take it out of /etc/resolvconf/resolv.conf.d/base and run resolvconf -u; then restart the CoreDNS pods, which keep the file of their start.",
  ],
  references: [
    "https://coredns.io/plugins/forward/",
    "https://kubernetes.io/docs/concepts/services-networking/dns-pod-service/#pod-s-dns-policy",
    "https://manpages.debian.org/bookworm/resolvconf/resolvconf.8.en.html",
  ],
  summary(about) {
    const server = deadServer(about) ?? about.seen?.server ?? "the server";
    const record = recordsOf(about.host, server).find(isDead);
    const asked = record
      ? ` None of ${count(record.asked.length, "query", "queries")} to it was answered, ${shareText(about.host, record)}.`
      : "";
    const failures = upstreamFailures(about.host).find(({ address }) => address === server);
    const logged = failures ? ` CoreDNS logged ${count(failures.count, "failure")} at it.` : "";
    const places = [...new Set(configuredAt(about.host, server).map(({ artifact }) => artifact))];
    const from = places.length > 0 ? ` Its address is configured in ${places.join(", ")}.` : "";
    if (!record && !failures) return `${answersText(about.host, server)}${from}`;
    return `${server} does not answer.${asked}${logged}${from}`;
  },
});

/** What was seen of a server that is not dead itself: what stands behind it may be. */
function answersText(host: HostEvidence, server: string): string {
  const records = recordsOf(host, server);
  const total = records.reduce((sum, { asked }) => sum + asked.length, 0);
  const answered = records.reduce((sum, record) => sum + record.answered, 0);
  if (answered === 0) return `Whether ${server} answers anybody was not captured.`;
  return `${server} answered ${answered} of ${count(total, "query", "queries")}; whether a server behind it answers was not captured.`;
}

function shareText(host: HostEvidence, record: ServerRecord): string {
  const all = serverRecords(host).filter(({ capture }) => capture === record.capture);
  const askedBySame = all.filter(({ clients }) => [...clients].some((client) => record.clients.has(client)));
  const total = askedBySame.reduce((sum, { asked }) => sum + asked.length, 0);
  return `which are ${percent(record.asked.length, total)} of those that its clients sent`;
}

const recordsOf = (host: HostEvidence, server: string): ServerRecord[] =>
  serverRecords(host).filter((record) => record.server === server);

/** The server that the trouble may come from: the one that was asked, or a dead one that it forwards to. */
function deadServer({ host, seen }: About<Trouble>): string | undefined {
  if (!seen) return serverRecords(host).find(isDead)?.server ?? upstreamFailures(host)[0]?.address;
  if (!("troubled" in seen)) return seen.server;
  const [forwarded] = forwardedTo(host, seen);
  return forwarded?.server ?? seen.server;
}

/** Dead servers that were asked the same at once, by someone else than the client: its server passed the question on. */
function forwardedTo(
  host: HostEvidence,
  seen: DnsTrouble,
): { server: string; record: ServerRecord; of: Share }[] {
  return serverRecords(host)
    .filter((record) => record.capture === seen.capture && record.server !== seen.server && isDead(record))
    .flatMap((record) => {
      const passed = seen.troubled.filter((query) =>
        record.asked.some(
          (other) =>
            other.name === query.name &&
            other.type === query.type &&
            clientOf(other) !== seen.client &&
            other.time >= query.time &&
            other.time - query.time <= FORWARDED,
        ),
      );
      const of = { n: passed.length, total: seen.troubled.length };
      return of.n * 2 >= of.total ? [{ server: record.server, record, of }] : [];
    });
}

function answerTraffic({ host, seen }: About<Trouble>): Answer {
  const server = deadServer({ host, seen });
  if (server === undefined) return cantTell("absent");
  const records = recordsOf(host, server);
  const dead = records.filter(isDead);
  if (dead.length > 0 && dead.length === records.filter(({ asked }) => asked.length > 1).length) {
    const of = seen && "troubled" in seen ? forwardedTo(host, seen)[0]?.of : undefined;
    const cites = dead.map((record) => citeSilence(record));
    // A server may only be slower than the capture is long; that CoreDNS gave it up says that it is not.
    const isCertain =
      dead.some(({ waited }) => waited >= MANY_FAILURES) ||
      upstreamFailures(host).some(({ address, ordinary }) => address === server && ordinary >= MANY_FAILURES);
    return holds(cites, { ...(of && { of }), ...(!isCertain && { atMost: "weak" }) });
  }
  const alive = records.filter(({ answered }) => answered > 0);
  if (alive.length === 0) return cantTell(host.captures.length === 0 ? "absent" : "uncovered");
  // It may have died while the capture ran.
  if (alive.some(({ silentAtEnd }) => silentAtEnd >= MANY_FAILURES)) return cantTell("uncovered");
  // Late answers and failures come from a server behind this one, which was not captured.
  const isForwarded = alive.some(({ asked }) =>
    asked.some(({ answer, time }) => answer && (answer.time - time > LATE || answer.code === "SERVFAIL")),
  );
  if (isForwarded) return cantTell("uncovered");
  const [first] = alive;
  return first ? fails(alive.map(citeAnswers)) : cantTell("uncovered");
}

function citeSilence({ asked, silent, outpaced, capture, server }: ServerRecord): Cite {
  const waited =
    silent.length > 0
      ? `${silent.length} of them for a second or more`
      : `${outpaced.length} of them for ten times as long as another server took`;
  return citeQueries(
    { capture },
    asked,
    `${server} answered none of ${count(asked.length, "query", "queries")}, ${waited}, while other servers answered the same client`,
  );
}

const citeAnswers = ({ asked, answered, capture, server }: ServerRecord): Cite =>
  citeQueries(
    { capture },
    asked.filter(({ answer }) => answer !== undefined),
    `${server} answered ${answered} of ${count(asked.length, "query", "queries")}, each within a second`,
  );
