import { describeStand } from "./stand-case.ts";
import { replaced } from "../proc/hang-case.ts";

describeStand("runtime/lock-held", {
  folder: "test/fixtures/stands/lock-held",
  verdict: "confirmed",
  says: "It may be held by github.com/docker/docker/daemon.(*Daemon).containerStart",
  shows: /goroutine-stacks/,
  near: [
    // What waits serves nobody who lists: the images, say.
    {
      files: (all) =>
        replaced(replaced(all, "ContainerInspectCurrent", "imageService"), "ContainerInspect(", "prune("),
      verdicts: ["likely"],
    },
    // For a moment, as at any busy time.
    { files: (all) => replaced(all, /semacquire, \d+ minutes/g, "semacquire"), verdicts: ["possible"] },
    // A dump of another time, which Docker left behind.
    {
      files: (all) =>
        Object.fromEntries(
          Object.entries(all).map(([path, text]) => [
            path.replace(/goroutine-stacks.*/, "goroutine-stacks-2026-03-01T101500Z.log"),
            text,
          ]),
        ),
      verdicts: [],
    },
    // A client of Docker's API, as a monitoring agent is.
    {
      files: (all) =>
        replaced(all, /docker\/docker\/(?:daemon|api\/server|libcontainerd)/g, "docker/docker/client"),
      verdicts: [],
    },
  ],
});
