/** What a capture shows of ARP over Ethernet (RFC 826). Times are seconds since the capture's first packet. */
export interface ArpTable {
  readonly packets: number;
  readonly questions: readonly ArpQuestion[];
  /** Addresses that more than one MAC address claimed. */
  readonly conflicts: readonly ArpClaims[];
}

/** Who-has questions about one address. A host's questions about its own address (RFC 5227) are none. */
export interface ArpQuestion {
  /** The address that was looked for. */
  readonly address: string;
  /** Who asked, in the longest run without an answer. */
  readonly asker: string;
  /** Copies of one packet on several interfaces count once. */
  readonly requests: number;
  readonly replies: number;
  /** The most requests in a row without a reply between, their seconds from first to last, and frames of the first of them. */
  readonly longestRun: number;
  readonly longestRunTime: number;
  readonly frames: readonly number[];
  readonly firstTime: number;
  readonly lastTime: number;
}

/** MAC addresses that claimed one IP address as the sender of an ARP packet. */
export interface ArpClaims {
  readonly address: string;
  /** In order of appearance, a few. */
  readonly macs: readonly string[];
  /** How often the claims went from one to another. A failover switches once. */
  readonly switches: number;
  /** Least seconds between a claim and the next of another MAC address. */
  readonly shortestSwitch: number;
  /** Frames that switched, the first few. */
  readonly frames: readonly number[];
}
