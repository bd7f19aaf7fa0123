import { describeHang, filesOf, passing, replaced, without } from "./hang-case.ts";

describeHang("proc/fuse-server-stuck", {
  folder: "samples/zap-fuse/bundle",
  says: "python3 (8245), which serves a mount, is stopped.",
  explains: ["proc/pid-namespace-zap-hang", "proc/uninterruptible"],
  // The server runs, and nobody was killed.
  moment: replaced(
    without(passing(filesOf("samples/zap-fuse/bundle")), /fuse\/connections|\/proc\/8299\//),
    "State:\tT (stopped)",
    "State:\tS (sleeping)",
  ),
  rival: { folder: "samples/zap-frozen/bundle", verdicts: [] },
  missing: { path: /\/8245\//, verdicts: ["confirmed"], ask: "/dev/fuse" },
});
