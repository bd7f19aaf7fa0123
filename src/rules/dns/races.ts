import { groupBy } from "../../bytes/index.ts";
import type { DnsExchange } from "../../pcap/index.ts";
import type { DnsTrouble } from "./dns-trouble.ts";
import { LEAST_TIMEOUT, isAnswerLost, isSilent, repetitions, socketAndName } from "./dns-trouble.ts";

/** A lookup whose two queries could race, one of which was lost. */
export interface Race {
  readonly lost: DnsExchange;
  readonly other: DnsExchange;
  /** Whether the one that was answered was seen translated and the lost one was not: it never left the node. */
  readonly stayed: boolean;
}

/** The lost queries of a conversation, by whether a race of connection tracking fits. */
export interface Losses {
  readonly races: readonly Race[];
  /** Lost ones that no race explains, each with its reason. */
  readonly others: readonly { readonly query: DnsExchange; readonly reason: string }[];
  /** Answers that were seen on their way and did not reach the client: their queries were not lost. */
  readonly lostAnswers: readonly DnsExchange[];
}

/** Both queries must come before either has made its entry: within a few milliseconds at most. */
const AT_ONCE = 0.005;

/**
 * Sorts what was lost. In a race A and AAAA of one name leave one socket at the same moment, before either was answered;
 * exactly one of them is lost, and asking again is answered.
 */
export function lossesOf(seen: DnsTrouble): Losses {
  let losses = known.get(seen.exchanges);
  if (!losses) {
    losses = findLosses(seen);
    known.set(seen.exchanges, losses);
  }
  return losses;
}

const known = new WeakMap<readonly DnsExchange[], Losses>();

function findLosses(seen: DnsTrouble): Losses {
  const { exchanges, capture } = seen;
  const bySocket = groupBy(
    exchanges.filter(({ transport }) => transport === "udp"),
    socketAndName,
  );
  const repeats = repetitions(seen);
  const retries = groupBy(
    exchanges.filter(({ retryOf }) => retryOf !== undefined),
    ({ retryOf }) => String(retryOf),
  );
  const races: Race[] = [];
  const others: { query: DnsExchange; reason: string }[] = [];
  for (const lost of exchanges.filter((query) => isSilent(query) && query.transport === "udp")) {
    const other = bySocket
      .get(socketAndName(lost))
      ?.find(
        (query) =>
          query.type !== lost.type && isAddressType(query) && Math.abs(query.time - lost.time) <= AT_ONCE,
      );
    const reason = isRace(lost, other, {
      isRetry: repeats.has(lost),
      again: retries.get(String(lost.row)) ?? [],
    });
    if (reason === undefined && other)
      races.push({ lost, other, stayed: other.original !== undefined && lost.original === undefined });
    else others.push({ query: lost, reason: reason ?? "" });
  }
  const lostAnswers = exchanges.filter((query) => isAnswerLost(capture.model, query));
  return { races, others, lostAnswers };
}

/** Why the loss of a query can't come from a race with another; `undefined` where it can. */
function isRace(
  lost: DnsExchange,
  other: DnsExchange | undefined,
  { isRetry, again }: { isRetry: boolean; again: readonly DnsExchange[] },
): string | undefined {
  if (lost.stray) return "an answer came, from another address than was asked";
  if (!isAddressType(lost) || !other)
    return "no other query of its lookup left the same socket at the same time";
  if (isRetry) return "it is itself a repetition, of a socket that connection tracking knew by then";
  if (other.id === lost.id) return "both queries carry the same transaction id";
  if (other.answer === undefined) return "neither query of its lookup was answered";
  if (other.answer.time <= lost.time) return "the other query of its lookup was answered before it was sent";
  const answered = again.find(
    ({ time, answer }) => answer !== undefined && time - lost.time >= LEAST_TIMEOUT,
  );
  return answered ? undefined : "it was not asked again and answered";
}

const isAddressType = ({ type }: DnsExchange): boolean => type === "A" || type === "AAAA";
