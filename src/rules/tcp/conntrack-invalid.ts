import type { HostEvidence } from "../../evidence/index.ts";
import type { IptablesRule } from "../../node/index.ts";
import type { About, Answer } from "../engine/index.ts";
import { cantTell, defineCause, fails, holds } from "../engine/index.ts";
import { PROXY_INVALID, remedyOf } from "../fixes/index.ts";
import { count } from "../words.ts";
import { numberOf } from "./of-listener.ts";
import type { StrayTraffic } from "./stray-segment.ts";
import { straySegment } from "./stray-segment.ts";

const LIBERAL = "net.netfilter.nf_conntrack_tcp_be_liberal";
/** No timeout of connection tracking for an established connection is shorter by default: a younger one isn't forgotten. */
const YOUNG = 120;
const CITED = 4;
const INVALID = / --(?:ct)?state (?:\S+,)?INVALID(?:,\S+)? /;

/** A segment that connection tracking takes for no part of its connection isn't translated, and passes as it is. */
export const conntrackInvalid = defineCause<StrayTraffic>({
  id: "tcp/conntrack-invalid",
  title: "connection tracking takes segments for invalid, and they pass untranslated",
  description:
    "A segment outside of the window that connection tracking has followed is INVALID: it is not translated, and without a rule that drops it, it comes to the client from the server's own address. " +
    "The client resets it, and the server, which knows the connection, ends it.",
  explains: [straySegment],
  // Every busy node counts some invalid packets.
  concerns: ({ seen }) => seen !== undefined,
  tests: [
    {
      statement: "the connections were young, so that nothing had forgotten them",
      axis: "traffic",
      holds: "strong",
      ask: {
        text: "a capture on the client's node that begins before such a connection",
        command: "tcpdump -i any -s 128 -w node.pcap 'tcp port PORT'",
      },
      answer({ seen }) {
        if (!seen) return cantTell();
        const young = seen.strays.filter(({ age }) => age !== undefined && age < YOUNG);
        const of = { n: young.length, total: seen.strays.length };
        if (young.length * 2 < of.total || young.length === 0) return cantTell("uncovered");
        const text = `${young.length} of ${count(of.total, "connection")} had begun less than ${YOUNG} s before, through the same translation`;
        const frames = young.slice(0, 8).map(({ frame }) => frame);
        return holds([{ artifact: seen.capture.artifact.path, text, where: { frames } }], { of });
      },
    },
    {
      statement: "connection tracking has counted invalid packets meanwhile",
      axis: "counter",
      holds: "strong",
      fails: "strong",
      ask: {
        text: "the counter invalid of the client's node, before and after such a reset",
        command: "conntrack -S; sleep 60; conntrack -S",
      },
      answer: answerCounter,
    },
    {
      statement: "the node is strict about windows and lets invalid packets pass",
      axis: "config",
      holds: "strong",
      fails: "strong",
      ask: {
        text: "the setting, and the rules of the client's node",
        command: "sysctl net.netfilter.nf_conntrack_tcp_be_liberal; iptables-save",
      },
      answer: answerSetting,
    },
  ],
  fixes: [PROXY_INVALID],
  remedy: remedyOf(PROXY_INVALID),
  references: [
    ...PROXY_INVALID.references,
    "https://github.com/kubernetes/kubernetes/issues/117924",
    "https://kubernetes.io/blog/2019/03/29/kube-proxy-subtleties-debugging-an-intermittent-connection-reset/",
    "https://docs.kernel.org/networking/nf_conntrack-sysctl.html",
  ],
  summary({ seen, host }) {
    if (!seen) return "Connection tracking takes packets for invalid; no client was seen to reset one.";
    const growth = host.conntrackGrowth("invalid");
    const counted = growth.known ? ` ${growth.cite.text}.` : "";
    return `${count(seen.strays.length, "segment")} of connections to ${seen.listener} came to the client untranslated, and it reset them; the server ends such a connection.${counted}`;
  },
});

function answerCounter({ host, seen }: About<StrayTraffic>): Answer {
  const growth = host.conntrackGrowth("invalid");
  if (!seen) return cantTell();
  // The last packets of closed connections are counted all day, too.
  if (growth.known && growth.value > 0)
    return holds([growth.cite], growth.value >= seen.strays.length ? {} : { atMost: "weak" });
  const total = host.conntrack("invalid");
  if (!total.known) return cantTell(total.why);
  return total.value === 0 ? fails([total.cite]) : holds([total.cite], { atMost: "weak" });
}

function answerSetting({ host, seen }: About<StrayTraffic>): Answer {
  if (!seen) return cantTell();
  const liberal = numberOf(host.sysctl(LIBERAL));
  if (liberal.known && liberal.value !== 0) return fails([liberal.cite]);
  const dropping = invalidDrops(host);
  const [first] = dropping;
  if (first) return fails(dropping.slice(0, CITED));
  const dumps = host.iptables.filter(({ model }) => model.family !== 6 && model.wholeTables.has("filter"));
  if (dumps.length === 0) return cantTell(host.iptables.length > 0 ? "uncovered" : "absent");
  const cites = dumps.slice(0, CITED).map(({ artifact }) => ({
    artifact: artifact.path,
    text: "no rule of the filter table drops packets in state INVALID",
  }));
  return holds([...cites, ...(liberal.known ? [liberal.cite] : [])], liberal.known ? {} : { atMost: "weak" });
}

/** Rules that keep invalid packets from going on to a client behind the host. */
const invalidDrops = (host: HostEvidence) =>
  host.iptables.flatMap(({ model, artifact }) =>
    model.family === 6
      ? []
      : model.rules
          .filter(dropsInvalid)
          .map(({ text, line }) => ({ artifact: artifact.path, text, where: { line } })),
  );

const dropsInvalid = ({ table, chain, target, text }: IptablesRule): boolean =>
  target === "DROP" && table !== "nat" && chain !== "INPUT" && chain !== "OUTPUT" && INVALID.test(`${text} `);
