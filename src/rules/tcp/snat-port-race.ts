import { firstOf } from "../../bytes/index.ts";
import type { Cite } from "../../evidence/index.ts";
import { isRandomFully, translatesSource } from "../../node/index.ts";
import { Outcome, rowsOf } from "../../pcap/index.ts";
import type { About, Answer } from "../engine/index.ts";
import { cantTell, defineCause, fails, holds } from "../engine/index.ts";
import { PROXY_RANDOM_FULLY, remedyOf } from "../fixes/index.ts";
import { count } from "../words.ts";
import { citeSyns } from "./listener-loss.ts";
import { isListening } from "./of-listener.ts";
import { portPairs } from "./port-pairs.ts";
import type { ListenerLoss } from "./syn-unanswered.ts";
import { synUnanswered } from "./syn-unanswered.ts";
import { citeLostHere } from "./timestamp-split.ts";

/** One pair may have met by chance; two of some ten thousand ports do not. */
const FEWEST_PAIRS = 2;
const CITED_RULES = 4;
/** Tries of which one at the least is not in a race. */
const MANY_TRIES = 4;

/**
 * Connection tracking picks a translated port that no entry has, and enters it later, behind the last hook: two SYNs that are
 * on their way at once may pick the same, and the second to be entered is dropped.
 */
export const snatPortRace = defineCause<ListenerLoss>({
  id: "tcp/snat-port-race",
  title: "SYNs race for one translated port, and the second is dropped",
  description:
    "Source address translation picks a port that no tracked connection has, and enters the connection later. Two SYNs from one " +
    "source port of two pods to one destination within milliseconds pick the same; the second can't be entered and is dropped on the " +
    "node (insert_failed). Its retry gets another port and is answered.",
  explains: [synUnanswered],
  tests: [
    {
      statement: "lost SYNs share source port and destination with another address's SYN of the same moment",
      axis: "traffic",
      holds: "strong",
      fails: "decisive",
      ask: {
        text: "a capture on the clients' node that shows SYNs before and after translation; the server's doesn't",
        command: "tcpdump -i any -s 128 -w node.pcap 'tcp port PORT'",
      },
      answer: answerTraffic,
    },
    {
      statement: "connection tracking has failed to enter connections",
      axis: "counter",
      holds: "strong",
      fails: "strong",
      ask: {
        text: "insert_failed of the clients' node, twice with a minute between",
        command: "conntrack -S",
      },
      answer: answerCounter,
    },
    {
      statement: "the node translates source addresses without picking ports at random",
      axis: "config",
      holds: "weak",
      fails: "strong",
      ask: {
        text: "the rules of the clients' node that translate: MASQUERADE and SNAT, with or without --random-fully",
        command: "iptables-save -t nat",
      },
      answer: answerRules,
    },
  ],
  fixes: [PROXY_RANDOM_FULLY],
  remedy: remedyOf(PROXY_RANDOM_FULLY),
  references: [
    ...PROXY_RANDOM_FULLY.references,
    "iptables-extensions(8), MASQUERADE",
    "https://docs.kernel.org/networking/nf_conntrack-sysctl.html",
  ],
  summary(about) {
    const { seen, host } = about;
    const failed = host.conntrack("insert_failed");
    const state = failed.known ? ` Connection tracking has counted ${failed.cite.text}.` : "";
    if (!seen)
      return `Connections can't be entered into the node's connection tracking; no unanswered SYN was seen.${state}`;
    const pairs = portPairs(seen);
    if (pairs.length === 0)
      return `The capture shows no SYN that met another from its source port on the way to ${seen.listener.key}.${state}`;
    const { clientPort } = seen.capture.model.handshakes;
    const ports = [...new Set(pairs.flatMap(({ loser }) => clientPort[loser] ?? []))];
    return (
      `${pairs.length} of ${count(seen.lost.length, "SYN")} lost on the way to ${seen.listener.key} came within 5 ms of another ` +
      `address's SYN from the same source port (${firstOf(ports, 5)}), which was answered at once.${state}`
    );
  },
});

