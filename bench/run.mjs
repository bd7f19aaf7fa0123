// Times inquest against its peers on the same generated files in the same run, in turn, and prints the ratios of CPU time.
// Usage: npm run bench [-- ROUNDS [NAME]], of the comparisons with NAME in theirs alone
import { execFileSync, spawnSync } from "node:child_process";
import { existsSync, mkdirSync, statSync, writeFileSync } from "node:fs";
import { bundle } from "../scripts/bundle.mjs";

const ROUNDS = Number(process.argv[2] ?? 3);
/** Part of the names of the comparisons that are made. */
const ONLY = process.argv[3] ?? "";
const FOLDER = ".bench";
const OURS = "node bin/inquest.js";
const READ = `node ${FOLDER}/read-capture/read-capture.mjs`;
const SCAN = `node ${FOLDER}/scan-log/scan-log.mjs`;
const TIME_RULES = `node ${FOLDER}/time-rules/time-rules.mjs`;

mkdirSync(FOLDER, { recursive: true });
await bundle("bench/read-capture.mjs", `${FOLDER}/read-capture`);
await bundle("bench/scan-log.mjs", `${FOLDER}/scan-log`);
await bundle("bench/time-rules.mjs", `${FOLDER}/time-rules`);
const generated = (name, script, ...args) => {
  const file = `${FOLDER}/${name}`;
  if (!existsSync(file)) execFileSync("node", [`bench/${script}`, file, ...args]);
  return file;
};
/** What another program makes of a file; undefined where it is not installed. */
const made = (name, command) => {
  const file = `${FOLDER}/${name}`;
  if (!existsSync(file) && spawnSync("sh", ["-c", `${command} ${file}`]).status !== 0) return undefined;
  return file;
};
const profile = generated("cpu-30.pb.gz", "generate-profile.mjs", "30");
const labelled = generated("cpu-30-labels.pb.gz", "generate-profile.mjs", "30", "labels");
const heap = generated("heap-200.pb.gz", "generate-profile.mjs", "200", "heap");
const small = "test/fixtures/pprof/goroutine.pb.gz";
const dump = generated("goroutines-64.txt", "generate-dump.mjs", "64");
const capture = generated("capture-1000.pcap", "generate-capture.mjs", "1000");
const flows = generated("capture-flows.pcap", "generate-capture.mjs", "500", "flows");
const flood = generated("capture-flood.pcap", "generate-capture.mjs", "1", "flood");
const metrics = generated("metrics-200.txt", "generate-metrics.mjs", "200");
const capturePcapng = made("capture-1000.pcapng", `editcap -F pcapng ${capture}`);
const captureGzip = made("capture-1000.pcap.gz", `gzip -6 -c ${capture} >`);
const log = generated("journal-100.log", "generate-log.mjs", "100");
const literals = execFileSync("sh", ["-c", `${SCAN} literals`], { encoding: "utf8" }).trimEnd();
writeFileSync(`${FOLDER}/literals.txt`, `${literals}\n`);
writeFileSync(
  `${FOLDER}/expressions.txt`,
  literals.replaceAll(/[.[\](){}*+?^$|\\]/g, "\\$&").replaceAll("\n", "|"),
);
/** What was collected of so many nodes of a cluster, fifty files each, with so many times the usual pods and events. */
const collected = (nodes, times = 1) =>
  generated(`bundle-${nodes}-${times}`, "generate-bundle.mjs", String(nodes), String(times));
const clusters = collected(20);
/** The program that `go tool` would start, without what that costs. */
const PPROF = `${toolFolder()}/pprof -symbolize=none`;

