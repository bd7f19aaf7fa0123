import type { GoroutineGroup, GoroutineSet } from "../../pprof/index.ts";
import { waitReason } from "../../pprof/index.ts";
import { waitOf } from "./goroutine-text.ts";
import { lockRequest } from "./locks.ts";

/** Waits that only another goroutine of the process can end; nobody outside can. */
export const WAITS_INSIDE = /^(?:chan|select|semacquire|sync\.)/;
/** Of these, the ones in which idle workers don't stand. */
export const NEVER_IDLE = /^(?:chan send|chan (?:send|receive) \(nil chan\)|select \(no cases\))/;

/** Functions that read from a peer: a stack with one of them waits for somebody else's bytes. */
const READS_PEER =
  /^net\.\(\*(?:conn|netFD|TCPConn|UDPConn|UnixConn)\)\.(?:Read|ReadFrom|Accept)|^crypto\/tls\.\(\*Conn\)\.Read/;
/** Loops and handlers that there is one of for each connection or request: they are as many as peers ask for. */
const OF_PEER =
  /^net\/http\.\(\*http2serverConn\)\.(?:serve|runHandler)$|^net\/http\.\(\*persistConn\)\.writeLoop$|(?:^|\/)golang\.org\/x\/net\/http2\.\(\*serverConn\)\.(?:serve|runHandler)$|(?:^|\/)google\.golang\.org\/grpc(?:\.\(\*Server\)|\/internal\/transport\.\(\*(?:loopyWriter|controlBuffer|http2Server|http2Client)\))\./;
/** While a handler of HTTP/1 works, another goroutine reads from its client, until that has gone. */
const HANDLER = "net/http.(*conn).serve";
/** Share of the handlers whose clients are there, below which many have none. */
const SERVED = 0.5;
/** What there is two of for each connection is equal in number, but for those that begin and end meanwhile. */
const UNEQUAL = 0.1;

/** The function by which a stack reads from a peer. */
export const readsPeer = ({ frames }: GoroutineGroup): string | undefined =>
  frames.find(({ func }) => READS_PEER.test(func))?.func;

/** Whether there is one such goroutine for each peer or its request: it waits for the peer, or works for one that is there. */
export function isOfPeer(group: GoroutineGroup, set: GoroutineSet): boolean {
  if (readsPeer(group) !== undefined || group.frames.some(({ func }) => OF_PEER.test(func))) return true;
  if (group.frames.some(({ func }) => func === HANDLER))
    return readers(set).reduce((sum, { count }) => sum + count, 0) >= group.count * SERVED;
  return isAccompanied(group, set);
}

/** Whether as many others wait for their peers, as the two halves of connections do. */
export const isAccompanied = (group: GoroutineGroup, set: GoroutineSet): boolean =>
  readers(set).some(
    (other) => other !== group && Math.abs(other.count - group.count) <= UNEQUAL * group.count,
  );

const readers = ({ groups }: GoroutineSet): GoroutineGroup[] =>
  groups.filter((group) => waitReason(group) === "IO wait" && readsPeer(group) !== undefined);

/**
 * Whether nothing outside ends a wait: it is for another goroutine, and not for a lock, which comes when whoever keeps it
 * is done.
 */
export function waitsInside(group: GoroutineGroup): boolean {
  return WAITS_INSIDE.test(waitOf(group) ?? "") && lockRequest(group) === undefined;
}
