import ipaddr from "ipaddr.js";
import { InquestError } from "../../bytes/index.ts";

/** An address with a port: `10.0.0.1:80`, `[fd00::1]:80`. */
export { listenerKey as endText } from "../listeners.ts";

/** An address that a filter wants, and a port where it names one. */
export interface End {
  /** In the form in which captures' addresses are told. */
  readonly address: string;
  readonly port: number | undefined;
}

/**
 * Reads `10.0.0.1`, `10.0.0.1:80`, `fd00::1` or `[fd00::1]:80`.
 *
 * @throws {InquestError} `misuse` for anything else
 */
export function parseEnd(text: string): End {
  const match = /^\[([^\]]*)\](?::(\d{1,5}))?$/.exec(text) ?? /^([^:]*)(?::(\d{1,5}))?$/.exec(text);
  const address = canonical(match?.[1] ?? text);
  const port = match?.[2] === undefined ? undefined : Number(match[2]);
  if (address === undefined || (port !== undefined && port > 0xffff))
    throw new InquestError("misuse", `${text} is no address, nor one with a port`);
  return { address, port };
}

function canonical(text: string): string | undefined {
  if (ipaddr.IPv4.isValidFourPartDecimal(text)) return text;
  return ipaddr.IPv6.isValid(text) ? ipaddr.IPv6.parse(text).toRFC5952String() : undefined;
}

/** Whether an end of a conversation is the one that is wanted. */
export function isEnd(wanted: End | undefined, address: string, port: number): boolean {
  return (
    wanted === undefined ||
    (wanted.address === address && (wanted.port === undefined || wanted.port === port))
  );
}
