import { firstOf } from "../../bytes/index.ts";
import type { About, Answer } from "../engine/index.ts";
import { cantTell, defineCause, fails, holds } from "../engine/index.ts";
import { count } from "../words.ts";
import { citeSyns } from "./listener-loss.ts";
import { answerLogged } from "./logged-drops.ts";
import { isAddressed, numberOf, ofListener } from "./of-listener.ts";
import { citeSilenced, silencedRows, sourceSplit } from "./source-split.ts";
import type { ListenerLoss } from "./syn-unanswered.ts";
import { synUnanswered } from "./syn-unanswered.ts";

const COUNTER = "IPReversePathFilter";
const KEYS = /^net\.ipv4\.conf\..+\.rp_filter$/;
/** A total of so many times what was lost is of other losses, too. */
const ABOUT = 3;
const CITED = 4;

/** The kernel drops packets from addresses to which it would not send through the interface that they came in by. */
export const reversePathFilter = defineCause<ListenerLoss>({
  id: "tcp/reverse-path-filter",
  title: "the reverse path filter drops SYNs of some source addresses",
  description:
    "With net.ipv4.conf.*.rp_filter on, the listener's kernel drops packets whose source address it would not answer through the " +
    "interface that they came in by (or, loosely, not at all). In a capture certain addresses are never answered on any port, " +
    "while others are; IPReversePathFilter counts.",
  explains: [synUnanswered],
  tests: [
    {
      statement: "the lost SYNs are of addresses that nothing answered, while others were answered",
      axis: "traffic",
      holds: "strong",
      fails: "decisive",
      ask: {
        text: "a capture on the listener's node, with other clients in it",
        command: "tcpdump -i any -s 128 -w syn.pcap tcp",
      },
      answer: answerTraffic,
    },
    {
      statement: "the kernel has counted packets that the reverse path filter dropped",
      axis: "counter",
      holds: "strong",
      fails: "decisive",
      ask: {
        text: "the counter IPReversePathFilter of the listener's network namespace",
        command: "nstat -az TcpExtIPReversePathFilter",
      },
      answer: answerCounter,
    },
    {
      statement: "the kernel logged packets from these addresses as martian",
      axis: "time",
      holds: "strong",
      answer(about) {
        const { seen } = about;
        const silenced = new Set(seen ? sourceSplit(seen).silenced.map(({ address }) => address) : []);
        return answerLogged(
          about,
          "martian-source",
          ({ details: { source = "" } }) =>
            // What comes from the node's own address is martian without any filter.
            silenced.has(source) && about.host.localAddress(source).length === 0,
        );
      },
    },
    {
      statement: "the filter is on at the listener's node",
      axis: "config",
      holds: "weak",
      fails: "decisive",
      ask: {
        text: "the filter's setting of all interfaces; 1 is strict, 2 loose",
        command: "sysctl -a --pattern 'net.ipv4.conf.*.rp_filter'",
      },
      answer: answerSetting,
    },
  ],
  remedy: [
    "Give the listener's node a route back to these addresses through the interface that they come in by (ip route get ADDRESS).",
    "Where ways there and back differ by design, filter loosely: net.ipv4.conf.INTERFACE.rp_filter=2; the larger of it and conf.all's holds.",
  ],
  references: ["https://docs.kernel.org/networking/ip-sysctl.html", "RFC 3704, section 2"],
  summary({ seen, host }) {
    const counter = host.counter(COUNTER);
    const counted =
      counter.known && seen?.atClient !== true
        ? ` The node has counted ${counter.value} packets (${COUNTER}).`
        : "";
    if (!seen)
      return `The reverse path filter drops packets on this node; no unanswered SYN was seen.${counted}`;
    const { silenced, othersAnswered } = sourceSplit(seen);
    const names = silenced.map(({ address }) => address);
    if (names.length === 0)
      return `All addresses that lost SYNs to ${seen.listener.key} were answered, too.${counted}`;
    return (
      `${count(silencedRows(seen).length, "attempt")} of ${firstOf(names, CITED)} to reach ${seen.listener.key} got no answer at all; ` +
      `${othersAnswered} of others were answered at once.${counted}`
    );
  },
});

/** Loss by source is what several causes look like: it counts in full beside the counter of this one. */
function answerTraffic(about: About<ListenerLoss>): Answer {
  const { seen, host } = about;
  if (!seen) return cantTell();
  const { silenced, othersLost, othersAnswered } = sourceSplit(seen);
  const rows = silencedRows(seen);
  const of = { n: rows.length, total: seen.lost.length };
  if (silenced.length === 0 || rows.length * 2 < seen.lost.length) {
    const text = `${othersLost} of ${seen.lost.length} lost SYNs are of addresses that this listener answered, too`;
    return fails([citeSyns(seen, seen.lost, text)], { of });
  }
  const reached = silenced.filter(({ answeredOn }) => answeredOn.length > 0);
  if (reached.length === silenced.length) {
    const names = reached.slice(0, CITED).map(({ address }) => address);
    const text = `${names.join(", ")} got answers from ${seen.listener.address} on other ports`;
    return fails([citeSyns(seen, rows, text)], { of });
  }
  if (othersAnswered === 0) return cantTell("uncovered");
  const counter = host.counter(COUNTER);
  const isCounted = !seen.atClient && counter.known && counter.value > 0;
  return holds([citeSilenced(seen)], { of, ...(isCounted ? {} : { atMost: "weak" }) });
}

function answerCounter(about: About<ListenerLoss>): Answer {
  const { host, seen } = about;
  if (seen?.atClient === true) return cantTell("uncovered");
  const growth = host.counterGrowth(COUNTER);
  if (growth.known && growth.value > 0) return holds([growth.cite], seen ? {} : { atMost: "weak" });
  if (!seen) return cantTell("uncovered");
  return ofListener(about, host.counter(COUNTER), (value, cites) => {
    if (value === 0) return fails(cites, isAddressed(about) ? {} : { atMost: "strong" });
    // A total since boot: nodes that filter count some all day. Where it is about as many as were lost here, it is of this loss.
    const { synCount } = seen.capture.model.handshakes;
    const tries = silencedRows(seen).reduce((sum, row) => sum + (synCount[row] ?? 0), 0);
    const isOfThese = value >= tries && value <= tries * ABOUT;
    return holds(cites, isOfThese && answerTraffic(about).is === "holds" ? {} : { atMost: "weak" });
  });
}

/** Of an interface the larger of its own setting and that of `all` holds. */
function answerSetting(about: About<ListenerLoss>): Answer {
  const { host, seen } = about;
  if (!seen) return cantTell();
  if (seen.atClient) return cantTell("uncovered");
  const settings = host.sysctlKeys(KEYS).map((key) => ({ key, reading: numberOf(host.sysctl(key)) }));
  const on = settings.flatMap(({ key, reading }) =>
    reading.known && reading.value > 0 && !key.includes(".default.") ? [reading.cite] : [],
  );
  if (on.length > 0) return holds(on.slice(0, CITED));
  const all = settings.find(({ key }) => key.includes(".all."))?.reading;
  if (!all?.known) return cantTell(all?.why ?? "absent");
  const interfaces = settings.filter(({ key }) => !/\.(?:all|default|lo)\./.test(key));
  if (interfaces.length === 0 || interfaces.some(({ reading }) => !reading.known))
    return cantTell("uncovered");
  return fails([all.cite], isAddressed(about) ? {} : { atMost: "strong" });
}
