import { type ByteSource, toSource } from "../bytes/index.ts";
import { decode } from "./decode.ts";
import type { Log } from "./log.ts";
import { Packet } from "./packet.ts";
import { RecordReader } from "./record-reader.ts";
import { Timeline } from "./timeline.ts";

/**
 * Reads a capture of any size, packet by packet. The packet is reused: what is wanted of it is copied.
 *
 * @param log where damage is told
 * @param visit called with each decoded packet; `false` ends the reading
 * @returns the times that it has seen
 */
export async function eachPacket(
  input: Uint8Array | ByteSource,
  log: Log,
  visit: (packet: Packet) => boolean,
): Promise<Timeline> {
  const timeline = new Timeline(log);
  const reader = new RecordReader(log);
  const packet = new Packet();
  const drain = (): boolean => {
    while (reader.read(packet)) {
      timeline.stamp(packet);
      decode(packet);
      if (!visit(packet)) return false;
    }
    return true;
  };
  for await (const chunk of toSource(input).stream()) {
    reader.feed(chunk);
    if (!drain()) return timeline;
    reader.release();
  }
  reader.end();
  if (drain()) {
    timeline.finish();
    reader.finish();
  }
  return timeline;
}
