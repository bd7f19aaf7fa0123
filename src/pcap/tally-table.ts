/** Columns of {@link Tally.addresses}; the place of an address is its id. */
export class AddressColumns {
  sentPackets: Uint32Array = new Uint32Array(0);
  sentBytes: Float64Array = new Float64Array(0);
  receivedPackets: Uint32Array = new Uint32Array(0);
  receivedBytes: Float64Array = new Float64Array(0);
  /** First and last frame in which the address sends or receives; 0 for none. */
  firstFrame: Uint32Array = new Uint32Array(0);
  lastFrame: Uint32Array = new Uint32Array(0);
  /** Packets from the address that came in, and such as went out, at the capturing interfaces, where the capture tells. */
  incoming: Uint32Array = new Uint32Array(0);
  outgoing: Uint32Array = new Uint32Array(0);
}

/** Columns of {@link Tally.pairs}: `a` is the address with the smaller id. */
export class PairColumns {
  a: Int32Array = new Int32Array(0);
  b: Int32Array = new Int32Array(0);
  packetsFromA: Uint32Array = new Uint32Array(0);
  bytesFromA: Float64Array = new Float64Array(0);
  packetsFromB: Uint32Array = new Uint32Array(0);
  bytesFromB: Float64Array = new Float64Array(0);
  firstFrame: Uint32Array = new Uint32Array(0);
  lastFrame: Uint32Array = new Uint32Array(0);
}

/** Columns of {@link Tally.protocols}; the place of a protocol is IP's number for it (IANA's protocol numbers). */
export class ProtocolColumns {
  packets: Uint32Array = new Uint32Array(256);
  bytes: Float64Array = new Float64Array(256);
  firstFrame: Uint32Array = new Uint32Array(256);
}

/**
 * Packets and bytes of a whole capture: frames as they were captured, those included that were captured twice. Bytes are those
 * that frames had on the wire, with their link headers. Of an encapsulated packet the innermost addresses and protocol count.
 */
export interface Tally {
  readonly frames: number;
  readonly bytes: number;
  /** Bytes of the frames that are in the file. */
  readonly capturedBytes: number;
  readonly ipv4: number;
  readonly ipv6: number;
  /** Frames without an IP header, such as ARP's, and the first of them; 0 for none. */
  readonly other: number;
  readonly otherBytes: number;
  readonly firstOther: number;
  /** Frames inside a tunnel. */
  readonly encapsulated: number;
  /** Frames with a fragment of an IP packet. */
  readonly fragments: number;
  readonly protocols: Readonly<ProtocolColumns>;
  readonly addresses: Readonly<AddressColumns> & { readonly length: number };
  readonly pairs: Readonly<PairColumns> & { readonly length: number };
  /** Packets that are in no pair, because there were too many pairs. */
  readonly unpaired: number;
  /** Packets that count for no address, because there were too many. */
  readonly unaddressed: number;
  /** The canonical text of an address id of this tally; the capture's tables have other ids. */
  address(id: number): string;
}
