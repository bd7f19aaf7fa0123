import { describeLogRule } from "../log-case.ts";

describeLogRule("node/inotify-exhausted", {
  subject: { kind: "node" },
  summary: "inotify's instances or watches of a user are used up",
  line: 2,
});
