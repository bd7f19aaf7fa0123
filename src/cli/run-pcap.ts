import {
  type Capture,
  type CaptureOptions,
  dnsView,
  renderDns,
  renderSummary,
  renderTalkers,
  renderTcp,
  summaryView,
  talkersView,
  tcpView,
} from "../pcap/index.ts";
import type { PcapArgs, PcapDnsArgs, PcapTalkersArgs, PcapTcpArgs } from "./pcap-options.ts";
import { readCaptures } from "./read-captures.ts";
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
  let before = 0;
  await readCaptures(args.file, reading, async ({ path, capture }) => {
    const view = viewOf(capture);
    if (isJson) await print(entry(path, view, before === 0));
    else await print(headed(args.file.length > 1 ? path : undefined, render(view), before === 0));
    before++;
  });
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
function* entry(path: string, view: object, isFirst: boolean): Generator<string, void> {
  if (isFirst) {
    yield "{";
    yield '  "captures": [';
  }
  let at = 0;
  for (const line of viewJson({ file: path, ...view }))
    yield at++ === 0 ? `    ${isFirst ? "" : ","}${line}` : `    ${line}`;
}
