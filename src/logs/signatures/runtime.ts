import type { Component } from "../component.ts";
import type { Signature } from "../signature.ts";

const DOCKER: readonly Component[] = ["dockerd"];
const CRI: readonly Component[] = ["containerd", "cri-o", "kubelet", "all-in-one"];
const KILL_TIMEOUT = {
  id: "container-kill-timeout",
  // After SIGKILL only the kernel can keep a container; after another signal the program may just not care, as healthy ones do.
  means: "a container was still there when the time was up after the signal that the field `after` names",
  keys: ["container", "after"],
} as const;

/** What container runtimes, and kubelet of them, say of containers. */
export const runtimeSignatures = [
  {
    ...KILL_TIMEOUT,
    of: DOCKER,
    literals: ["seconds of kill - trying direct SIGKILL"],
    pattern:
      /Container (?<container>[0-9a-f]{12,64}) failed to exit within (?<waited>\d{1,6}) seconds of kill/,
    fixed: { after: "SIGKILL" },
  },
  {
    // Since 20.10 the container is a field of the entry.
    ...KILL_TIMEOUT,
    of: DOCKER,
    literals: ["s of kill - trying direct SIGKILL"],
    pattern:
      /Container failed to exit within (?<waited>[\d.hms]{1,16}(?: seconds)?) of kill\b.{0,400}?\bcontainer="?(?<container>[0-9a-f]{12,64})/,
    fixed: { after: "SIGKILL" },
  },
  {
    ...KILL_TIMEOUT,
    of: DOCKER,
    literals: [" - using the force"],
    pattern:
      /Container (?<container>[0-9a-f]{12,64}) failed to exit within (?<waited>\d{1,6}) seconds of signal (?<signal>\d{1,3}) /,
    fixed: { after: "another signal" },
  },
  {
    ...KILL_TIMEOUT,
    of: DOCKER,
    literals: [" - using the force"],
    pattern:
      /Container failed to exit within (?<waited>[\d.hms]{1,16}(?: seconds)?) of signal (?<signal>\d{1,3}) .{0,400}?\bcontainer="?(?<container>[0-9a-f]{12,64})/,
    fixed: { after: "another signal" },
  },
  {
    // A wait that was called off, because the client had gone, reads `is cancelled`.
    ...KILL_TIMEOUT,
    of: CRI,
    literals: ["during waiting for container"],
    pattern:
      /an error occurs during waiting for container "(?<container>[0-9a-f]{12,64})" to be killed.{0,120}?(?:deadline exceeded|timed? ?out)/i,
    fixed: { after: "SIGKILL" },
  },
  {
    // Kubelet gives the runtime two minutes beyond the pod's own time.
    ...KILL_TIMEOUT,
    of: CRI,
    literals: ["StopContainer from runtime service failed"],
    pattern:
      /StopContainer from runtime service failed.{0,200}?(?:DeadlineExceeded|deadline exceeded).{0,400}?\bcontainerID="?(?<container>[0-9a-f]{12,64})/,
    fixed: { after: "SIGKILL" },
  },
  {
    ...KILL_TIMEOUT,
    of: CRI,
    literals: [" from runtime service failed: "],
    pattern:
      /StopContainer "(?<container>[0-9a-f]{12,64})" from runtime service failed: .{0,80}?(?:DeadlineExceeded|deadline exceeded)/,
    fixed: { after: "SIGKILL" },
  },
  {
    id: "container-name-reserved",
    means: "the runtime is asked for a container that it is still at work on, or has lost half-made",
    of: CRI,
    literals: ["failed to reserve container name"],
    pattern: /failed to reserve container name "?(?<name>[\w.-]{1,400})/,
  },
] as const satisfies readonly Signature[];
