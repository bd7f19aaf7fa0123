import { gzipSync } from "node:zlib";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { readProfile } from "../../../src/pprof/index.ts";
import type { Profile } from "../../../src/pprof/index.ts";
import { bytesOf, codesOf, fixture, join, text } from "../fixtures.ts";
import { range } from "../resolved.ts";

const read = (content: string | Uint8Array): Profile =>
  readProfile(typeof content === "string" ? bytesOf(content) : content) as Profile;

/** The samples as people read them: values, and functions or addresses leaf first. */
function samplesOf(profile: Profile): { values: string[]; stack: string[]; labels: string[] }[] {
  const { samples, locations, lines, functions, labels } = profile;
  const frames = (location: number): string[] => {
    const own = range(locations.lineStart[location], locations.lineStart[location + 1]);
    if (own.length === 0) return [`0x${(locations.address[location] ?? 0n).toString(16)}`];
    return own.map((line, i) => {
      const fn = lines.function[line] ?? 0;
      const name = profile.string(functions.name[fn] ?? 0);
      const place = `${profile.string(functions.filename[fn] ?? 0)}:${lines.line[line]}`;
      return `${name} ${place}${i + 1 < own.length ? " inlined" : ""}`;
    });
  };
  return range(0, samples.count).map((row) => ({
    values: samples.values.map((column) => String(column.bigint(row))),
    stack: Array.from(
      samples.locations.subarray(samples.stackStart[row], samples.stackStart[row + 1]),
    ).flatMap(frames),
    labels: range(labels.start[row], labels.start[row + 1]).map((label) => {
      const str = labels.str[label] ?? 0;
      return `${profile.string(labels.key[label] ?? 0)}=${str === 0 ? labels.num.bigint(label) : profile.string(str)}`;
    }),
  }));
}

describe("symbols", () => {
  it("make one location of what was inlined, as Go's own profiles do", () => {
    const [sample] = samplesOf(
      read(
        "threadcreate profile: total 2\n2 @ 0x1106 0x1111 0x2004\n" +
          "#\t0x1105\tmain.leaf+0x5\t/a b.go:7\n#\t0x1110\tmain.(*T).walk+0x10\t\t/a.go:9\n#\t0x2003\tmain.main+0x3\tC:/m.go:1\n\n",
      ),
    );
    expect(sample).toEqual({
      values: ["2"],
      stack: ["main.leaf /a b.go:7 inlined", "main.(*T).walk /a.go:9", "main.main C:/m.go:1"],
      labels: [],
    });
  });

  it("are kept apart by address, and shared where all is equal", () => {
    const stack = (pc: string) => `@ 0x11\n#\t${pc}\tmain.f+0x1\t/a.go:1\n\n`;
    const profile = read(`x profile: total 3\n1 ${stack("0x10")}1 ${stack("0x10")}1 ${stack("0x18")}`);
    expect(samplesOf(profile).map(({ values }) => values)).toEqual([["2"], ["1"]]);
    expect(profile.functions.count).toBe(2);
    expect(profile.locations.count).toBe(3);
  });

  it("give way to addresses where there are none", () => {
    const profile = read("x profile: total 1\n1 @ 0x11 0xffffffffffffffff 0x0\n#\t0x0\n\n");
    expect(samplesOf(profile)[0]?.stack).toEqual(["0x10", "0xfffffffffffffffe", "0xffffffffffffffff"]);
    expect(profile.diagnostics).toEqual([]);
  });
});

describe("counts", () => {
  it("have labels, and names of a program's own", () => {
    const profile = read(
      'net/http.open profile: total 3\n2 @ 0x11\n# labels: {"queue":"low \\"q\\"", "tenant":"a"}\n#\t0x10\tmain.f+0x1\t/a.go:1\n\n1 @ 0x11\n#\t0x10\tmain.f+0x1\t/a.go:1\n',
    );
    expect(profile.sampleTypes.map(({ type }) => profile.string(type))).toEqual(["net/http.open"]);
    expect(samplesOf(profile).map(({ values, labels }) => [values, labels])).toEqual([
      [["2"], ['queue=low "q"', "tenant=a"]],
      [["1"], []],
    ]);
    expect(profile.diagnostics).toEqual([]);
  });
});

