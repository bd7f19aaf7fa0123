import type { Rule } from "../engine/index.ts";
import { connectionRefused } from "./connection-refused.ts";
import { icmpUnreachable } from "./icmp-unreachable.ts";
import { conntrackInvalid } from "./conntrack-invalid.ts";
import { deadBackend } from "./dead-backend.ts";
import { firewallDrop } from "./firewall-drop.ts";
import { localSourceDrop } from "./local-source-drop.ts";
import { reversePathFilter } from "./reverse-path-filter.ts";
import { snatPortRace } from "./snat-port-race.ts";
import { straySegment } from "./stray-segment.ts";
import { synAckUnacknowledged } from "./syn-ack-unacknowledged.ts";
import { synBacklogOverflow } from "./syn-backlog-overflow.ts";
import { longLivedConnections } from "./long-lived-connections.ts";
import { pathMtuBlackhole } from "./path-mtu-blackhole.ts";
import { retransmissionTimeout } from "./retransmission-timeout.ts";
import { routingLoop } from "./routing-loop.ts";
import { untranslatedReply } from "./untranslated-reply.ts";
import { unevenBackends } from "./uneven-backends.ts";
import { vxlanChecksum } from "./vxlan-checksum.ts";
import { zeroWindow } from "./zero-window.ts";
import { synUnanswered } from "./syn-unanswered.ts";
import { twRecycleNat } from "./tw-recycle-nat.ts";

/** Rules about TCP. */
export const TCP_RULES: readonly Rule[] = [
  synUnanswered,
  connectionRefused,
  icmpUnreachable,
  synAckUnacknowledged,
  retransmissionTimeout,
  straySegment,
  zeroWindow,
  unevenBackends,
  twRecycleNat,
  synBacklogOverflow,
  snatPortRace,
  firewallDrop,
  localSourceDrop,
  reversePathFilter,
  deadBackend,
  untranslatedReply,
  vxlanChecksum,
  conntrackInvalid,
  routingLoop,
  pathMtuBlackhole,
  longLivedConnections,
];
