import { describe, expect, it } from "vitest";
import { scan } from "./scan.ts";

const ID = "8f8020e79b1341d0a75ae8b09ab0d9a39d5d2a2a4b0b0d1b0c6f36a1be0b8f21";
const SHORT = ID.slice(0, 12);

/** The words of the runtimes in their eras, in the clothes that collectors find them in. */
const LINES: readonly [
  name: string,
  path: string,
  line: string,
  component: string,
  container: string,
  after: string,
][] = [
  [
    "Docker until 20.10, in the journal",
    "logs/journalctl_--no-pager",
    `Dec 05 10:14:11 node-a dockerd[900]: time="2017-12-05T10:14:11.067151142+08:00" level=info msg="Container ${SHORT} failed to exit within 10 seconds of kill - trying direct SIGKILL"`,
    "dockerd",
    SHORT,
    "SIGKILL",
  ],
  [
    "Docker 20.10, by itself",
    "a.txt",
    `time="2026-11-22T13:56:13.867866253Z" level=error msg="Container failed to exit within 10 seconds of kill - trying direct SIGKILL" container=${ID} error="context deadline exceeded" module=libcontainerd`,
    "dockerd",
    ID,
    "SIGKILL",
  ],
  [
    "Docker since, by its name",
    "docker/docker.log",
    `time="2023-05-05T10:14:11.067151142Z" level=error msg="Container failed to exit within 10s of kill - trying direct SIGKILL" container=${ID} error="context deadline exceeded"`,
    "dockerd",
    ID,
    "SIGKILL",
  ],
  [
    "Docker after SIGTERM, until 20.10",
    "dockerd.log",
    `time="2019-05-05T10:14:11Z" level=info msg="Container ${ID} failed to exit within 10 seconds of signal 15 - using the force"`,
    "dockerd",
    ID,
    "another signal",
  ],
  [
    "Docker after SIGTERM since, as JSON of the journal",
    "journal.json",
    JSON.stringify({
      __REALTIME_TIMESTAMP: "1683281651067151",
      _HOSTNAME: "node-a",
      SYSLOG_IDENTIFIER: "dockerd",
      _SYSTEMD_UNIT: "docker.service",
      MESSAGE: `time="2023-05-05T10:14:11.067151142Z" level=info msg="Container failed to exit within 10s of signal 15 - using the force" container=${ID}`,
    }),
    "dockerd",
    ID,
    "another signal",
  ],
  [
    "containerd, in Kubernetes' words",
    "containerd/containerd-log.txt",
    `2024-06-19T14:51:06+0000 node-a containerd[812]: time="2024-06-19T14:51:06.136427Z" level=error msg="StopContainer for \\"${ID}\\" failed" error="rpc error: code = DeadlineExceeded desc = an error occurs during waiting for container \\"${ID}\\" to be killed: wait container \\"${ID}\\": context deadline exceeded"`,
    "containerd",
    ID,
    "SIGKILL",
  ],
  [
    "kubelet since 1.20",
    "kubelet.log",
    `E0619 14:49:06.135666    3122 remote_runtime.go:366] "StopContainer from runtime service failed" err="rpc error: code = DeadlineExceeded desc = context deadline exceeded" containerID="${ID}"`,
    "kubelet",
    ID,
    "SIGKILL",
  ],
  [
    "kubelet before, in a container of Docker",
    "a.txt",
    JSON.stringify({
      log: `E0619 14:49:06.135666    3122 remote_runtime.go:276] StopContainer "${ID}" from runtime service failed: rpc error: code = DeadlineExceeded desc = context deadline exceeded\n`,
      stream: "stderr",
      time: "2020-06-19T14:49:06.135666123Z",
    }),
    "kubelet",
    ID,
    "SIGKILL",
  ],
];

describe("container-kill-timeout", () => {
  it.each(LINES)("is read of %s", (_, path, line, component, container, after) => {
    const log = scan(`${line}\n${line}\n`, path);
    expect(log.events).toMatchObject([
      {
        signature: "container-kill-timeout",
        component,
        fields: { container, after },
        count: 2,
        first: { line: 1 },
        last: { line: 2 },
      },
    ]);
    expect(log.diagnostics).toEqual([]);
  });

  it.each([
    [
      "a wait that its client called off",
      `level=error msg="An error occurs during waiting for container \\"${ID}\\" to be killed" error="wait container \\"${ID}\\" is cancelled"`,
    ],
    [
      "another error of the runtime",
      `E0619 14:49:06.135666    3122 remote_runtime.go:366] "StopContainer from runtime service failed" err="rpc error: code = NotFound desc = not found" containerID="${ID}"`,
    ],
    [
      "what another program writes",
      `Dec 05 10:14:11 node-a chat[900]: Container ${ID} failed to exit within 10 seconds of kill - trying direct SIGKILL`,
    ],
    [
      "the kernel",
      `Dec 05 10:14:11 node-a kernel: Container ${ID} failed to exit within 10 seconds of kill - trying direct SIGKILL`,
    ],
  ])("is not %s", (_, line) => {
    expect(scan(`${line}\n`).events).toEqual([]);
  });
});