/** @type {{ name: string, ours: string, peers: string[], rounds?: number }[]} */
const COMPARISONS = [
  {
    name: "pprof top, 30 MB",
    ours: `${OURS} pprof top ${profile}`,
    peers: [`${PPROF} -top ${profile}`],
  },
  {
    name: "a profile of 30 MB, decoded and nothing else",
    ours: `node bench/decode-inquest.mjs ${profile}`,
    peers: [`node bench/decode-pprof-format.mjs ${profile}`, `node bench/decode-protobufjs.mjs ${profile}`],
  },
  {
    name: "pprof top, 30 MB with labels",
    ours: `${OURS} pprof top ${labelled}`,
    peers: [`${PPROF} -top ${labelled}`],
  },
  {
    name: "pprof top, a heap profile of 200 MB",
    ours: `${OURS} pprof top ${heap}`,
    peers: [`${PPROF} -top ${heap}`],
    rounds: 1,
  },
  {
    name: "pprof top, a small profile",
    ours: `${OURS} pprof top ${small}`,
    peers: ["node -e 0", `${PPROF} -top ${small}`],
  },
  {
    name: "goroutines of a dump of 64 MB",
    ours: `${OURS} pprof goroutines ${dump}`,
    peers: [],
  },
  {
    name: "metrics of 200 MB, decoded and nothing else",
    ours: `node bench/decode-metrics.mjs ${metrics}`,
    peers: [],
  },
  {
    name: "a capture of 1 GB, diagnosed",
    ours: `${OURS} ${capture}`,
    peers: [
      `tshark -n -r ${capture} -q -z expert`,
      `tshark -n -r ${capture} -Y dns -T fields -e dns.id`,
      `tcptrace -n ${capture}`,
      `tcpdump -r ${capture} -w -`,
    ],
    rounds: 2,
  },
  {
    name: "its packets alone: handshakes, connections and DNS",
    ours: `${READ} ${capture}`,
    peers: [
      `tcpdump -r ${capture} -w -`,
      `tcptrace -n ${capture}`,
      `tshark -n -r ${capture} -q -z expert`,
      `tshark -n -r ${capture} -Y dns -T fields -e dns.id`,
    ],
  },
  ...(capturePcapng === undefined
    ? []
    : [
        {
          name: "the same as pcapng",
          ours: `${READ} ${capturePcapng}`,
          peers: [`${READ} ${capture}`],
        },
      ]),
  ...(captureGzip === undefined
    ? []
    : [
        {
          name: "the same, gzipped",
          ours: `${READ} ${captureGzip}`,
          peers: [`node bench/gunzip-alone.mjs ${captureGzip}`],
        },
      ]),
  // grep that writes to /dev/null ends with the first line that it finds.
  {
    name: "a log of 100 MB, scanned for all signatures",
    ours: `${SCAN} ${log}`,
    peers: [
      `env LC_ALL=C grep -c -E -f ${FOLDER}/expressions.txt ${log} | cat`,
      `env LC_ALL=C grep -c -F -f ${FOLDER}/literals.txt ${log} | cat`,
    ],
  },
  {
    name: "the same log, diagnosed",
    ours: `${OURS} ${log}`,
    peers: [`env LC_ALL=C grep -c -E -f ${FOLDER}/expressions.txt ${log} | cat`],
  },
  {
    name: "a bundle of 1,000 artifacts, diagnosed",
    ours: `${OURS} ${clusters}`,
    peers: [`tar cf - ${clusters}`, `env LC_ALL=C grep -r -c -E -f ${FOLDER}/expressions.txt ${clusters}`],
  },
  {
    name: "5,000 pods and 20,000 events, diagnosed",
    ours: `${OURS} ${collected(20, 10)}`,
    peers: [],
    rounds: 1,
  },
  { name: "200,000 connections at once", ours: `${OURS} ${flows}`, peers: [], rounds: 1 },
  { name: "10 million SYNs", ours: `${OURS} ${flood}`, peers: [], rounds: 1 },
  { name: "start: --version", ours: `${OURS} --version`, peers: ["node -e 0"] },
  { name: "start: --help", ours: `${OURS} --help`, peers: ["node -e 0"] },
];

for (const { name, ours, peers, rounds = ROUNDS } of COMPARISONS) {
  if (!name.includes(ONLY)) continue;
  const alone = median(Array.from({ length: rounds }, () => measure(ours))).toFixed(2);
  const isOurs = ours.startsWith(OURS) || ours.includes("/read-capture.") || ours.includes("/scan-log.");
  const peak = isOurs ? `, peak memory ${peakOf(ours)}` : "";
  console.log(`${name}: ${alone} s of CPU${peak}`);
  for (const peer of peers) {
    if (spawnSync("sh", ["-c", `command -v ${peer.split(" ")[0]}`]).status !== 0) {
      console.log(`${name}: ${peer.split(" ")[0]} is not installed`);
      continue;
    }
    const ratios = [];
    const [own, other] = [[], []];
    for (let round = 0; round < rounds; round++) {
      own.push(measure(ours));
      other.push(measure(peer));
      ratios.push(other.at(-1) / own.at(-1));
    }
    const line = `${median(own).toFixed(2)} s against ${median(other).toFixed(2)} s of CPU: ${median(ratios).toFixed(2)}×`;
    console.log(`${name}, against ${peer.replaceAll(/\S*\.bench\/\S+/g, "F")}: ${line}`);
  }
}

// What all rules cost beside the reading of what they are asked about: one node has what each rule costs the first time.
for (const [nodes, times] of [
  [1, 1],
  [5, 1],
  [20, 1],
  [100, 1],
  [20, 10],
]) {
  const name = `rules over ${nodes} nodes, ${times} times the usual pods`;
  if (!name.includes(ONLY)) continue;
  const said = execFileSync("sh", ["-c", `${TIME_RULES} ${collected(nodes, times)}`], { encoding: "utf8" });
  console.log(`${name}: ${said.trimEnd()}`);
}

/** The peak of a command of ours, as it tells itself. */
function peakOf(command) {
  const { stderr } = spawnSync("bash", ["-c", command.replace("node ", "node --import ./bench/peak.mjs ")], {
    encoding: "utf8",
    maxBuffer: 2 ** 30,
  });
  return /peak (\d+ MB)\s*$/.exec(stderr)?.[1] ?? "unknown";
}

function toolFolder() {
  const { stdout } = spawnSync("go", ["env", "GOTOOLDIR"], { encoding: "utf8" });
  return (stdout ?? "").trim();
}

/** Reads what a command will read: whoever comes behind a program that needs much memory would find it on the disk alone. */
function warm(command) {
  for (const path of command.split(" ").filter((word) => word.startsWith(FOLDER)))
    if (statSync(path).isFile()) spawnSync("cat", [path], { stdio: "ignore" });
}

/** User and system seconds of a whole command, or of what it says itself that it measured. */
function measure(command) {
  warm(command);
  if (command.includes("/decode-")) {
    const said = execFileSync("bash", ["-c", command], { encoding: "utf8" });
    return Number(/decoded in ([\d.]+) s/.exec(said)?.[1]);
  }
  const { stderr, status } = spawnSync("bash", ["-c", `TIMEFORMAT='cpu %U %S'; time ${command} >/dev/null`], {
    encoding: "utf8",
  });
  const [, user, system] = /cpu ([\d.]+) ([\d.]+)\s*$/.exec(stderr) ?? [];
  if (status !== 0 || user === undefined) throw new Error(`${command} failed:\n${stderr}`);
  return Number(user) + Number(system);
}

function median(values) {
  return values.toSorted((a, b) => a - b)[values.length >> 1];
}
