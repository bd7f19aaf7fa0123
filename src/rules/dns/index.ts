import type { Rule } from "../engine/index.ts";
import { ambiguousAnswer } from "./ambiguous-answer.ts";
import { answerFromElsewhere } from "./answer-from-elsewhere.ts";
import { answerLost } from "./answer-lost.ts";
import { conntrackRace } from "./conntrack-race.ts";
import { corednsFatal } from "./coredns-fatal.ts";
import { duplicateId } from "./duplicate-id.ts";
import { failedLookup } from "./failed-lookup.ts";
import { forwardLoop } from "./forward-loop.ts";
import { hostsBypassed } from "./hosts-bypassed.ts";
import { hostsNameAsked } from "./hosts-name-asked.ts";
import { manyNxdomain } from "./many-nxdomain.ts";
import { nodelocaldnsLeak } from "./nodelocaldns-leak.ts";
import { searchAmplification } from "./search-amplification.ts";
import { silentServer } from "./silent-server.ts";
import { slowLookup } from "./slow-lookup.ts";
import { tcpBlocked } from "./tcp-blocked.ts";
import { topTalker } from "./top-talker.ts";
import { unevenLoad } from "./uneven-load.ts";
import { upstreamDead } from "./upstream-dead.ts";
import { upstreamErrors } from "./upstream-errors.ts";

/** Rules about name resolution. */
export const DNS_RULES: readonly Rule[] = [
  slowLookup,
  failedLookup,
  ambiguousAnswer,
  silentServer,
  upstreamErrors,
  hostsNameAsked,
  manyNxdomain,
  unevenLoad,
  corednsFatal,
  duplicateId,
  conntrackRace,
  answerLost,
  answerFromElsewhere,
  upstreamDead,
  tcpBlocked,
  hostsBypassed,
  searchAmplification,
  topTalker,
  forwardLoop,
  nodelocaldnsLeak,
];
