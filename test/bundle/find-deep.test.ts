import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { openBundle } from "../../src/bundle/index.ts";
import type { Artifact } from "../../src/bundle/index.ts";
import { HEAD_LENGTH } from "../../src/bytes/index.ts";

const DUMP = readFileSync(new URL("../fixtures/pprof/panic.txt", import.meta.url), "utf8");
const LINE = 'I0501 10:00:00.123456       1 reconciler.go:7] "Reconciling" goroutine 7 [sic]: fine\n';
const LOG = LINE.repeat(Math.ceil((4 * HEAD_LENGTH) / LINE.length));
const KERNEL = "[  100.000000] device eth0 entered promiscuous mode\n".repeat(5000);

async function open(content: string, chunk = 1 << 20): Promise<readonly Artifact[]> {
  const bytes = new TextEncoder().encode(content);
  const source = {
    size: bytes.length,
    *stream() {
      for (let at = 0; at < bytes.length; at += chunk) yield bytes.slice(at, at + chunk);
    },
  };
  return (await openBundle({ name: "app.log", source })).artifacts;
}

/** The dumps, without the log that they stand in. */
async function dumps(content: string, chunk?: number): Promise<readonly Artifact[]> {
  return (await open(content, chunk)).filter(({ kind }) => kind !== "component-log");
}

describe("a dump deep in a log", () => {
  it.each([1 << 20, 65_536, 4099])("is found, in chunks of %d bytes", async (chunk) => {
    for (const before of [LOG, `${LOG}${"x".repeat(chunk)}\n`]) {
      const [artifact, ...others] = await dumps(`${before}${DUMP}${LOG}`, chunk);
      expect(others).toEqual([]);
      expect(artifact).toMatchObject({
        kind: "goroutines",
        status: "read",
        content: { model: { total: 8 } },
      });
    }
  });

  it("is found whatever the chunks cut", async () => {
    for (let chunk = LOG.length + 1; chunk < LOG.length + 60; chunk++)
      expect((await dumps(`${LOG}${DUMP}`, chunk))[0]).toMatchObject({ content: { model: { total: 8 } } });
  });

  it("is found where each line is wrapped", async () => {
    const content = `${LOG}${DUMP}`.replaceAll(/^/gm, "2024-05-01T10:00:00.123456789Z stderr F ");
    expect((await dumps(content))[0]).toMatchObject({ content: { model: { total: 8, diagnostics: [] } } });
  });

  it("is found in what is something else as well", async () => {
    expect((await open(KERNEL)).map(({ kind }) => kind)).toEqual(["kernel-log"]);
    expect((await open(`${KERNEL}${DUMP}`)).map(({ kind, status }) => [kind, status])).toEqual([
      ["goroutines", "read"],
      ["kernel-log", "read"],
    ]);
  });

  it("is not claimed where there is none", async () => {
    expect(await open(LOG)).toMatchObject([{ kind: "component-log", status: "read" }]);
    expect(await open("x".repeat(3_000_000))).toMatchObject([{ kind: "unknown" }]);
  });
});
