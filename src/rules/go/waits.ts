import type { GoroutineGroup } from "../../pprof/index.ts";
import { waitOf } from "./goroutine-text.ts";
import { lockRequest } from "./locks.ts";

/** Waits that only another goroutine of the process can end; nobody outside can. */
export const WAITS_INSIDE = /^(?:chan|select|semacquire|sync\.)/;
/** Of these, the ones in which idle workers don't stand. */
export const NEVER_IDLE = /^(?:chan send|chan (?:send|receive) \(nil chan\)|select \(no cases\))/;

/** Loops and handlers that there is one of for each connection or request: they are as many as peers ask for. */
const OF_PEER =
  /^net\/http\.\(\*(?:conn|http2serverConn)\)\.(?:serve|runHandler)$|^net\/http\.\(\*persistConn\)\.writeLoop$|(?:^|\/)golang\.org\/x\/net\/http2\.\(\*serverConn\)\.(?:serve|runHandler)$|(?:^|\/)google\.golang\.org\/grpc(?:\.\(\*Server\)|\/internal\/transport\.\(\*(?:loopyWriter|controlBuffer|http2Server|http2Client)\))\./;

/** Whether there is one such goroutine for each peer or its request. */
export const isOfPeer = ({ frames }: GoroutineGroup): boolean =>
  frames.some(({ func }) => OF_PEER.test(func));

/**
 * Whether nothing outside ends a wait: it is for another goroutine, and not for a lock, which comes when whoever keeps it
 * is done.
 */
export function waitsInside(group: GoroutineGroup): boolean {
  return WAITS_INSIDE.test(waitOf(group) ?? "") && lockRequest(group) === undefined;
}
