// Logs of one made-up node: hours of what its programs write while all is well, and lines of its own trouble among them.
import { hexOf } from "./texts.mjs";

const two = (number) => String(number).padStart(2, "0");
/** The time of day of a tenth of a second of the log. */
export const clockOf = (tenth) =>
  `${two(Math.floor(tenth / 36_000) % 24)}:${two(Math.floor(tenth / 600) % 60)}:${two(Math.floor(tenth / 10) % 60)}`;

/** Lines until so many bytes are there; each of `troubles` a few times among them. */
function fill(random, bytes, line, troubles) {
  const out = [];
  let length = 0;
  for (let tenth = 0; length < bytes; tenth += 1 + random(9)) {
    const clock = clockOf(tenth);
    const text =
      troubles.length > 0 && random(400) === 0
        ? troubles[random(troubles.length)](clock, tenth)
        : line(clock, tenth);
    out.push(text);
    length += text.length + 1;
  }
  return `${out.join("\n")}\n`;
}

/** What kubelet, containerd and systemd write to the journal, as `journalctl` prints it. */
export function journal(random, { host, bytes, troubles = [] }) {
  const hex = hexOf(random);
  const pod = () => `shop/web-${hex(8)}`;
  const usual = [
    (clock) =>
      `kubelet[812]: I0412 ${clock}.${100_000 + random(900_000)}     812 kubelet.go:2130] "SyncLoop (PLEG): event for pod" pod="${pod()}" event={"ID":"${hex(32)}","Type":"ContainerStarted","Data":"${hex(64)}"}`,
    (clock) =>
      `kubelet[812]: I0412 ${clock}.${100_000 + random(900_000)}     812 reconciler.go:224] "operationExecutor.VerifyControllerAttachedVolume started for volume \\"kube-api-access-${hex(5)}\\" (UniqueName: \\"kubernetes.io/projected/${hex(32)}\\") pod \\"web-${hex(8)}\\" " pod="${pod()}"`,
    (clock) =>
      `containerd[811]: time="2024-04-12T${clock}.${100_000_000 + random(900_000_000)}Z" level=info msg="StopContainer for \\"${hex(64)}\\" returns successfully"`,
    (clock) =>
      `containerd[811]: time="2024-04-12T${clock}.${100_000_000 + random(900_000_000)}Z" level=info msg="CreateContainer within sandbox \\"${hex(64)}\\" for &ContainerMetadata{Name:app,Attempt:0,} returns container id \\"${hex(64)}\\""`,
    () => `systemd[1]: run-containerd-runc-k8s.io-${hex(64)}-runc.${hex(6)}.mount: Deactivated successfully.`,
    () => `systemd[1]: cri-containerd-${hex(64)}.scope: Consumed ${random(90)}.${random(999)}s CPU time.`,
  ];
  return fill(
    random,
    bytes,
    (clock) => `Apr 12 ${clock} ${host} ${usual[random(usual.length)](clock)}`,
    troubles.map((trouble) => (clock) => `Apr 12 ${clock} ${host} ${trouble(clock)}`),
  );
}

/** `dmesg`. */
export function kernelLog(random, { kernel, bytes, troubles = [] }) {
  const hex = hexOf(random);
  const usual = [
    () => `IPv6: ADDRCONF(NETDEV_CHANGE): veth${hex(8)}: link becomes ready`,
    () => `cni0: port ${1 + random(200)}(veth${hex(8)}) entered forwarding state`,
    () => `device veth${hex(8)} entered promiscuous mode`,
    () => `EXT4-fs (nvme1n1): mounted filesystem with ordered data mode. Opts: (null)`,
  ];
  const stamp = (tenth) => `[${(tenth / 10).toFixed(6).padStart(12)}]`;
  return (
    `[    0.000000] Linux version ${kernel} (builder@build) (gcc 10.2.1) #1 SMP\n` +
    fill(
      random,
      bytes,
      (_, tenth) => `${stamp(tenth)} ${usual[random(usual.length)]()}`,
      troubles.map((trouble) => (_, tenth) => `${stamp(tenth)} ${trouble()}`),
    )
  );
}

/** Goroutines as `debug=2` prints them, of a program that waits in some forty places. */
export function goroutines(random, { count }) {
  const out = [];
  for (let id = 1; id <= count; id++) {
    const stack = random(40);
    const frames = Array.from(
      { length: 4 + (stack % 5) },
      (_, frame) =>
        `example.com/agent/pkg${stack % 7}.(*Worker${stack}).step${frame}(0xc000${(id * 64).toString(16)})\n\t/src/agent/pkg${stack % 7}/worker.go:${20 + frame} +0x${(64 + frame).toString(16)}`,
    );
    const state = ["chan receive", "select", "IO wait", "sleep"][stack % 4];
    out.push(
      `goroutine ${id} [${state}, ${1 + random(90)} minutes]:\n${frames.join("\n")}\ncreated by example.com/agent.Start in goroutine 1\n\t/src/agent/start.go:88 +0x1d2\n`,
    );
  }
  return `${out.join("\n")}\n`;
}
