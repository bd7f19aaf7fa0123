import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { type Capture, readCapture } from "../../src/pcap/index.ts";

/** Of a file in `test/fixtures/pcap`. */
export const fixturePath = (name: string): string =>
  fileURLToPath(new URL(`../fixtures/pcap/${name}`, import.meta.url));

export const fixture = (name: string): Uint8Array => new Uint8Array(readFileSync(fixturePath(name)));

/** The capture in `NAME.pcap`. */
export const captureOf = (name: string): Promise<Capture> => readCapture(fixture(`${name}.pcap`));

export const codes = (capture: { diagnostics: readonly { code: string }[] }): string[] =>
  capture.diagnostics.map((diagnostic) => diagnostic.code);