describe("contention", () => {
  const of = (head: string, line: string) =>
    samplesOf(read(`--- mutex:\n${head}${line} @ 0x11\n`))[0]?.values;

  it("is scaled by the period and the processor's clock", () => {
    expect(of("cycles/second=2000000000\nsampling period=4\n", "1001 3")).toEqual(["12", "2002"]);
    expect(of("cycles/second=2000000000\n", "1001 3")).toEqual(["3", "500"]);
    expect(of("sampling period=4\n", "1001 3")).toEqual(["12", "1001"]);
    expect(of("sampling period=0\ncycles/second=2000000000\n", "1001 3")).toEqual(["3", "1001"]);
  });

  it("is exact beyond 2^53", () => {
    expect(of("", "9223372036854775807 3")).toEqual(["3", "9223372036854775807"]);
    expect(of("cycles/second=1\nsampling period=4\n", "9223372036854775807 1")).toEqual([
      "4",
      "9223372036854775807",
    ]);
  });
});

describe("heap", () => {
  const first = (head: string, line: string) => samplesOf(read(`heap profile: ${head}\n${line} @ 0x11\n`))[0];
  const same = (figures: string, writer: string) => first(`${figures} @ ${writer}`, figures);

  it("is unsampled by the rate, which Go prints twice as large", () => {
    expect(same("2: 2048 [5: 5120]", "heap/8192")).toMatchObject({
      values: ["22", "23146", "9", "9258"],
      labels: ["bytes=1024"],
    });
    expect(same("2: 2048 [5: 5120]", "heap_v2/4096")?.values).toEqual(["22", "23146", "9", "9258"]);
    expect(same("2: 2048 [5: 5120]", "heapz_v2/1")?.values).toEqual(["5", "5120", "2", "2048"]);
    expect(same("2: 2048 [5: 5120]", "heapprofile")?.values).toEqual(["5", "5120", "2", "2048"]);
  });

  it("has what was allocated only where it says something of its own, but always from Go", () => {
    expect(same("2: 2048 [2: 2048]", "heapprofile")?.values).toEqual(["2", "2048"]);
    expect(same("2: 2048 [0: 0]", "heap_v2/1")?.values).toEqual(["2", "2048"]);
    expect(same("2: 2048 [2: 2048]", "heap/2")?.values).toEqual(["2", "2048", "2", "2048"]);
    expect(same("2: 2048 [5: 5120]", "growthz")?.values).toEqual(["2", "2048"]);
    expect(same("2: 2048 [5: 5120]", "fragmentationz")?.values).toEqual(["2", "2048"]);
  });

  it("takes negative growth, and no sample of bytes without objects", () => {
    expect(first("0: 0 [0: 0] @ heapprofile", "-2: -2048 [0: 0]")).toMatchObject({
      values: ["-2", "-2048"],
      labels: ["bytes=1024"],
    });
    const profile = read("heap profile: 0: 5 [0: 0] @ heapprofile\n0: 5 [0: 0] @ 0x11\n");
    expect(codesOf(profile.diagnostics)).toEqual(["foreign-lines"]);
  });
});

