import { describeLogRule } from "../log-case.ts";

describeLogRule("node/image-gc-failed", {
  subject: { kind: "node" },
  summary: "wanted to free 5.0 GB of images and could free 397 MB",
  line: 1,
});
