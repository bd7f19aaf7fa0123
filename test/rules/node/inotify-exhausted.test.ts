import { describeLogRule } from "../log-case.ts";

describeLogRule("node/inotify-exhausted", {
  subject: { kind: "node" },
  summary: "kubelet got no further inotify watch or instance.",
  line: 1,
});
