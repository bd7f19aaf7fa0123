import type { HostEvidence } from "../../evidence/index.ts";
import { Direction } from "../../pcap/index.ts";
import type { About, Answer } from "../engine/index.ts";
import { cantTell, defineCause, fails, holds } from "../engine/index.ts";
import { count } from "../words.ts";
import { answerLogged } from "./logged-drops.ts";
import { citeSyns } from "./listener-loss.ts";
import type { SilencedSource } from "./source-split.ts";
import { sourceSplit } from "./source-split.ts";
import type { ListenerLoss } from "./syn-unanswered.ts";
import { synUnanswered } from "./syn-unanswered.ts";

/** Fewer intervals than these are regular by chance. */
const FEWEST_INTERVALS = 3;
/** How far an interval may be from the median, as a share of it: a probe waits for its timer, not for a clock. */
const REGULAR = 0.2;
const NAMED_SERVICES = 4;
/** The interface to which kube-proxy in IPVS mode binds the addresses of Services. */
const IPVS = "kube-ipvs0";

/** Packets from an address that the kernel holds for its own are dropped: it would have sent them itself. */
export const localSourceDrop = defineCause<ListenerLoss>({
  id: "tcp/local-source-drop",
  title: "the node drops SYNs whose source address is its own",
  description:
    "kube-proxy in IPVS mode binds a load balancer's address to kube-ipvs0, which enters it into the table of local routes. The kernel " +
    "then drops what comes from that address: the load balancer's own health probes. In a capture one source's SYNs come at a " +
    "regular interval and are never answered, while the same port answers others.",
  explains: [synUnanswered],
  tests: [
    {
      statement:
        "one source's SYNs come at a regular interval and are never answered, while the same port answers others",
      axis: "traffic",
      holds: "strong",
      fails: "decisive",
      ask: {
        text: "a capture of some minutes on the listener's node",
        command: "tcpdump -i any -s 128 -w probes.pcap 'tcp port PORT'",
      },
      answer: answerTraffic,
    },
    {
      statement: "that source address is the node's own",
      axis: "state",
      holds: "strong",
      fails: "decisive",
      ask: {
        text: "the listener's node's own addresses: those bound to kube-ipvs0, and the table of local routes",
        command: "ip addr; ip route show table local",
      },
      answer: answerLocal,
    },
    {
      statement: "the kernel logged packets from that address as martian",
      axis: "time",
      holds: "strong",
      answer(about) {
        const source = suspect(about)?.address;
        if (source === undefined) return cantTell();
        const said = answerLogged(about, "martian-source", ({ details }) => details["source"] === source);
        // The reverse path filter has such lines, too.
        const isLocal = localOf(about, source).length > 0;
        return said.is === "holds" && !isLocal ? holds(said.cites, { atMost: "weak" }) : said;
      },
    },
    {
      statement: "that source address is a Service's load balancer's, whose externalTrafficPolicy is Local",
      axis: "config",
      holds: "strong",
      fails: "weak",
      ask: {
        text: "the Services, with their load balancers' addresses",
        command: "kubectl get services -A -o yaml",
      },
      answer: answerService,
    },
  ],
  remedy: [
    "Take the load balancer's address off kube-ipvs0: from Kubernetes 1.29 on with ipMode: Proxy in the Service's status.loadBalancer.ingress; before that let the cloud's controller publish a hostname in place of the address.",
    "Or have the load balancer probe from another address.",
  ],
  references: [
    "https://github.com/kubernetes/kubernetes/issues/79783",
    "https://kubernetes.io/docs/concepts/services-networking/service/#load-balancer-ip-mode",
  ],
  summary(about) {
    const { seen } = about;
    if (!seen) return "The node drops packets from addresses of its own; no unanswered SYN was seen.";
    const source = suspect(about);
    if (!source) return `The SYNs lost at ${seen.listener.key} are not all of one source.`;
    const local = localOf(about, source.address)[0];
    const interval = intervalOf(seen, source);
    const often = interval === undefined ? "" : ` every ${interval.toFixed(1)} s`;
    return (
      `${source.address} tries ${seen.listener.key}${often} and never gets an answer (${count(source.rows.length, "attempt")}), while ` +
      `${sourceSplit(seen).othersAnswered} of others were answered at once.` +
      (local ? ` That address is bound to the node's own ${local.local.device}.` : "")
    );
  },
});

/** The source whose SYNs get no answer: one that is known to be local before others. */
function suspect(about: About<ListenerLoss>): SilencedSource | undefined {
  if (!about.seen) return undefined;
  const { silenced } = sourceSplit(about.seen);
  return silenced.find(({ address }) => localOf(about, address).length > 0) ?? silenced[0];
}

/** Median seconds between a source's attempts, where they are regular. */
function intervalOf(seen: ListenerLoss, { rows }: SilencedSource): number | undefined {
  const { firstTime } = seen.capture.model.handshakes;
  const times = rows.map((row) => firstTime[row] ?? 0);
  const gaps = times.slice(1).map((time, i) => time - (times[i] ?? 0));
  if (gaps.length < FEWEST_INTERVALS) return undefined;
  const middle = gaps.toSorted((a, b) => a - b)[gaps.length >> 1] ?? 0;
  const isRegular = middle > 0.5 && gaps.every((gap) => Math.abs(gap - middle) <= middle * REGULAR);
  return isRegular ? middle : undefined;
}

