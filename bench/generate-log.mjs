// Writes a journal of a made-up node, of a wanted size: what kubelet, containerd, dockerd, systemd and the kernel write all day, and
// in one line of five hundred something that is looked for.
// Usage: node bench/generate-log.mjs FILE MEGABYTES
import { closeSync, openSync, writeSync } from "node:fs";
import { generator } from "../scripts/random.mjs";

const [file, megabytes] = process.argv.slice(2);
const WANTED = Number(megabytes) * 2 ** 20;

const random = generator(11);
const hex = (length) => Array.from({ length }, () => random(16).toString(16)).join("");
const pod = () => `shop/web-${hex(8)}`;
const klog = (clock, level, source, text) =>
  `kubelet[812]: ${level}0412 ${clock}.${100_000 + random(900_000)}     812 ${source}] ${text}`;
const logfmt = (clock, level, text) =>
  `time="2024-04-12T${clock}.${100_000_000 + random(900_000_000)}Z" level=${level} msg=${text}`;

const USUAL = [
  (clock) =>
    klog(
      clock,
      "I",
      "kubelet.go:2130",
      `"SyncLoop (PLEG): event for pod" pod="${pod()}" event=&{ID:${hex(32)} Type:ContainerStarted Data:${hex(64)}}`,
    ),
  (clock) =>
    klog(
      clock,
      "E",
      "pod_workers.go:1294",
      `"Error syncing pod, skipping" err="failed to \\"StartContainer\\" for \\"app\\" with CrashLoopBackOff: \\"back-off 5m0s restarting failed container=app pod=web-${hex(8)}_shop(${hex(32)})\\"" pod="${pod()}" podUID=${hex(32)}`,
    ),
  (clock) =>
    klog(
      clock,
      "I",
      "prober.go:107",
      `"Probe failed" probeType="Readiness" pod="${pod()}" podUID=${hex(32)} containerName="app" probeResult=failure output="Get \\"http://10.2.3.${random(255)}:8080/healthz\\": context deadline exceeded (Client.Timeout exceeded while awaiting headers)"`,
    ),
  (clock) =>
    `containerd[811]: ${logfmt(clock, "info", `"StopContainer for \\"${hex(64)}\\" returns successfully"`)}`,
  (clock) =>
    `dockerd[900]: ${logfmt(clock, "info", `"ignoring event"`)} container=${hex(64)} module=libcontainerd namespace=moby topic=/tasks/delete type="*events.TaskDelete"`,
  () => `systemd[1]: run-docker-runtime\\x2drunc-moby-${hex(64)}-runc.${hex(6)}.mount: Succeeded.`,
  () =>
    `kernel: [${random(999_999)}.${random(999_999)}] IPv6: ADDRCONF(NETDEV_CHANGE): veth${hex(8)}: link becomes ready`,
];
const SOUGHT = [
  (clock) =>
    klog(
      clock,
      "E",
      "kubelet.go:1846",
      `"Skipping pod synchronization" err="PLEG is not healthy: pleg was last seen active ${3 + random(9)}m${random(60)}.${random(999)}s ago; threshold is 3m0s"`,
    ),
  (clock) =>
    `dockerd[900]: ${logfmt(clock, "error", `"Container failed to exit within 10s of kill - trying direct SIGKILL"`)} container=${hex(64)} error="context deadline exceeded"`,
  (clock) =>
    klog(
      clock,
      "I",
      "request.go:601",
      `Waited for ${1 + random(9)}.${random(999)}s due to client-side throttling, not priority and fairness, request: GET:https://10.0.0.10:6443/api/v1/nodes`,
    ),
];

const out = openSync(file, "w");
let written = 0;
for (let second = 0; written < WANTED;) {
  let text = "";
  for (; text.length < 2 ** 20 && written + text.length < WANTED; second++) {
    const clock = [
      Math.floor(second / 36_000) % 24,
      Math.floor(second / 600) % 60,
      Math.floor(second / 10) % 60,
    ]
      .map((part) => String(part).padStart(2, "0"))
      .join(":");
    const lines = random(500) === 0 ? SOUGHT : USUAL;
    text += `Apr 12 ${clock} node-a ${lines[random(lines.length)](clock)}\n`;
  }
  written += writeSync(out, text);
}
closeSync(out);
