import { describeLogRule } from "../log-case.ts";

describeLogRule("kube/cgroup-driver-mismatch", {
  subject: { kind: "node" },
  summary: "Kubelet is set to systemd, the container runtime to cgroupfs.",
  line: 1,
});
