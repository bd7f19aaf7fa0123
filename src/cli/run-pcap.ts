import { type ByteSource, InquestError } from "../bytes/index.ts";
import {
  type Capture,
  type CaptureOptions,
  connectionsView,
  type Conversation,
  conversationAt,
  dnsView,
  ladder,
  listenerKey as endText,
  parseConversation,
  renderConnections,
  renderDns,
  renderLadder,
  renderSummary,
  renderTalkers,
  renderTcp,
  summaryView,
  talkersView,
  tcpView,
} from "../pcap/index.ts";
import { DASH } from "./outcome.ts";
import type {
  PcapArgs,
  PcapConnectionsArgs,
  PcapDnsArgs,
  PcapTalkersArgs,
  PcapTcpArgs,
} from "./pcap-options.ts";
import { type OpenedCapture, openCapture, readCaptures, readMerged } from "./read-captures.ts";
import { tellDamage } from "./tell-damage.ts";
import { print, viewJson } from "./write-output.ts";

/** Rows that text has where nothing else is asked for. */
const TEXT_LIMIT = 50;

/** Writes what captures are and what is in them. */
export async function runPcapSummary(args: PcapArgs): Promise<void> {
  await show(args, { tally: true }, summaryView, renderSummary);
}

/** Writes connection attempts. */
export async function runPcapTcp(args: PcapTcpArgs): Promise<void> {
  const options = { ...args, limit: limitOf(args) };
  await show(
    args,
    {},
    (capture) => tcpView(capture, options),
    (view) => renderTcp(view, args),
  );
}

/** Writes DNS queries. */
export async function runPcapDns(args: PcapDnsArgs): Promise<void> {
  const options = { ...args, limit: limitOf(args) };
  await show(
    args,
    {},
    (capture) => dnsView(capture, options),
    (view) => renderDns(view, args),
  );
}

/** Writes who sends and receives how much. */
export async function runPcapTalkers(args: PcapTalkersArgs): Promise<void> {
  const options = { ...args, limit: limitOf(args) };
  await show(args, { tally: true }, (capture) => talkersView(capture, options), renderTalkers);
}

/** Writes TCP connections, or one conversation packet by packet. */
export async function runPcapConnections(args: PcapConnectionsArgs): Promise<void> {
  if (args.follow !== undefined || args.frame !== undefined) return follow(args);
  const options = { ...args, limit: limitOf(args) };
  await show(
    args,
    {},
    (capture) => connectionsView(capture, options),
    (view) => renderConnections(view, args),
  );
}

async function follow(args: PcapConnectionsArgs): Promise<void> {
  const [argument, ...others] = args.file;
  if (argument === undefined || others.length > 0)
    throw new InquestError("misuse", "a conversation is followed through one capture: name one file");
  const ofLists = (["server", "client", "port", "only", "sort"] as const).find(
    (option) => args[option] !== undefined,
  );
  if (ofLists !== undefined)
    throw new InquestError(
      "misuse",
      `--${ofLists} is of the list of connections, not of a single conversation`,
    );
  const { path, source, noticed } = await openCapture(argument, args.frame !== undefined);
  const conversation = await conversationOf(path, source, args);
  const dnsPorts = args["dns-port"];
  const view = await ladder(source, conversation, {
    limit: args.limit === 0 ? Number.MAX_SAFE_INTEGER : args.limit,
    around: args.frame,
    dnsPorts,
  });
  tellDamage(path, [...noticed, ...view.diagnostics]);
  if (view.packets === 0)
    throw new InquestError("misuse", `${path}: no packet of ${conversationText(conversation)}`);
  await print(args.format === "json" ? viewJson({ file: path, ...view }) : renderLadder(view, args));
}

async function conversationOf(
  path: string,
  source: ByteSource,
  args: PcapConnectionsArgs,
): Promise<Conversation> {
  if (args.follow !== undefined) {
    if (args.frame !== undefined) throw new InquestError("misuse", "give either --follow or --frame");
    return parseConversation(args.follow);
  }
  const frame = args.frame ?? 0;
  const conversation = await conversationAt(source, frame);
  if (conversation !== undefined) return conversation;
  throw new InquestError("misuse", `${path}: frame ${frame} is not there, or is neither TCP nor UDP`);
}

const conversationText = ({ client, clientPort, server, serverPort }: Conversation): string =>
  `${endText(client, clientPort)}-${endText(server, serverPort)}`;

function limitOf({
  format,
  limit,
}: {
  format: "text" | "json";
  limit: number | undefined;
}): number | undefined {
  if (limit === undefined) return format === "text" ? TEXT_LIMIT : undefined;
  return limit === 0 ? undefined : limit;
}

/** Writes a view of each capture: in text one below the other, in JSON as entries of one list. */
async function show<View extends object>(
  args: PcapArgs,
  options: CaptureOptions,
  viewOf: (capture: Capture) => View,
  render: (view: View) => Iterable<string>,
): Promise<void> {
  const dnsPorts = args["dns-port"];
  const reading = dnsPorts === undefined ? options : { ...options, dnsPorts };
  const isJson = args.format === "json";
  const isMerged = args.merge || args.continuous;
  let before = 0;
  const shown = async ({ path, capture }: OpenedCapture) => {
    const view = viewOf(capture);
    const name =
      isMerged && args.file.length > 1 ? args.file.map((file) => (file === DASH ? "-" : file)) : path;
    if (isJson) await print(entry(name, { ...view, diagnostics: capture.diagnostics }, before === 0));
    else
      await print(headed(args.file.length > 1 && !isMerged ? path : undefined, render(view), before === 0));
    before++;
  };
  if (isMerged) await shown(await readMerged(args.file, { ...reading, continuous: args.continuous }));
  else await readCaptures(args.file, reading, shown);
  if (isJson) await print(["  ]", "}"]);
}

function* headed(
  path: string | undefined,
  lines: Iterable<string>,
  isFirst: boolean,
): Generator<string, void> {
  if (!isFirst) yield "";
  if (path !== undefined) yield `==> ${path} <==`;
  yield* lines;
}

/** An entry of the list, with the comma that parts it from the one before. */
function* entry(file: string | readonly string[], view: object, isFirst: boolean): Generator<string, void> {
  if (isFirst) {
    yield "{";
    yield '  "captures": [';
  }
  let at = 0;
  for (const line of viewJson({ file, ...view }))
    yield at++ === 0 ? `    ${isFirst ? "" : ","}${line}` : `    ${line}`;
}