describe("memStats", () => {
  it("are read from the tail", () => {
    expect(read(fixture("forms/heap.txt")).memStats).toMatchObject({
      heapInuse: Number(/# HeapInuse = (\d+)/.exec(text("forms/heap.txt"))?.[1]),
      maxRSS: Number(/# MaxRSS = (\d+)/.exec(text("forms/heap.txt"))?.[1]),
      stackInuse: Number(/# Stack = (\d+)/.exec(text("forms/heap.txt"))?.[1]),
      numGC: 3,
      lastGC: BigInt(/# LastGC = (\d+)/.exec(text("forms/heap.txt"))?.[1] ?? 0),
    });
    expect(read(fixture("forms/mutex.txt")).memStats).toBeUndefined();
    expect(read(fixture("forms/heap.pb.gz")).memStats).toBeUndefined();
  });

  it("have the latest pause first, from Go's ring of 256", () => {
    const tail = (ring: readonly number[], count: number) =>
      read(
        `heap profile: 0: 0 [0: 0] @ heap/2\n\n# runtime.MemStats\n# PauseNs = [${ring.join(" ")}]\n# NumGC = ${count}\n`,
      ).memStats?.pauseNs;
    const ring = range(0, 256);
    expect(tail(ring, 3)).toEqual([2, 1, 0]);
    expect(tail(ring, 258)?.slice(0, 3)).toEqual([1, 0, 255]);
    expect(tail(ring, 258)).toHaveLength(256);
    expect(tail(range(0, 9), 3)).toBeUndefined();
    expect(tail(ring, 0)).toEqual([]);
  });

  it("are read with any line ending", () => {
    const windows = text("forms/heap.txt").replaceAll("\n", "\r\n");
    expect(read(windows).memStats).toEqual(read(fixture("forms/heap.txt")).memStats);
    expect(read(new Uint8Array(Buffer.from(`\ufeff${windows}`, "utf16le"))).memStats?.numGC).toBe(3);
  });

  it("are those before a cut", () => {
    const content = text("forms/heap.txt");
    const { memStats } = read(content.slice(0, content.indexOf("# HeapInuse") + 16));
    expect(memStats?.heapIdle).toBeGreaterThan(0);
    expect(memStats?.heapInuse).toBeUndefined();
  });
});

describe("a memory map", () => {
  const HEAP = "heap profile: 1: 1 [1: 1] @ heapprofile\n1: 1 [1: 1] @";
  const all = (map: string, address = "0x1500") => {
    const profile = read(`${HEAP} ${address}\n\nMAPPED_LIBRARIES:\n${map}`);
    const { mappings, locations } = profile;
    return {
      of: locations.mapping[1],
      mappings: range(1, mappings.count).map((row) => [
        Number(mappings.start[row]),
        Number(mappings.limit[row]),
        Number(mappings.offset[row]),
        profile.string(mappings.file[row] ?? 0),
        profile.string(mappings.buildId[row] ?? 0),
      ]),
    };
  };

  it.each([
    [
      "00001000-00002000 r-xp 00000300 fe:00 7    /bin/a b (deleted)",
      [0x1000, 0x2000, 0x300, "/bin/a b", ""],
    ],
    ["0x1000-0x2000 /bin/a (@300) abc123", [0x1000, 0x2000, 0x300, "/bin/a", "abc123"]],
    ["  1000 2000: r-x /bin/a", [0x1000, 0x2000, 0, "/bin/a", ""]],
    ["1000-2000", [0x1000, 0x2000, 0, "", ""]],
    ["build=/bin/a\n1000-2000 r-xp 00000000 00:00 7 $build", [0x1000, 0x2000, 0, "/bin/a", ""]],
  ])("%s", (line, mapping) => {
    expect(all(line)).toEqual({ of: 1, mappings: [mapping] });
  });

  it("leaves out what holds no code, and joins what was split", () => {
    const map =
      "1000-1800 r-xp 00000000 00:00 7 /bin/a\n1800-2000 r-xp 00000800 00:00 7 /bin/a\n1000-9000 rw-p 00000000 00:00 7 /bin/a\nnothing\n";
    expect(all(map)).toEqual({ of: 1, mappings: [[0x1000, 0x2000, 0, "/bin/a", ""]] });
  });

  it("has the main binary first, and keeps addresses that none holds", () => {
    const map =
      "5000-6000 r-xp 0 00:00 7 /lib/libc.so.6\n7000-8000 r-xp 0 00:00 7 [vdso]\n3000-4000 r-xp 0 00:00 7 /bin/a\n";
    expect(all(map)).toMatchObject({ of: 0, mappings: [[0x3000, 0x4000, 0, "/bin/a", ""]] });
    expect(all(map, "0x5001")).toMatchObject({ of: 2, mappings: [{ 3: "/bin/a" }, { 3: "/lib/libc.so.6" }] });
  });

  it("extends a mapping to the part of it that the writer left out", () => {
    expect(all("2000-3000 r-xp 00001000 00:00 7 /lib/l.so\n").mappings).toContainEqual([
      0x1000,
      0x3000,
      0,
      "/lib/l.so",
      "",
    ]);
  });

  it("of any lines is read in time that grows with them", () => {
    const blanks = " ".repeat(4900);
    for (const line of [
      `1-2 file${blanks}!`,
      `a=${blanks}x`,
      `1-2${blanks}r-xp${blanks}!`,
      `$a${blanks}`,
      `a${blanks}=`,
    ])
      expect(all(`${line}\n`.repeat(3000)).mappings.length).toBeLessThan(2);
  });
});

describe("damage", () => {
  it("of two profiles in one file the first is read, and that is said", () => {
    for (const name of ["heap.txt", "mutex.txt", "block.txt", "threadcreate.txt", "jemalloc.txt"]) {
      const once = read(fixture(`forms/${name}`));
      const twice = read(join(fixture(`forms/${name}`), fixture(`forms/${name}`)));
      // A memory map ends its profile.
      expect(codesOf(twice.diagnostics)).toEqual(name === "jemalloc.txt" ? [] : ["profile-concatenated"]);
      expect(samplesOf(twice)).toEqual(samplesOf(once));
    }
  });

  it("of gzip is told along with that of the text", () => {
    const packed = new Uint8Array(gzipSync(fixture("forms/heap.txt")));
    expect(samplesOf(read(packed))).toEqual(samplesOf(read(fixture("forms/heap.txt"))));
    const cut = read(packed.subarray(0, packed.length >> 1));
    expect(codesOf(cut.diagnostics)).toContain("gzip-cut");
    expect(cut.sampleCount).toBeGreaterThan(0);
    expect(codesOf(read(packed.subarray(0, 20)).diagnostics)).toContain("gzip-cut");
  });

  it("names lines that are no samples, and a total that isn't reached", () => {
    const profile = read(
      "x profile: total 5\n2 @ 0x11\nConnection closed\n1 @ 0xzz\n9999999999999999999 @ 0x11\n",
    );
    expect(codesOf(profile.diagnostics).sort()).toEqual(["foreign-lines", "total-mismatch"]);
    expect(profile.diagnostics[0]?.message).toMatch(/^3 lines/);
    expect(samplesOf(profile).map(({ values }) => values)).toEqual([["2"]]);
  });

  const nameOf = (frame: string) => frame.split(" ")[0];
  const NAMES = [
    "heap.txt",
    "mutex.txt",
    "block.txt",
    "threadcreate.txt",
    "goroutine.txt",
    "jemalloc-accum.txt",
    "gperftools-heap.txt",
    "gperftools-cpu.prof",
  ];

  it.each(NAMES)("%s: no truncation throws, invents a function or raises a value", (name) => {
    const bytes = fixture(`forms/${name}`);
    const whole = samplesOf(read(bytes));
    const functions = new Set(whole.flatMap(({ stack }) => stack.map(nameOf)));
    const values = new Set(whole.map((sample) => sample.values.join()));
    // The binary form's samples may be changed by the removal of what all of them share.
    const isText = name.endsWith(".txt");
    const invented: string[] = [];
    const silent: number[] = [];
    for (let cut = 1; cut < Math.min(bytes.length, 5000); cut++) {
      const profile = readProfile(bytes.slice(0, cut));
      const samples = profile ? samplesOf(profile) : [];
      const strange = samples.map((sample) => sample.values.join()).filter((value) => !values.has(value));
      if (isText) invented.push(...strange);
      const named = samples.flatMap(({ stack }) => stack).filter((one) => !one.startsWith("0x"));
      invented.push(...named.filter((one) => !functions.has(nameOf(one))));
      const last = new TextDecoder().decode(bytes.subarray(0, cut)).split("\n").slice(1).at(-1) ?? "";
      if (isText && samples.length < whole.length && last.trim() !== "" && profile?.diagnostics.length === 0)
        silent.push(cut);
    }
    expect({ invented, silent }).toEqual({ invented: [], silent: [] });
  });

  it.each(NAMES)("%s: no change of bytes throws", (name) => {
    const bytes = fixture(`forms/${name}`);
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.nat(bytes.length - 1), fc.nat(255)), { minLength: 1 }), (changes) => {
        const changed = bytes.slice();
        for (const [at, value] of changes) changed[at] = value;
        const profile = readProfile(changed);
        expect(profile === undefined || samplesOf(profile)).toBeTruthy();
      }),
      { numRuns: 100 },
    );
  });

  it("lines of any length are passed over", () => {
    const long = "1".repeat(20_000_000);
    for (const content of [
      `x profile: total 1\n${long}\n1 @ 0x11\n`,
      `x profile: total 1\n1 @ ${long}\n1 @ 0x11\n`,
      `x profile: total 1\n1 @ 0x11\n#\t0x10\t${long}+0x${long}\t${long}:${long}\n`,
      `x profile: total 1\n1 @ 0x11\n# ${long}\n`,
      `heap profile: 1: 1 [1: 1] @ heap/2\n1: 1 [1: 1] @ 0x11\n# runtime.MemStats\n# PauseNs = [${long}]\n`,
      `heap profile: 1: 1 [1: 1] @ heapprofile\n1: 1 [1: 1] @ 0x11\nMAPPED_LIBRARIES:\n${long}-${long} r-xp\n`,
      `heap_v2/1\n t*: 1: 1 [0: 0]\n@ 0x11\n t*: ${long}: 1 [0: 0]\n t*: 1: 1 [0: 0]\n`,
    ])
      expect(samplesOf(read(content)).map(({ values }) => values[0])).toEqual(["1"]);
  });
});
