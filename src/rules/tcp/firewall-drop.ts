import type { Cite, HostEvidence } from "../../evidence/index.ts";
import type { IptablesRule } from "../../node/index.ts";
import type { About, Answer } from "../engine/index.ts";
import { cantTell, defineCause, fails, holds } from "../engine/index.ts";
import { memo, firstOf } from "../../bytes/index.ts";
import { count } from "../words.ts";
import { dropsSyn } from "./drop-rules.ts";
import { citeSyns } from "./listener-loss.ts";
import { isFull, listenerSockets } from "./queue-state.ts";
import { sourceSplit } from "./source-split.ts";
import type { ListenerLoss } from "./syn-unanswered.ts";
import { synUnanswered } from "./syn-unanswered.ts";

/** Tries that must have been silent: fewer may have been lost on the way. */
const FEWEST_TRIES = 6;
const CITED = 4;

/** A rule on the way drops SYNs to a port in silence, while the host is well and other ports answer. */
export const firewallDrop = defineCause<ListenerLoss>({
  id: "tcp/firewall-drop",
  title: "a firewall drops the SYNs",
  description:
    "A packet filter on the way (iptables, nftables, a NetworkPolicy, a cloud's security group) drops SYNs to the port in " +
    "silence. In a capture they are never answered, try after try, while other ports of the same address answer the same clients.",
  explains: [synUnanswered],
  tests: [
    {
      statement: "the port never answers these clients, while other ports of the same address do",
      axis: "traffic",
      holds: "strong",
      fails: "strong",
      ask: {
        text: "a capture with the clients' traffic to other ports of the listener's address, with both directions",
        command: "tcpdump -i any -s 128 -w host.pcap 'tcp and host LISTENER'",
      },
      answer: answerTraffic,
    },
    {
      statement: "a rule of the host drops such SYNs",
      axis: "config",
      holds: "strong",
      ask: {
        text: "the rules with their counters, of the client's and the listener's node",
        command: "iptables-save -c",
      },
      answer: answerRules,
    },
  ],
  remedy: [
    "Find the rule that drops, by its counter, and allow these clients; or reject, so that clients learn of it at once.",
  ],
  references: [
    "iptables-extensions(8), REJECT",
    "https://kubernetes.io/docs/concepts/services-networking/network-policies/",
  ],
  summary(about) {
    const { seen } = about;
    if (!seen) return "A firewall drops SYNs; none unanswered was seen.";
    const rules = rulesOf(about);
    const [rule] = rules;
    const said = rule ? ` A rule of the host drops them: ${rule.text}.` : "";
    const { silenced, othersAnswered } = sourceSplit(seen);
    const ports = [...new Set(silenced.flatMap(({ answeredOn }) => answeredOn))];
    const names = silenced.map(({ address }) => address);
    if (ports.length === 0)
      return `Nothing shows that other ports answer the clients whose SYNs to ${seen.listener.key} are lost.${said}`;
    return (
      `${seen.listener.key} never answers ${firstOf(names, CITED)}, whom ${seen.listener.address} answers on port ${firstOf(ports, CITED)}` +
      `${othersAnswered > 0 ? `; it answers others (${count(othersAnswered, "attempt")})` : ""}.${said}`
    );
  },
});

function answerTraffic(about: About<ListenerLoss>): Answer {
  const { seen } = about;
  if (!seen) return cantTell();
  const { silenced } = sourceSplit(seen);
  const filtered = silenced.filter(({ answeredOn }) => answeredOn.length > 0);
  const rows = filtered.flatMap((source) => source.rows);
  const total = seen.lost.length;
  const of = { n: rows.length, total };
  const silent = silenced.reduce((sum, source) => sum + source.rows.length, 0);
  if (silent * 2 < total) {
    const text = `${total - silent} of ${total} lost SYNs are of addresses that this port answered, too`;
    return fails([citeSyns(seen, seen.lost, text)], { of });
  }
  if (rows.length * 2 < total) return cantTell("uncovered");
  const { synCount } = seen.capture.model.handshakes;
  const tries = rows.reduce((sum, row) => sum + (synCount[row] ?? 0), 0);
  const ports = [...new Set(filtered.flatMap(({ answeredOn }) => answeredOn))].sort((a, b) => a - b);
  const text =
    `${count(tries, "SYN")} of ${count(rows.length, "attempt")} to ${seen.listener.key} got no answer; ${seen.listener.address} answered the same ` +
    `${filtered.length === 1 ? "client" : "clients"} on port ${firstOf(ports, CITED)}`;
  // A full accept queue is as silent.
  const isTelling = tries >= FEWEST_TRIES && !listenerSockets(about).some(isFull);
  return holds([citeSyns(seen, rows, text)], { of, ...(isTelling ? {} : { atMost: "weak" }) });
}

type LocatedRule = IptablesRule & { readonly cite: Cite };

/** Rules that drop SYNs of the clients that never got an answer. */
function rulesOf({ host, seen }: About<ListenerLoss>): LocatedRule[] {
  if (!seen) return [];
  const { silenced } = sourceSplit(seen);
  const { address, port } = seen.listener;
  return dropRules(host).filter((rule) =>
    silenced.some((source) => dropsSyn(rule, { source: source.address, address, port })),
  );
}

/** All rules of a host that drop something: they are asked about each listener. */
const dropRules = memo((host: HostEvidence): readonly LocatedRule[] =>
  host.iptables.flatMap(({ model, artifact }) =>
    model.rules
      .filter(({ target }) => target === "DROP")
      .map((rule) => ({
        ...rule,
        cite: { artifact: artifact.path, text: rule.text, where: { line: rule.line } },
      })),
  ),
);

function answerRules(about: About<ListenerLoss>): Answer {
  const { seen, host } = about;
  if (!seen) return cantTell();
  const rules = rulesOf(about);
  if (rules.length === 0) return cantTell(host.iptables.length > 0 ? "uncovered" : "absent");
  const met = rules.filter(({ packets }) => packets !== undefined && packets > 0);
  const never = rules.filter(({ packets }) => packets === 0);
  if (never.length === rules.length) return cantTell("uncovered");
  const best = met.length > 0 ? met : rules;
  return holds(best.slice(0, CITED).map(({ cite }) => cite));
}