function answerTraffic(about: About<ListenerLoss>): Answer {
  const { seen } = about;
  if (!seen) return cantTell();
  const pairs = portPairs(seen);
  const total = seen.lost.length;
  const of = { n: pairs.length, total };
  if (pairs.length > 0 && pairs.length * 2 >= total) {
    const here = seen.lostHere.length > 0 ? [citeLostHere(seen)] : [];
    return holds([citePairs(seen), ...here], {
      of,
      ...(pairs.length < FEWEST_PAIRS ? { atMost: "weak" } : {}),
    });
  }
  const { outcome, synCount, linked, counted, client } = seen.capture.model.handshakes;
  // The retry of what lost a race is translated anew.
  const lastingly = seen.lost.filter(
    (row) => outcome[row] === Outcome.unanswered && (synCount[row] ?? 0) >= MANY_TRIES,
  );
  if (lastingly.length * 2 > total) {
    const text = `${lastingly.length} of ${total} lost SYNs were sent ${MANY_TRIES} times and more without an answer; a second try races with nobody`;
    return fails([citeSyns(seen, lastingly, text)], { of });
  }
  const hidden = new Set(seen.lostHere);
  const behind = seen.lost.filter(
    (row) => !hidden.has(row) && counted[row] === 1 && (linked[row] ?? -1) !== -1,
  );
  if (behind.length * 2 > total) {
    const text = `${behind.length} of ${total} lost SYNs left the capturing host, translated`;
    return fails([citeSyns(seen, behind, text)], { of });
  }
  const arrived = isListening(about);
  if ((seen.atListener || arrived) && seen.lostHere.length === 0) {
    // A node that takes SYNs for a Service may yet translate them.
    const text = `${total} of ${total} lost SYNs arrived at the listener's host`;
    return fails([citeSyns(seen, seen.lost, text)], { of, ...(arrived ? {} : { atMost: "strong" }) });
  }
  // A capture of one address, as in a pod, doesn't show whom its SYNs met.
  const { key } = seen.listener;
  const sources = new Set(rowsOf(seen.capture.model.handshakes, key).map((row) => client[row]));
  if (sources.size < 2) return cantTell("uncovered");
  const text = `${pairs.length} of ${total} lost SYNs met another from their source port`;
  return fails([citeSyns(seen, seen.lost, text)], { of, atMost: "strong" });
}

function citePairs(seen: ListenerLoss): Cite {
  const { handshakes } = seen.capture.model;
  const pairs = portPairs(seen);
  const [first] = pairs;
  const example = first
    ? `, as ${handshakes.address(handshakes.client[first.loser] ?? 0)}'s and ${handshakes.address(handshakes.client[first.winner] ?? 0)}'s from port ${handshakes.clientPort[first.loser]}`
    : "";
  const text = `${pairs.length} of ${seen.lost.length} lost SYNs came within 5 ms of another address's from the same port${example}`;
  const rows = pairs.flatMap(({ loser, winner }) => [loser, winner]);
  return citeSyns(seen, rows, text);
}

/** The counter is of the capture's host: that of the translation only where the capture shows SYNs before it. */
function answerCounter({ host, seen }: About<ListenerLoss>): Answer {
  const growth = host.conntrackGrowth("insert_failed");
  const grew = growth.known && growth.value > 0;
  if (!seen) return grew ? holds([growth.cite], { atMost: "weak" }) : cantTell("uncovered");
  const traffic = answerTraffic({ host, seen });
  const isShown = traffic.is === "holds" && traffic.atMost === undefined;
  const translatesHere = traffic.is === "holds" || seen.lostHere.length > 0 || seen.atClient;
  if (!translatesHere) return cantTell("uncovered");
  if (grew) return holds([growth.cite], isShown ? {} : { atMost: "weak" });
  const total = host.conntrack("insert_failed");
  if (!total.known) return cantTell(total.why);
  if (total.value === 0) return fails([total.cite]);
  if (growth.known) return fails([growth.cite], { atMost: "weak" });
  return holds([total.cite], isShown && total.value >= portPairs(seen).length ? {} : { atMost: "weak" });
}

function answerRules({ host, seen }: About<ListenerLoss>): Answer {
  if (!seen) return cantTell();
  const dumps = host.iptables.filter(({ model }) => model.family !== 6);
  const rules = dumps.flatMap(({ model, artifact }) =>
    model.rules.filter(translatesSource).map((rule) => ({ rule, artifact })),
  );
  const cite = ({ rule, artifact }: (typeof rules)[number]): Cite => ({
    artifact: artifact.path,
    text: rule.text,
    where: { line: rule.line },
  });
  const plain = rules.filter(({ rule }) => !isRandomFully(rule));
  if (plain.length > 0) return holds(plain.slice(0, CITED_RULES).map(cite));
  const isWhole = dumps.some(({ model }) => model.wholeTables.has("nat"));
  const translatesHere = seen.lostHere.length > 0 || portPairs(seen).length > 0;
  if (rules.length > 0 && isWhole && translatesHere) return fails(rules.slice(0, CITED_RULES).map(cite));
  return cantTell(dumps.length > 0 ? "uncovered" : "absent");
}
