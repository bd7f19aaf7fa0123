import { endText } from "../views/ends.ts";
import { bytesText, counted, spanText, timeText, utcText, wrapped } from "../views/text.ts";
import { icmpName } from "./icmp-name.ts";
import type { Ladder, LadderDns, LadderTcp, LeftOut, Rung } from "./rung.ts";

const WIDTH = 100;
const LEAST_NOTES = 24;
/** Of an arrow beside its label. */
const LEAST_ARROW = 5;

/** A {@link Ladder} as text, line by line: time, time since the packet before, frame, arrow, and what is to be noticed. */
export function* renderLadder(
  ladder: Ladder,
  { utc = false }: { utc?: boolean } = {},
): Generator<string, void> {
  const client = endText(ladder.client, ladder.clientPort);
  const server = endText(ladder.server, ladder.serverPort);
  yield* header(ladder, client, server, utc);
  if (ladder.rungs.length === 0) return;
  yield "";
  const labels = ladder.rungs.map((rung) => label(rung, ladder.protocol));
  const widest = labels.reduce((most, text) => Math.max(most, text.length), 0);
  const lane = Math.max(widest + 2 + LEAST_ARROW, client.length + server.length + 3);
  const clock = { start: ladder.start, utc };
  const times = ladder.rungs.map(({ time }) => timeOfDay(timeText(time, clock), utc));
  const timeWidth = times.reduce((most, text) => Math.max(most, text.length), 4);
  const gapWidth = 8;
  const frameWidth = ladder.rungs.reduce((most, { frame }) => Math.max(most, String(frame).length), 5);
  const before = (time: string, gap: string, frame: string) =>
    `${time.padStart(timeWidth)}  ${gap.padStart(gapWidth)}  ${frame.padStart(frameWidth)}  `;
  const indent = timeWidth + gapWidth + frameWidth + 6;
  const room = Math.max(LEAST_NOTES, WIDTH - indent - lane - 4);
  const ends = `${client}${server.padStart(lane + 2 - client.length)}`;
  yield `${before("time", "gap", "frame")}${ends}`;
  const gaps = (at: number) =>
    ladder.leftOut.filter(({ after }) => after === at).map((gap) => leftOut(gap, indent));
  for (const [at, rung] of ladder.rungs.entries()) {
    yield* gaps(at);
    const gap = rung.gap === undefined ? "" : gapText(rung.gap);
    const [first = "", ...more] = wrapped(notes(rung).join(", "), room);
    const head = before(times[at] ?? "", gap, String(rung.frame));
    yield `${head}|${arrow(labels[at] ?? "", rung.from, lane)}|  ${first}`.trimEnd();
    for (const line of more) yield `${" ".repeat(indent)}|${" ".repeat(lane)}|  ${line}`;
  }
  yield* gaps(ladder.rungs.length);
}

function* header(ladder: Ladder, client: string, server: string, utc: boolean): Generator<string, void> {
  const protocol = ladder.protocol === undefined ? "" : ` over ${ladder.protocol.toUpperCase()}`;
  yield `${client} (client) and ${server} (server)${protocol}: ${counted(ladder.packets, "packet")}`;
  if (ladder.packets === 0) return;
  const parts = [
    `client sends ${counted(ladder.clientPackets, "packet")}, ${bytesText(ladder.clientBytes)}`,
    `server ${counted(ladder.serverPackets, "packet")}, ${bytesText(ladder.serverBytes)}`,
    ...(ladder.retransmissions > 0 ? [counted(ladder.retransmissions, "retransmission")] : []),
    ...(ladder.copies > 0 ? [`${counted(ladder.copies, "copy", "copies")} on other interfaces`] : []),
  ];
  yield parts.join("; ");
  if (ladder.protocol === "tcp" && !ladder.begun)
    yield "It began before the capture: sequence numbers count from the first ones captured";
  const first = ladder.rungs[0];
  if (utc && ladder.start !== undefined && first !== undefined)
    yield `Times are UTC, from ${utcText(ladder.start + first.time)} on`;
}

function leftOut({ packets, firstFrame, lastFrame, seconds }: LeftOut, indent: number): string {
  const frames = packets === 1 ? `frame ${firstFrame}` : `frames ${firstFrame} to ${lastFrame}`;
  return `${" ".repeat(indent)}... ${counted(packets, "packet")} left out, ${frames}, ${spanText(seconds)} ...`;
}

