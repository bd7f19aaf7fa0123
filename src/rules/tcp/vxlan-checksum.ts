import type { Cite, HostEvidence } from "../../evidence/index.ts";
import { Outcome, Seen } from "../../pcap/index.ts";
import type { About, Answer } from "../engine/index.ts";
import { cantTell, defineCause, fails, holds } from "../engine/index.ts";
import { answerByKernel, remedyOf, VXLAN_CHECKSUM } from "../fixes/index.ts";
import { count } from "../words.ts";
import { citeSyns } from "./listener-loss.ts";
import type { ListenerLoss } from "./syn-unanswered.ts";
import { synUnanswered } from "./syn-unanswered.ts";

const COUNTER = "UdpInCsumErrors";
/** Interfaces of overlays, as their makers name them, and the feature that leaves the checksum to the card. */
const OVERLAY = /^(?:flannel|vxlan|vxlan-v6|cilium_vxlan|vxlan_sys)[\w.-]*$/;
const OFFLOAD = "tx-checksum-ip-generic";
/** Tries of a SYN that nothing helps, and after how many seconds one is answered at last: some 63 in the incidents. */
const MANY_TRIES = 5;
const LONG = 15;
const FEWEST = 2;
const CITED = 4;

/** A kernel leaves the outer checksum of translated packets in VXLAN to a card, which gets it wrong; the other node drops them. */
export const vxlanChecksum = defineCause<ListenerLoss>({
  id: "tcp/vxlan-checksum",
  title: "packets in VXLAN have wrong checksums, and the other node drops them",
  description:
    "Kernels before 5.7, and some cards since, send packets that were translated (masqueraded with --random-fully) in VXLAN with a wrong outer UDP checksum. The node that gets them drops them and counts InCsumErrors; " +
    "connections from nodes to Services come about after 63 seconds, or never, those of pods at once.",
  explains: [synUnanswered],
  concerns: ({ host, seen }) => seen !== undefined && (csumGrowth(host) > 0 || offloaded(host).on.length > 0),
  tests: [
    {
      statement: "the lost SYNs are sent again and again inside of VXLAN, and nothing helps for a long time",
      axis: "traffic",
      holds: "strong",
      fails: "strong",
      ask: {
        text: "a capture of a minute and more on the listener's node, outside of the overlay",
        command: "tcpdump -i eth0 -s 256 -w outer.pcap 'udp port 4789 or udp port 8472'",
      },
      answer: ({ seen }) => (seen ? answerTraffic(seen) : cantTell()),
    },
    {
      statement: "the node that gets the packets has dropped as many for their checksum meanwhile",
      axis: "counter",
      holds: "strong",
      fails: "strong",
      ask: {
        text: "UdpInCsumErrors of the listener's node, before and after",
        command: "nstat -az UdpInCsumErrors; sleep 60; nstat -az UdpInCsumErrors",
      },
      answer: answerCounter,
    },
    {
      statement: "the overlay's interface leaves checksums to the card",
      axis: "config",
      holds: "weak",
      fails: "strong",
      ask: {
        text: "the features of the overlay's interface on the clients' node",
        command: "ethtool -k flannel.1",
      },
      answer: answerFeatures,
    },
    {
      statement: "the kernel is of those that get it wrong",
      axis: "version",
      holds: "weak",
      // Cards and vendors' kernels have had it since.
      fails: "weak",
      ask: { text: "the kernel of the clients' node", command: "uname -r" },
      answer({ host, seen }) {
        // The node that sends gets it wrong, not the one that counts.
        if (!seen || seen.atListener) return cantTell("uncovered");
        return answerByKernel(VXLAN_CHECKSUM, host.kernel);
      },
    },
  ],
  fixes: [VXLAN_CHECKSUM],
  remedy: remedyOf(VXLAN_CHECKSUM).toReversed(),
  references: [
    ...VXLAN_CHECKSUM.references,
    "https://github.com/flannel-io/flannel/pull/1282",
    "https://github.com/projectcalico/calico/issues/3145",
  ],
  summary({ seen, host }) {
    if (!seen) return "";
    const lasting = lastingRows(seen);
    const growth = host.counterGrowth(COUNTER);
    const counted = growth.known && growth.value > 0 ? ` ${growth.cite.text}.` : "";
    const { on } = offloaded(host);
    const set = on[0] ? ` ${on[0].text}.` : "";
    return `${lasting.length} of ${count(seen.lost.length, "SYN")} lost at ${seen.listener.key} were sent again and again in vain.${counted}${set}`;
  },
});

