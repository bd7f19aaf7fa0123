// The parts of the oracles' interfaces that the tests use: neither package brings types.
declare module "pcap-parser" {
  import type { Readable } from "node:stream";
  interface Packet {
    header: {
      timestampSeconds: number;
      timestampMicroseconds: number;
      capturedLength: number;
      originalLength: number;
    };
    data: Buffer;
  }
  export function parse(stream: Readable): {
    on(event: "packet", listener: (packet: Packet) => void): void;
    on(event: "end" | "error", listener: () => void): void;
  };
}

declare module "dns-packet" {
  interface Question {
    type: string;
    name: string;
  }
  interface Packet {
    type: "query" | "response";
    id: number;
    flags?: number;
    questions?: Question[];
    answers?: { type: string; name: string; ttl?: number; data: string }[];
  }
  export function encode(packet: Packet): Buffer;
}
