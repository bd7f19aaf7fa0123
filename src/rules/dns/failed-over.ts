import { groupBy } from "../../bytes/index.ts";
import type { DnsExchange } from "../../pcap/index.ts";
import type { Conversation } from "./dns-trouble.ts";
import { LEAST_TIMEOUT } from "./dns-trouble.ts";

/**
 * The queries that were answered, but so late that their client had put the question to another server by then: each with
 * the first query to another one. Some resolvers ask several servers at once, which is no sign of that.
 *
 * @param all the conversations of the host
 */
export function failedOver(
  { capture, client, server, exchanges }: Conversation,
  all: readonly Conversation[],
): ReadonlyMap<DnsExchange, DnsExchange> {
  const found = new Map<DnsExchange, DnsExchange>();
  const late = exchanges.filter(
    ({ answer, time }) => answer !== undefined && answer.time - time >= LEAST_TIMEOUT,
  );
  if (late.length === 0) return found;
  const elsewhere = all
    .filter((other) => other.capture === capture && other.client === client && other.server !== server)
    .flatMap((other) => other.exchanges);
  const asked = groupBy(elsewhere, questionOf);
  for (const query of late) {
    const until = query.answer?.time ?? query.time;
    const next = asked
      .get(questionOf(query))
      ?.find(({ time }) => time >= query.time + LEAST_TIMEOUT && time <= until);
    if (next) found.set(query, next);
  }
  return found;
}

const questionOf = ({ type, name }: DnsExchange): string => `${type} ${name}`;
