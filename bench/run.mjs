// Times inquest against its peers on the same generated files in the same run, in turn, and prints the ratios of CPU time.
// Usage: npm run bench [-- ROUNDS]
import { execFileSync, spawnSync } from "node:child_process";
import { existsSync, mkdirSync } from "node:fs";

const ROUNDS = Number(process.argv[2] ?? 3);
const FOLDER = ".bench";
const OURS = "node bin/inquest.js";

mkdirSync(FOLDER, { recursive: true });
const generated = (name, script, ...args) => {
  const file = `${FOLDER}/${name}`;
  if (!existsSync(file)) execFileSync("node", [`bench/${script}`, file, ...args]);
  return file;
};
const profile = generated("profile-30.pb.gz", "generate-profile.mjs", "30");
const labelled = generated("profile-30-labels.pb.gz", "generate-profile.mjs", "30", "labels");
const capture = generated("capture-300.pcap", "generate-capture.mjs", "300");

/** @type {{ name: string, ours: string, peers: string[] }[]} */
const COMPARISONS = [
  {
    name: "pprof top, 30 MB",
    ours: `${OURS} pprof top ${profile}`,
    peers: [`go tool pprof -symbolize=none -top ${profile}`],
  },
  {
    name: "pprof top, 30 MB with labels",
    ours: `${OURS} pprof top ${labelled}`,
    peers: [`go tool pprof -symbolize=none -top ${labelled}`],
  },
  {
    name: "a capture of 300 MB, diagnosed",
    ours: `${OURS} ${capture}`,
    peers: [
      `tshark -n -r ${capture} -q -z expert`,
      `tshark -n -r ${capture} -Y dns -T fields -e dns.id`,
      `tcpdump -r ${capture} -w -`,
    ],
  },
  { name: "start: --version", ours: `${OURS} --version`, peers: ["node -e 0"] },
  { name: "start: --help", ours: `${OURS} --help`, peers: ["node -e 0"] },
];

for (const { name, ours, peers } of COMPARISONS) {
  for (const peer of peers) {
    if (spawnSync("sh", ["-c", `command -v ${peer.split(" ")[0]}`]).status !== 0) {
      console.log(`${name}: ${peer.split(" ")[0]} is not installed`);
      continue;
    }
    const ratios = [];
    const [own, other] = [[], []];
    measure(ours);
    for (let round = 0; round < ROUNDS; round++) {
      own.push(measure(ours));
      other.push(measure(peer));
      ratios.push(other.at(-1) / own.at(-1));
    }
    const line = `${median(own).toFixed(2)} s against ${median(other).toFixed(2)} s of CPU: ${median(ratios).toFixed(2)}×`;
    console.log(`${name}, against ${peer.replaceAll(/\S*\.bench\/\S+/g, "F")}: ${line}`);
  }
}

/** User and system seconds of a whole command. */
function measure(command) {
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
