import type { Diagnostic } from "../../bytes/index.ts";
import type { Conversation } from "./conversation.ts";
import type { TcpOptions } from "./tcp-options.ts";
import type { TcpKind } from "./tcp-side.ts";

/** TCP's part of a rung. Sequence numbers are relative to the initial ones, or to the first ones captured. */
export interface LadderTcp extends TcpKind {
  readonly flags: readonly string[];
  readonly seq: number;
  /** `undefined` without ACK. */
  readonly ack: number | undefined;
  /** In bytes, scaled where both SYNs were captured. */
  readonly window: number;
  readonly options: TcpOptions;
  /** The first packet of a further connection between the same ends. */
  readonly isNew: boolean;
  /** A keepalive that asks whether a window is still shut. */
  readonly isWindowProbe: boolean;
  /** Answers a SYN for an older connection of these ends (RFC 5961, section 4). */
  readonly isChallenge: boolean;
}

/** A DNS message. */
export interface LadderDns {
  readonly id: number;
  readonly isResponse: boolean;
  /** `A`, `AAAA` …, and the name; empty where the capture cut them. */
  readonly type: string;
  readonly name: string;
  /** Of a response: `NOERROR`, `NXDOMAIN` … and the records in its answer section. */
  readonly rcode: string | undefined;
  readonly answers: number;
  readonly truncated: boolean;
}

/** One packet of a conversation. */
export interface Rung {
  readonly frame: number;
  /** The frames of its copies, captured on other interfaces. */
  readonly copies: number[];
  /** Seconds since the capture's first packet, and since the packet before in this conversation. */
  readonly time: number;
  readonly gap: number | undefined;
  /** Who sent it; of an ICMP error, the side that it did not go to. */
  readonly from: "client" | "server";
  /** Bytes of payload on the wire. */
  readonly length: number;
  readonly tcp: LadderTcp | undefined;
  readonly dns: LadderDns | undefined;
  readonly icmp:
    { readonly type: number; readonly code: number; readonly v6: boolean; readonly from: string } | undefined;
}

/** Packets that were left out of a long conversation. */
export interface LeftOut {
  /** How many rungs stand before them. */
  readonly after: number;
  readonly packets: number;
  readonly firstFrame: number;
  readonly lastFrame: number;
  readonly seconds: number;
}

/** One conversation, packet by packet. */
export interface Ladder extends Conversation {
  /** Seconds since 1970 of the capture's first packet, to which all times are relative. */
  readonly start: number | undefined;
  /** Packets of the conversation, ICMP errors about it included; and copies of them on other interfaces, which are no rungs. */
  readonly packets: number;
  readonly copies: number;
  readonly clientPackets: number;
  readonly clientBytes: number;
  readonly serverPackets: number;
  readonly serverBytes: number;
  readonly retransmissions: number;
  /** Whether the beginning was captured. */
  readonly begun: boolean;
  readonly rungs: readonly Rung[];
  /** What was left out of them. */
  readonly leftOut: readonly LeftOut[];
  readonly diagnostics: readonly Diagnostic[];
}