/** A time without its date, which stands in the head. */
const timeOfDay = (text: string, utc: boolean): string => (utc ? text.slice(text.indexOf(" ") + 1) : text);

const gapText = (gap: number): string => (gap < 0 ? `-${spanText(-gap)}` : spanText(gap));

function arrow(label: string, from: Rung["from"], lane: number): string {
  const dashes = "-".repeat(Math.max(1, lane - label.length - 4));
  return from === "client" ? ` ${label} ${dashes}> ` : ` <${dashes} ${label} `;
}

function label({ tcp, dns, icmp, length }: Rung, protocol: Ladder["protocol"]): string {
  if (icmp !== undefined) return `ICMP ${icmp.type}/${icmp.code}`;
  if (tcp === undefined && protocol === "tcp") return "TCP, cut by the capture";
  if (tcp === undefined) return dns === undefined ? `UDP len ${length}` : dnsLabel(dns);
  return [
    tcp.flags.length === 0 ? "no flags" : tcp.flags.join(" "),
    `seq ${tcp.seq}`,
    ...(tcp.ack === undefined ? [] : [`ack ${tcp.ack}`]),
    ...(length === 0 ? [] : [`len ${length}`]),
  ].join(" ");
}

function dnsLabel({ id, type, rcode }: LadderDns): string {
  const number = `0x${id.toString(16).padStart(4, "0")}`;
  return rcode === undefined ? `${number} ${type}?` : `${number} ${type} ${rcode}`;
}

function notes({ tcp, dns, icmp, copies }: Rung): string[] {
  return [
    ...(icmp === undefined ? [] : [icmpName(icmp), `from ${icmp.from}`]),
    ...(tcp === undefined ? [] : tcpNotes(tcp)),
    ...(dns === undefined ? [] : dnsNotes(dns, tcp !== undefined)),
    ...(copies.length === 0 ? [] : [`also ${copies.join(" ")}`]),
  ];
}

function tcpNotes(tcp: LadderTcp): string[] {
  const { mss, windowScale, sackPermitted, sack, timestamp, others } = tcp.options;
  const isSyn = tcp.flags.includes("SYN");
  const isReset = tcp.flags.includes("RST");
  return [
    ...(tcp.isNew ? ["NEW CONNECTION"] : []),
    ...(tcp.isChallenge ? ["CHALLENGE ACK of an older connection"] : []),
    ...(tcp.isRetransmission
      ? [tcp.retransmissionOf > 0 ? `RETRANSMISSION of ${tcp.retransmissionOf}` : "RETRANSMISSION"]
      : []),
    ...(tcp.isOutOfOrder ? ["OUT OF ORDER"] : []),
    ...(tcp.missing > 0 && !isReset ? [`${counted(tcp.missing, "byte")} before it MISSING`] : []),
    ...(tcp.isKeepAlive ? [tcp.isWindowProbe ? "WINDOW PROBE" : "keepalive"] : []),
    ...(tcp.isKeepAliveAck ? ["keepalive ACK"] : []),
    ...(tcp.duplicateAck > 0 ? [`duplicate ACK ${tcp.duplicateAck}`] : []),
    ...(tcp.window === 0 && !isReset ? ["ZERO WINDOW"] : isReset ? [] : [`win ${tcp.window}`]),
    ...(mss === undefined ? [] : [`mss ${mss}`]),
    ...(windowScale === undefined ? [] : [`scale ${windowScale}`]),
    ...(sackPermitted ? ["sack ok"] : []),
    ...sack.map(([from, to]) => `sack ${from}-${to}`),
    ...(timestamp === undefined || !isSyn ? [] : [`ts ${timestamp.value}/${timestamp.echo}`]),
    ...others,
  ];
}

function dnsNotes(dns: LadderDns, isTcp: boolean): string[] {
  return [
    ...(isTcp ? [dnsLabel(dns)] : []),
    ...(dns.name === "" ? [] : [dns.name]),
    ...(dns.rcode === undefined ? [] : [counted(dns.answers, "record")]),
    ...(dns.truncated ? ["TRUNCATED"] : []),
  ];
}