function lastingRows(seen: ListenerLoss): readonly number[] {
  const { outcome, synCount, firstTime, answerTime } = seen.capture.model.handshakes;
  return seen.lost.filter((row) =>
    outcome[row] === Outcome.unanswered
      ? (synCount[row] ?? 0) >= MANY_TRIES
      : (answerTime[row] ?? 0) - (firstTime[row] ?? 0) >= LONG,
  );
}

/** Those that were captured inside of VXLAN: it is the outer checksum that is wrong. */
function inOverlay(seen: ListenerLoss, rows: readonly number[]): readonly number[] {
  const { seen: bits, linked } = seen.capture.model.handshakes;
  return rows.filter((row) => (((bits[row] ?? 0) | (bits[linked[row] ?? -1] ?? 0)) & Seen.inVxlan) !== 0);
}

function answerTraffic(seen: ListenerLoss): Answer {
  const rows = lastingRows(seen);
  const of = { n: rows.length, total: seen.lost.length };
  if (rows.length * 2 < of.total || rows.length === 0) return cantTell("uncovered");
  const text = `${rows.length} of ${of.total} lost SYNs were sent ${MANY_TRIES} times and more, or for ${LONG} s, before anything came back`;
  // A firewall drops as lastingly; and what came to the listener's node as it is came in no packet of the overlay.
  const isInside = inOverlay(seen, rows).length * 2 >= rows.length;
  if (!isInside && seen.atListener) {
    const plain = `${rows.length} of ${of.total} lost SYNs came to the listener's node outside of any overlay that the capture shows`;
    return fails([citeSyns(seen, rows, plain)], { of });
  }
  return holds([citeSyns(seen, rows, text)], {
    of,
    ...(rows.length < FEWEST || !isInside ? { atMost: "weak" } : {}),
  });
}

/** A firewall drops as lastingly; packets that the kernel drops for their checksum it counts, each one. */
function answerCounter({ host, seen }: About<ListenerLoss>): Answer {
  if (!seen) return cantTell();
  if (seen.atClient) return cantTell("uncovered");
  const { synCount } = seen.capture.model.handshakes;
  const tries = inOverlay(seen, lastingRows(seen)).reduce((sum, row) => sum + (synCount[row] ?? 0), 0);
  const growth = host.counterGrowth(COUNTER);
  if (growth.known && growth.value > 0)
    return holds([growth.cite], tries > 0 && growth.value >= tries / 2 ? {} : { atMost: "weak" });
  const total = host.counter(COUNTER);
  if (!total.known) return cantTell(total.why);
  if (total.value === 0) return fails([total.cite]);
  return growth.known ? fails([growth.cite], { atMost: "weak" }) : holds([total.cite], { atMost: "weak" });
}

function answerFeatures({ host, seen }: About<ListenerLoss>): Answer {
  if (!seen) return cantTell();
  const { on, off } = offloaded(host);
  if (on.length > 0) return holds(on.slice(0, CITED));
  if (off.length === 0) return cantTell(host.models("ethtool-k").length > 0 ? "uncovered" : "absent");
  // The other node may do it wrong.
  return seen.atListener ? cantTell("uncovered") : fails(off.slice(0, CITED));
}

/** The overlays' interfaces of a host, by whether they leave checksums to the card. */
function offloaded(host: HostEvidence): { readonly on: readonly Cite[]; readonly off: readonly Cite[] } {
  const on: Cite[] = [];
  const off: Cite[] = [];
  for (const { model, artifact } of host.models("ethtool-k"))
    for (const { name, features } of model.interfaces) {
      const feature = OVERLAY.test(name) ? features.get(OFFLOAD) : undefined;
      if (!feature) continue;
      const cite = {
        artifact: artifact.path,
        text: `${name}: ${feature.text}`,
        where: { line: feature.line },
      };
      (feature.value ? on : off).push(cite);
    }
  return { on, off };
}

function csumGrowth(host: HostEvidence): number {
  const growth = host.counterGrowth(COUNTER);
  return growth.known ? growth.value : 0;
}
