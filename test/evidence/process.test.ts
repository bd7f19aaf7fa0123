import { describe, expect, it } from "vitest";
import { openBundle } from "../../src/bundle/index.ts";
import { sourceOf } from "../../src/bytes/index.ts";
import { buildCase } from "../../src/evidence/index.ts";
import { bytesOf } from "../pprof/fixtures.ts";
import { MAIN, dump } from "../rules/go/dump.ts";
import { heap, threadcreate } from "../rules/go/profiles.ts";
import { status } from "../rules/go/threads.ts";

/** The processes of a host, each with the names of its snapshots and its pid. */
async function processes(files: Record<string, string | Uint8Array>) {
  const bundle = await openBundle(
    Object.entries(files).map(([name, content]) => ({
      name: `b/node-a/data/${name}`,
      source: sourceOf(typeof content === "string" ? bytesOf(content) : content),
    })),
  );
  const [host] = buildCase(bundle).hosts;
  return host?.processes.map(({ name, profiles, goroutines, task }) => ({
    name,
    snapshots: [...profiles, ...goroutines].map(({ artifact }) => artifact.path.split("/").at(-1)),
    pid: task?.pid,
  }));
}

const TEXT = dump([3, MAIN]);
const HEAP = [[["main.put"], 1, 1]] as const;

describe("the processes of a host", () => {
  it("have their snapshots in one folder, and are called by their binary, else by the folder", async () => {
    expect(
      await processes({
        "pod-1/heap.pb": heap(HEAP),
        "pod-1/threads.pb": threadcreate(9),
        "pod-1/goroutine.txt": TEXT,
        "pod-2/goroutine.txt": TEXT,
      }),
    ).toEqual([
      { name: "orders", snapshots: ["heap.pb", "threads.pb", "goroutine.txt"], pid: undefined },
      { name: "pod-2", snapshots: ["goroutine.txt"], pid: undefined },
    ]);
  });

  it("are told apart in a folder by binary and vDSO; what tells neither is of none of several", async () => {
    const [one, other] = [0x7f11_0000_1000, 0x7f22_0000_1000];
    const files = {
      "a-heap.pb": heap(HEAP, { vdso: one }),
      "a-threads.pb": threadcreate(9, { vdso: one }),
      "b-heap.pb": heap(HEAP, { vdso: other }),
      "c-heap.pb": heap(HEAP, { binary: "prices", vdso: one }),
      "d-heap.pb": heap(HEAP, { binary: "prices" }),
      "e-heap.pb": heap(HEAP),
      "goroutine.txt": TEXT,
    };
    expect((await processes(files))?.map(({ snapshots }) => snapshots)).toEqual([
      ["a-heap.pb", "a-threads.pb"],
      ["b-heap.pb"],
      ["c-heap.pb", "d-heap.pb"],
      ["e-heap.pb"],
      ["goroutine.txt"],
    ]);
  });

  it("take the address that all processes have without randomisation for none", async () => {
    const fixed = { vdso: 0x7fff_f7fc_1000 };
    const found = await processes({ "heap.pb": heap(HEAP, fixed), "threads.pb": threadcreate(9) });
    expect(found?.map(({ snapshots }) => snapshots)).toEqual([["heap.pb", "threads.pb"]]);
  });

  it("have the pid that their folder is called by, or that of the one task of their name", async () => {
    const binary = "node-local-dns-cache";
    const comm = "node-local-dns-";
    const named = { "pod/heap.pb": heap(HEAP, { binary }), "proc/7/status": status(7, comm, 9) };
    expect(await processes(named)).toMatchObject([{ name: binary, pid: 7 }]);
    expect(await processes({ ...named, "proc/8/status": status(8, comm, 9) })).toMatchObject([
      { pid: undefined },
    ]);
    expect(await processes({ ...named, "pod-2/heap.pb": heap(HEAP, { binary }) })).toMatchObject([
      { pid: undefined },
      { pid: undefined },
    ]);
    const numbered = { "proc/8/heap.pb": heap(HEAP), "proc/8/status": status(8, "anything", 9) };
    expect(await processes(numbered)).toMatchObject([{ name: "orders", pid: 8 }]);
  });
});
