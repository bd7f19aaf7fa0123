import { readFileSync } from "node:fs";
import { join } from "../../pcap/frames.ts";
import type { Frame, Script } from "../../pcap/script.ts";
import { capture } from "../packets.ts";

/** A real capture of test/fixtures/tcp, whose make.sh tells how it came about. */
export const recorded = (name: string): Uint8Array =>
  new Uint8Array(readFileSync(`test/fixtures/tcp/${name}.pcap`));

/** The capture of some connections that were written packet by packet, and of other packets. */
export const captureOfScripts = (scripts: readonly Script[], others: readonly Frame[] = []): Uint8Array =>
  capture(
    [...scripts.flatMap(({ frames }) => frames), ...others].map(
      ([time, packet]) => [time, [...join(packet)]] as const,
    ),
  );
