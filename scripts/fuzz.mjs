// Changes the fixtures and the samples at random and gives them to the analysis, to the views of profiles and captures and to
// the reader of cluster objects: nothing may throw, take seconds, take memory without bound, or print a control character. Usage: npm run fuzz [-- SECONDS [SEED]]
import { readFileSync, readdirSync } from "node:fs";
import { gunzipSync, gzipSync } from "node:zlib";
import { InquestError, analyze, sourceOf } from "../dist/index.js";
import * as kube from "../dist/kube/index.js";
import * as pcap from "../dist/pcap/index.js";
import * as pprof from "../dist/pprof/index.js";
import * as procstack from "../dist/procstack/index.js";
import { renderText } from "../dist/report/index.js";
import { generator } from "./random.mjs";

const SECONDS = Number(process.argv[2] ?? 60);
const FIRST_SEED = Number(process.argv[3] ?? Date.now() % 1e9);
/** Larger inputs take long for what they are. */
const LARGEST = 400_000;
const SLOW_MS = 5000;
/** Bytes that recognisers look at. */
const HEAD = 65_536;
const MOST_MEMORY = 1.5 * 2 ** 30;

const files = ["test/fixtures", "samples"]
  .flatMap((folder) =>
    readdirSync(folder, { recursive: true, encoding: "utf8" }).map((name) => `${folder}/${name}`),
  )
  .filter((path) => /\.(?:gz|zst|xz|zip|pcap|pcapng|txt|prof|log|ya?ml|json)$/.test(path));
const inputs = files
  .map((path) => ({ path, bytes: readFileSync(path) }))
  .filter(({ bytes }) => bytes.length > 0 && bytes.length < LARGEST);

function changed(bytes, random, other) {
  const copy = Uint8Array.from(bytes);
  const kind = random(5);
  if (kind === 0) return copy.subarray(0, random(copy.length));
  if (kind === 1)
    return Buffer.concat([copy.subarray(0, random(copy.length)), other.subarray(random(other.length))]);
  for (let change = 1 + random(12); change > 0; change--) {
    // Bytes that mean something in many formats are more likely to hit something.
    copy[random(copy.length)] =
      random(2) === 0 ? random(256) : [0, 1, 0x7f, 0x80, 0xff, 10, 32, 48][random(8)];
  }
  return kind === 2 ? Buffer.concat([copy, copy.subarray(random(copy.length))]) : copy;
}

function views(bytes) {
  const profile = pprof.readProfile(bytes);
  if (!profile) return;
  for (const view of [pprof.top, pprof.tree, pprof.traces, pprof.tags, pprof.flame]) view(profile);
  const table = pprof.top(profile, { granularity: "lines", focus: "main|a", nodeFraction: 0 });
  if (table) pprof.renderTop(profile, table);
  for (const line of pprof.folded(profile) ?? []) if (line === "") throw new Error("an empty folded stack");
  pprof.encodeProfile(pprof.mergeProfiles([{ profile }, { profile, negate: true }]));
}

/** Every view of a capture, and a conversation packet by packet. */
async function captureViews(input, options, random) {
  const capture = await pcap.readCapture(input, { ...options, tally: true });
  const utc = { utc: random(2) === 0 };
  printable(pcap.renderSummary(pcap.summaryView(capture)));
  for (const attempts of [false, true])
    printable(pcap.renderTcp(pcap.tcpView(capture, { attempts, sort: "took" }), utc));
  for (const by of ["server", "client", "name"])
    printable(pcap.renderDns(pcap.dnsView(capture, { by, sort: "retries" }), utc));
  printable(pcap.renderDns(pcap.dnsView(capture, { queries: true, slow: 0 }), utc));
  for (const pairs of [false, true]) printable(pcap.renderTalkers(pcap.talkersView(capture, { pairs })));
  printable(pcap.renderConnections(pcap.connectionsView(capture, { sort: "idle" }), utc));
  if (Array.isArray(input) || capture.packets === 0) return;
  const frame = 1 + random(capture.packets);
  const conversation = await pcap.conversationAt(input, frame);
  if (conversation === undefined) return;
  const ladder = await pcap.ladder(input, conversation, { around: frame, limit: 1 + random(300) });
  if (ladder.packets === 0) throw new Error(`no packet in the conversation of frame ${frame}`);
  printable(pcap.renderLadder(ladder, utc));
}

/** What a cluster's objects are asked, whatever they are. */
function clusterObjects(bytes) {
  for (const object of kube.parseKubeObjects(bytes).objects)
    for (const read of [kube.podOf, kube.serviceOf, kube.workloadOf]) read(object);
}

/** Stacks by themselves: whoever reads the bytes, the view of what they make of them. */
async function stackViews(bytes, path) {
  const parts = [];
  const logs = [];
  const userStacks = [];
  for (const format of procstack.procFormats) {
    if (!format.recognise(bytes.subarray(0, HEAD), path)) continue;
    const model = await format.decode(sourceOf(bytes), path);
    if (format.kind === "kernel-log") logs.push(model);
    else if (format.kind === "user-stacks") userStacks.push({ path, model });
    else for (const part of model.parts ?? [model]) parts.push({ part, path });
  }
  const view = procstack.stacksView({ tasks: procstack.joinTasks(parts), logs, userStacks });
  for (const line of procstack.renderStacks(view))
    if (line.includes("\n")) throw new Error(`two lines: ${line}`);
}

function printable(lines) {
  for (const line of lines)
    // oxlint-disable-next-line no-control-regex
    if (/[\u0000-\u001f\u007f-\u009f]/.test(line))
      throw new Error(`a control character in ${JSON.stringify(line)}`);
}

const end = Date.now() + SECONDS * 1000;
let runs = 0;
for (let seed = FIRST_SEED; Date.now() < end; seed++, runs++) {
  const random = generator(seed);
  const input = inputs[random(inputs.length)];
  const other = inputs[random(inputs.length)];
  const raw = input.path.endsWith(".gz") && random(3) > 0 ? gunzipped(input.bytes) : input.bytes;
  let bytes = changed(raw, random, other.bytes);
  if (random(4) === 0) bytes = gzipSync(bytes);
  const started = Date.now();
  try {
    const name = `${seed}/${input.path.split("/").at(-1)}`;
    const report = await analyze([{ name, source: sourceOf(bytes) }]);
    printable(renderText(report).split("\n"));
    views(bytes);
    clusterObjects(bytes);
    await stackViews(bytes, name);
    if (pcap.isCapture(bytes)) await captureViews(bytes, {}, random);
    // Two at once are read as one capture, whatever they are.
    if (random(4) === 0) {
      const parts = [bytes, changed(other.bytes, random, raw)];
      await captureViews(parts, { continuous: random(2) === 0 }, random);
    }
  } catch (error) {
    if (!(error instanceof InquestError)) {
      console.error(`seed ${seed}, ${input.path}:`, error);
      process.exitCode = 1;
    }
  }
  const took = Date.now() - started;
  const memory = process.memoryUsage().rss;
  if (took > SLOW_MS || memory > MOST_MEMORY) {
    console.error(`seed ${seed}, ${input.path}: ${took} ms, ${Math.round(memory / 2 ** 20)} MB`);
    process.exitCode = 1;
  }
}
console.log(`${runs} inputs from ${inputs.length} files, from seed ${FIRST_SEED}`);

function gunzipped(bytes) {
  try {
    return gunzipSync(bytes, { maxOutputLength: 2 ** 26 });
  } catch {
    return bytes;
  }
}
