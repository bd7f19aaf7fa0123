import ipaddr from "ipaddr.js";
import { type ByteSource, InquestError } from "../../bytes/index.ts";
import { textOf } from "../addresses.ts";
import { eachPacket } from "../each-packet.ts";
import { Log } from "../log.ts";
import { ACK, NONE, type Packet, SYN } from "../packet.ts";
import { parseEnd } from "../views/ends.ts";

const TCP = 6;
const UDP = 17;

/** Two ends that talk over TCP or UDP. */
export interface Conversation {
  readonly client: string;
  readonly clientPort: number;
  readonly server: string;
  readonly serverPort: number;
  /** `undefined` where it isn't known: what the capture has of these ends is followed, TCP first. */
  readonly protocol?: "tcp" | "udp" | undefined;
}

/**
 * Reads `10.0.0.1:41234-10.0.0.2:80`, where IPv6 addresses stand in brackets.
 *
 * @throws {InquestError} `misuse` for anything else
 */
export function parseConversation(text: string): Conversation {
  const [client, server, ...others] = text.split("-").map((end) => parseEnd(end.trim()));
  if (client?.port === undefined || server?.port === undefined || others.length > 0)
    throw new InquestError("misuse", `${text} is no conversation: CLIENT:PORT-SERVER:PORT is one`);
  return {
    client: client.address,
    clientPort: client.port,
    server: server.address,
    serverPort: server.port,
  };
}

/**
 * The conversation that a frame is of; of an ICMP error, the one that it is about. Without a SYN, the end with the lower port
 * is taken for the server.
 *
 * @param frame as Wireshark numbers it
 * @returns `undefined` where there is no such frame, or it is neither TCP nor UDP
 */
export async function conversationAt(
  input: Uint8Array | ByteSource,
  frame: number,
): Promise<Conversation | undefined> {
  let found: Conversation | undefined;
  await eachPacket(input, new Log(), (packet) => {
    if (packet.frame < frame) return true;
    if (packet.frame === frame) found = conversationOf(packet.quotes ? packet.quoted : packet);
    return false;
  });
  return found;
}

function conversationOf(packet: Packet | undefined): Conversation | undefined {
  if (packet === undefined || packet.version === 0 || packet.sourcePort === NONE) return undefined;
  const { bytes, version, sourceAt, destinationAt, sourcePort, destinationPort, flags, protocol } = packet;
  if (protocol !== TCP && protocol !== UDP) return undefined;
  const source = textOf(bytes, sourceAt, version);
  const destination = textOf(bytes, destinationAt, version);
  const isSyn = protocol === TCP && flags !== NONE && (flags & SYN) !== 0;
  const isFromServer = isSyn ? (flags & ACK) !== 0 : sourcePort < destinationPort;
  return {
    client: isFromServer ? destination : source,
    clientPort: isFromServer ? destinationPort : sourcePort,
    server: isFromServer ? source : destination,
    serverPort: isFromServer ? sourcePort : destinationPort,
    protocol: protocol === TCP ? "tcp" : "udp",
  };
}

/** Tells the packets of one conversation from all others. */
export class Matcher {
  readonly #client: Uint8Array;
  readonly #server: Uint8Array;
  readonly #clientPort: number;
  readonly #serverPort: number;
  readonly #version: number;

  /** @throws {InquestError} `misuse` where the ends are no addresses of one kind */
  constructor({ client, clientPort, server, serverPort }: Conversation) {
    this.#client = bytesOf(client);
    this.#server = bytesOf(server);
    if (this.#client.length !== this.#server.length)
      throw new InquestError("misuse", "a conversation is between two addresses of one kind");
    this.#version = this.#client.length === 4 ? 4 : 6;
    this.#clientPort = clientPort;
    this.#serverPort = serverPort;
  }

  /** 1 for a packet of the client, 2 for one of the server, 0 for one of others. */
  side(p: Packet): 0 | 1 | 2 {
    if (p.version !== this.#version) return 0;
    const { sourcePort, destinationPort, bytes, sourceAt, destinationAt } = p;
    if (
      sourcePort === this.#clientPort &&
      destinationPort === this.#serverPort &&
      isAt(this.#client, bytes, sourceAt) &&
      isAt(this.#server, bytes, destinationAt)
    )
      return 1;
    if (
      sourcePort === this.#serverPort &&
      destinationPort === this.#clientPort &&
      isAt(this.#server, bytes, sourceAt) &&
      isAt(this.#client, bytes, destinationAt)
    )
      return 2;
    return 0;
  }
}

function bytesOf(address: string): Uint8Array {
  if (!ipaddr.isValid(address)) throw new InquestError("misuse", `${address} is no address`);
  return Uint8Array.from(ipaddr.parse(address).toByteArray());
}

function isAt(address: Uint8Array, bytes: Uint8Array, at: number): boolean {
  for (let i = 0; i < address.length; i++) if (bytes[at + i] !== address[i]) return false;
  return true;
}
