import { expect, it } from "vitest";
import { readArtifacts } from "../../src/bundle/read-artifacts.ts";

it("lets go of a source whose reader leaves early", async () => {
  let open = false;
  const source = {
    size: undefined,
    async *stream() {
      open = true;
      try {
        for (;;) yield new Uint8Array(1 << 20);
      } finally {
        open = false;
      }
    },
  };
  for await (const artifact of readArtifacts({ path: "x.bin", source })) {
    expect(artifact.status).toBe("unread");
    expect(open).toBe(true);
    break;
  }
  expect(open).toBe(false);
});
