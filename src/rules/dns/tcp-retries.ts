import type { Attempt, Capture, DnsExchange } from "../../pcap/index.ts";
import { attempts } from "../../pcap/index.ts";
import { memo, groupBy } from "../../bytes/index.ts";
import { clientOf, serverOf } from "./dns-trouble.ts";

const DNS_PORT = 53;
/** Who is told that an answer is too long for UDP connects at once. */
const AT_ONCE = 5;
/** A connection that doesn't come about: no answer, or one that refuses it. */
const FAILED = new Set(["unanswered", "refused", "icmp"]);

/**
 * The connections by which a client wanted the whole of an answer that was cut to fit UDP, and that failed; none where one of
 * them came about.
 */
export function failedTcpRetries(capture: Capture, query: DnsExchange): readonly Attempt[] {
  const { answer, transport } = query;
  if (transport !== "udp" || answer?.truncated !== true) return [];
  const after = (attemptsAtDns(capture).get(`${clientOf(query)} ${serverOf(query)}`) ?? []).filter(
    ({ tries }) => {
      const wait = (tries[0]?.time ?? Number.NaN) - answer.time;
      return wait >= 0 && wait <= AT_ONCE;
    },
  );
  return after.every(({ outcome }) => FAILED.has(outcome)) ? after : [];
}

/** The attempts to connect to port 53, by client and server. */
const attemptsAtDns = memo((capture: Capture): ReadonlyMap<string, readonly Attempt[]> => {
  const toServers = [...attempts(capture.handshakes)].filter((each) => asked(each).serverPort === DNS_PORT);
  return groupBy(toServers, (each) => `${asked(each).client} ${asked(each).server}`);
});

/** As the client saw the ends, before any translation. */
const asked = (attempt: Attempt): Attempt => attempt.original ?? attempt;
