import { describe, expect, it } from "vitest";
import { parseGoroutineText, renderGoroutines } from "../../src/pprof/index.ts";
import { bytesOf, fixture } from "./fixtures.ts";

const DUMP = `goroutine 1 [select, 30 minutes]:
main.main()
\t/src/shop/main.go:20 +0x1d

goroutine 7 [chan send, 4 minutes]:
runtime.gopark(0x0)
\t/go/src/runtime/proc.go:363 +0xd6
main.fetch.func1()
\t/src/shop/fetch.go:12 +0x1d
created by main.fetch in goroutine 1
\t/src/shop/fetch.go:9 +0x5c

goroutine 8 [chan send, 9 minutes]:
runtime.gopark(0x0)
\t/go/src/runtime/proc.go:363 +0xd6
main.fetch.func1()
\t/src/shop/fetch.go:12 +0x1d
created by main.fetch in goroutine 1
\t/src/shop/fetch.go:9 +0x5c
`;

describe("goroutines as text", () => {
  it("gives count, share, state, wait, the program's own frames and the creator", () => {
    expect(renderGoroutines(parseGoroutineText(bytesOf(DUMP)))).toBe(`3 goroutines in 2 stacks (debug=2)

2 (66.7%)  chan send, for 4 to 9 minutes (median 6.5)
    main.fetch.func1 /src/shop/fetch.go:12
  created by main.fetch /src/shop/fetch.go:9

1 (33.3%)  select, for 30 minutes
    main.main /src/shop/main.go:20
`);
  });

  it("shows whole stacks, and as many as are asked for", () => {
    const text = renderGoroutines(parseGoroutineText(bytesOf(DUMP)), { nodeCount: 1, full: true });
    expect(text).toContain("    runtime.gopark /go/src/runtime/proc.go:363\n    main.fetch.func1");
    expect(text).toMatch(/\n\n1 more stack\n$/);
  });

  it("counts what a real dump holds", () => {
    const set = parseGoroutineText(fixture("goroutine.debug2.txt"));
    const text = renderGoroutines(set);
    const counts = [...text.matchAll(/^(\d+) \((?:<0\.1|[\d.]+)%\)/gm)].map((match) => Number(match[1]));
    expect(counts.reduce((sum, n) => sum + n, 0)).toBe(set.total);
  });
});
