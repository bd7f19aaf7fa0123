import { firstOf } from "../../bytes/index.ts";
import type { Located } from "../../bundle/index.ts";
import type { Ipvsadm, RealServer, VirtualServer } from "../../node/index.ts";
import type { HostEvidence } from "../../evidence/index.ts";
import { defineSymptom } from "../engine/index.ts";
import { count } from "../words.ts";

/** Of a fair share. */
const NEXT_TO_NOTHING = 0.1;
/** A fair share of fewer connections may be missed by chance. */
const FAIR = 20;
/** These send a client always to the same server: with few clients it can't be even. */
const BY_CLIENT = /^(?:sh|dh|mh|lblc|lblcr)$/;
const PERSISTENT = /\bpersistent\b/;
const NAMED = 6;

/** A virtual server of IPVS whose real servers have very unequal numbers of connections. */
export interface UnevenServers {
  readonly service: VirtualServer;
  readonly idle: readonly RealServer[];
  /** The others that take connections. */
  readonly busy: readonly RealServer[];
  readonly listing: Located<Ipvsadm>;
}

/** Whoever connects through this node reaches some of a service's servers next to never. */
export const idleServers = defineSymptom<UnevenServers>({
  id: "ipvs/idle-servers",
  title: "some real servers of an IPVS service have next to no connections",
  description:
    "ipvsadm -Ln lists a virtual server of which some real servers have less than a tenth of their share of the connections, by their weights, where that share is at least 20. Servers with weight 0 are being " +
    "drained and count nothing, nor do services that send each client to one server.",
  remedy: [
    "See whether the idle servers are pods that came later, and whether clients open new connections at all: ipvsadm -Ln --stats counts those that were opened.",
  ],
  references: [
    "https://manpages.debian.org/bookworm/ipvsadm/ipvsadm.8.en.html",
    "https://kubernetes.io/docs/reference/networking/virtual-ips/#proxy-mode-ipvs",
  ],
  *detect(host) {
    for (const listing of host.models("ipvsadm")) {
      for (const service of listing.model.services) {
        const idle = idleOf(service);
        if (idle.length === 0) continue;
        const serving = service.servers.filter(takes);
        const isIdle = new Set(idle);
        const total = serving.reduce((sum, each) => sum + loadOf(each), 0);
        const named = idle.map((each) => `${nameOf(host, each)} has ${loadOf(each)}`);
        yield {
          subject: { kind: "service", name: `${service.address}:${service.port}` },
          summary: `${service.protocol} ${service.address}:${service.port} has ${count(total, "connection")} to ${count(serving.length, "real server")}, and next to none to ${idle.length} of them: ${firstOf(named, NAMED)}.`,
          evidence: [service, ...idle.slice(0, NAMED)].map(({ text, line }) => ({
            artifact: listing.artifact.path,
            text,
            where: { line },
          })),
          data: { service, idle, busy: serving.filter((each) => !isIdle.has(each)), listing },
          weight: total,
        };
      }
    }
  },
});

const takes = ({ weight, active }: RealServer): boolean =>
  weight !== undefined && weight > 0 && active !== undefined;
/** Those that have just ended tell that it gets some. */
const loadOf = ({ active = 0, inactive = 0 }: RealServer): number => active + inactive;

function idleOf({ protocol, scheduler = "rr", text, servers }: VirtualServer): readonly RealServer[] {
  // What UDP has are the flows of a few minutes.
  if (protocol !== "TCP" || BY_CLIENT.test(scheduler) || PERSISTENT.test(text)) return [];
  const serving = servers.filter(takes);
  // Round robin asks for no weight.
  const weightOf = ({ weight = 1 }: RealServer): number => (scheduler === "rr" ? 1 : weight);
  const total = serving.reduce((sum, each) => sum + loadOf(each), 0);
  const weights = serving.reduce((sum, each) => sum + weightOf(each), 0);
  return serving.filter((each) => {
    const fair = (total * weightOf(each)) / weights;
    return fair >= FAIR && loadOf(each) < fair * NEXT_TO_NOTHING;
  });
}

/** A real server, with the pod that it is where that is known. */
export function nameOf({ cluster }: HostEvidence, { address, port }: RealServer): string {
  const pod = cluster.podAt(address);
  return pod ? `pod ${pod.namespace}/${pod.name} (${address}:${port})` : `${address}:${port}`;
}
