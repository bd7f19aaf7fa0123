import { textOf } from "./addresses.ts";
import { decode } from "./decode.ts";
import { Log } from "./log.ts";
import { NONE, Packet, Tunnel } from "./packet.ts";
import { RecordReader } from "./record-reader.ts";
import { Timeline } from "./timeline.ts";
import { parseTcpOptions } from "./transport.ts";

/**
 * The packets of a capture in memory, decoded. **One object is given again and again**: copy what you keep of it
 * before asking for the next.
 *
 * @param log where damage is told; nothing is thrown
 */
export function* packets(bytes: Uint8Array, log: Log = new Log()): Generator<Packet, void, undefined> {
  const reader = new RecordReader(log);
  const timeline = new Timeline(log);
  const packet = new Packet();
  reader.feed(bytes);
  reader.end();
  while (reader.read(packet)) {
    timeline.stamp(packet);
    decode(packet);
    if (packet.flags >= 0) parseTcpOptions(packet);
    yield packet;
  }
  timeline.finish();
  reader.finish();
}

/** Source and destination of a packet as text; `undefined` where it has no IP header. */
export function endsOf(packet: Packet): { source: string; destination: string } | undefined {
  const { bytes, version, sourceAt, destinationAt } = packet;
  if (version === 0) return undefined;
  return { source: textOf(bytes, sourceAt, version), destination: textOf(bytes, destinationAt, version) };
}

/** The tunnel that a packet was carried in, as text; `undefined` where it was in none. */
export function tunnelOf(packet: Packet):
  | {
      /** A key of {@link Tunnel}. */
      kind: string;
      /** VXLAN's or Geneve's VNI, GRE's key; `undefined` where the tunnel has no number. */
      network: number | undefined;
      /** The tunnel's own ends. */
      source: string;
      destination: string;
    }
  | undefined {
  const { bytes, tunnel, vni, outerVersion, outerSourceAt, outerDestinationAt } = packet;
  const kind = Object.entries(Tunnel).find(([, value]) => value === tunnel)?.[0];
  if (tunnel === Tunnel.none || kind === undefined) return undefined;
  return {
    kind,
    network: vni === NONE ? undefined : vni >>> 0,
    source: textOf(bytes, outerSourceAt, outerVersion),
    destination: textOf(bytes, outerDestinationAt, outerVersion),
  };
}