function answerTraffic(about: About<ListenerLoss>): Answer {
  const { seen } = about;
  if (!seen) return cantTell();
  const source = suspect(about);
  const { othersAnswered, silenced } = sourceSplit(seen);
  const total = seen.lost.length;
  if (!source || source.answeredOn.length > 0) {
    const text = source
      ? `${source.address} got answers from ${seen.listener.address} on another port`
      : `all addresses that lost SYNs to ${seen.listener.key} were answered, too`;
    return fails([citeSyns(seen, source?.rows ?? seen.lost, text)], { of: { n: 0, total } });
  }
  const of = { n: source.rows.length, total };
  const interval = intervalOf(seen, source);
  if (interval === undefined) {
    if (source.rows.length <= FEWEST_INTERVALS) return cantTell("uncovered");
    const text = `the ${source.rows.length} attempts of ${source.address} come at no regular interval`;
    return fails([citeSyns(seen, source.rows, text)], { of, atMost: "weak" });
  }
  if (othersAnswered === 0) return cantTell("uncovered");
  const text =
    `${source.rows.length} attempts of ${source.address}, one every ${interval.toFixed(1)} s, were never answered; ` +
    `${othersAnswered} of others were`;
  // A filter against a prober looks the same: only whose address it is tells them apart.
  const isLocal = localOf(about, source.address).length > 0;
  const isMost = source.rows.length * 2 >= total && silenced.length > 0;
  return holds([citeSyns(seen, source.rows, text)], { of, ...(isLocal && isMost ? {} : { atMost: "weak" }) });
}

/** Where the host says that an address is its own: a binding to kube-ipvs0 first. */
function localOf(
  { host, seen }: About<ListenerLoss>,
  address: string,
): ReturnType<HostEvidence["localAddress"]> {
  if (seen?.atClient === true || address === seen?.listener.address) return [];
  return host
    .localAddress(address)
    .toSorted((a, b) => Number(b.local.device === IPVS) - Number(a.local.device === IPVS));
}

function answerLocal(about: About<ListenerLoss>): Answer {
  const { seen, host } = about;
  if (!seen) return cantTell();
  if (seen.atClient) return cantTell("uncovered");
  const source = suspect(about);
  if (!source) return cantTell("uncovered");
  const local = localOf(about, source.address);
  if (local.length > 0) {
    // Of the clients' node the source is an address, too: that it came to this one must be seen, or be plain from the binding.
    const { direction } = seen.capture.model.handshakes;
    const cameIn = source.rows.every((row) => direction[row] === Direction.incoming);
    const isBound = local.some((each) => each.local.device === IPVS);
    return holds(
      local.map(({ cite }) => cite),
      cameIn || isBound || seen.atListener ? {} : { atMost: "weak" },
    );
  }
  const kinds = new Set(host.localAddresses.map(({ artifact }) => artifact.kind));
  const whole = host.localAddresses.filter(
    ({ model, artifact }) => artifact.status === "read" && model.devices.has("lo"),
  );
  if (whole.length === 0) return cantTell(kinds.size > 0 ? "uncovered" : "absent");
  const cites = whole.map(({ artifact, model }) => ({
    artifact: artifact.path,
    text: `${source.address} is not among the ${model.addresses.length} addresses of ${[...model.devices].join(", ")}`,
  }));
  return fails(cites, kinds.size > 1 ? {} : { atMost: "strong" });
}

/**
 * What Services say of the source. That it is none of their load balancers' says nothing: addresses of interfaces are dropped
 * as well, and a controller may keep the address to itself.
 */
function answerService(about: About<ListenerLoss>): Answer {
  const { seen, host } = about;
  if (!seen) return cantTell();
  const { cluster } = host;
  if (cluster.services.length === 0) return cantTell("absent");
  const source = suspect(about);
  if (!source) return cantTell("uncovered");
  const its = cluster.services.flatMap((service) =>
    service.loadBalancers
      .filter(({ ip }) => ip === source.address)
      .map(({ ipMode }) => ({ service, ipMode })),
  );
  if (its.length === 0) return cantTell("uncovered");
  const cites = its.slice(0, NAMED_SERVICES).map(({ service, ipMode }) => {
    const { object, namespace, name, externalTrafficPolicy = "not set" } = service;
    const mode = ipMode === undefined ? "" : `, ipMode ${ipMode}`;
    const text = `${source.address} is the address of the load balancer of Service ${namespace}/${name}: externalTrafficPolicy ${externalTrafficPolicy}${mode}`;
    return cluster.cite(object, text);
  });
  // kube-proxy does not bind it then.
  if (its.every(({ ipMode }) => ipMode === "Proxy")) return fails(cites);
  // It binds the others in IPVS mode whatever their policy is; with Local the load balancer probes each node, and needs the answer.
  const isLocal = its.some(({ service }) => service.externalTrafficPolicy === "Local");
  const isProbe = intervalOf(seen, source) !== undefined && !seen.atClient;
  return holds(cites, isLocal && isProbe ? {} : { atMost: "weak" });
}
