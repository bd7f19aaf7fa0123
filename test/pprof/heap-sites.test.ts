import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { heapSites, isLibraryFunction, parseProfile } from "../../src/pprof/index.ts";
import { fixture, gunzipped, text } from "./fixtures.ts";
import { encode } from "./oracle.ts";

const HEAP = ["inuse_objects", "inuse_space", "alloc_space"];

/** A heap profile of stacks, leaf first, each with its objects and bytes in use and the bytes ever allocated. */
function heap(samples: readonly (readonly [stack: string, ...values: number[]])[], types = HEAP): Uint8Array {
  const names = [...new Set(samples.flatMap(([stack]) => stack.split(" ").filter((name) => name !== "")))];
  return encode({
    sampleType: types.map((_, i) => ({ type: i + 1 })),
    sample: samples.map(([stack, ...value]) => ({
      locationId: stack === "" ? [] : stack.split(" ").map((name) => names.indexOf(name) + 1),
      value,
    })),
    location: names.map((_, i) => ({ id: i + 1, line: [{ functionId: i + 1 }] })),
    function: names.map((_, i) => ({ id: i + 1, name: types.length + 1 + i })),
    stringTable: ["", ...types, ...names],
  });
}

const sitesOf = (...given: Parameters<typeof heap>) => heapSites(parseProfile(heap(...given)));
const owners = (...stacks: string[]) =>
  sitesOf(stacks.map((stack) => [stack, 1, 1, 1] as const))?.sites.map(({ owner }) => owner);

describe("heapSites", () => {
  it("sums as go tool pprof -top -hide does, which hides the libraries", () => {
    const sites = heapSites(parseProfile(fixture("heap.pb.gz")));
    const golden = text("heap.hidden.top.txt");
    const rows = [...golden.matchAll(/^ +([1-9]\d*)B .* (\S+)$/gm)].map(([, bytes, name]) => [
      name,
      Number(bytes),
    ]);
    expect(rows).toHaveLength(2);
    const own = sites?.sites.filter(({ owner }) => !isLibraryFunction(owner));
    expect(own?.filter(({ bytes }) => bytes > 0).map(({ owner, bytes }) => [owner, bytes])).toEqual(rows);
    expect(`${sites?.bytes}B`).toBe(/of (\S+) total/.exec(golden)?.[1]);
    expect(sites?.sites.reduce((sum, { bytes }) => sum + bytes, 0)).toBe(sites?.bytes);
    expect(sites?.period).toBe(1024);
  });

  it("names the function that a person would, and what it allocated through", () => {
    const sites = sitesOf([
      ["bytes.growSlice bytes.(*Buffer).Write main.(*cache).put main.main", 2, 900, 1000],
      ["main.(*entry).copy main.(*cache).put main.main", 1, 50, 60],
      ["strings.Clone main.(*cache).put main.main", 1, 100, 100],
    ]);
    expect(sites).toMatchObject({ bytes: 1050, allocated: 1160, period: 524288 });
    expect(sites?.sites[0]).toEqual({
      owner: "main.(*cache).put",
      leaf: "bytes.growSlice",
      bytes: 1000,
      objects: 3,
      allocated: 1100,
      stack: ["bytes.growSlice", "bytes.(*Buffer).Write", "main.(*cache).put", "main.main"],
    });
  });

  it("counts the parts of a decoded object for the object, alone or in a list", () => {
    const spec = "k8s.io/api/core/v1.(*PodSpec).Unmarshal k8s.io/api/apps/v1.(*ReplicaSet).Unmarshal";
    const codec = "k8s.io/apimachinery/pkg/runtime/serializer/protobuf.unmarshalToObject";
    expect(
      owners(
        `${spec} k8s.io/api/apps/v1.(*ReplicaSetList).Unmarshal ${codec} k8s.io/client-go/rest.Into`,
        `${spec} ${codec} k8s.io/apiserver/pkg/storage/etcd3.decode`,
        "k8s.io/api/apps/v1.(*ReplicaSet).DeepCopyInto k8s.io/api/apps/v1.(*ReplicaSet).DeepCopy main.sync",
      ),
    ).toEqual(["k8s.io/api/apps/v1.(*ReplicaSet).Unmarshal", "k8s.io/api/apps/v1.(*ReplicaSet).DeepCopy"]);
  });

  it("names the allocating function where all are libraries', and nothing without a stack", () => {
    expect(owners("runtime.malg runtime.newproc1", "bufio.NewReaderSize net/http.(*conn).serve")).toEqual([
      "bufio.NewReaderSize",
      "runtime.malg",
    ]);
    expect(sitesOf([["", 3, 300, 300]])).toMatchObject({ bytes: 300, sites: [] });
  });

  it("reads what jemalloc and tcmalloc write", () => {
    const sites = sitesOf([["je_malloc cache::put main", 2, 64]], ["objects", "space"]);
    expect(sites?.sites[0]).toMatchObject({ owner: "cache::put", bytes: 64, objects: 2 });
    expect(sites?.sites[0]).not.toHaveProperty("allocated");
  });

  it("survives every cut and any change of a real profile", () => {
    const whole = gunzipped("heap.pb.gz");
    for (let length = 0; length < whole.length; length += 7)
      heapSites(parseProfile(whole.subarray(0, length)));
    fc.assert(
      fc.property(fc.nat(whole.length - 1), fc.nat(255), (at, value) => {
        const changed = whole.slice();
        changed[at] = value;
        const sites = heapSites(parseProfile(changed));
        const sum = sites?.sites.reduce((all, { bytes }) => all + bytes, 0) ?? 0;
        expect(sum).toBeLessThanOrEqual(sites?.bytes ?? 0);
      }),
    );
  });

  it("is nothing for other profiles, and for the difference of two", () => {
    expect(heapSites(parseProfile(fixture("cpu.pb.gz")))).toBeUndefined();
    expect(sitesOf([["main.put", -1, -64, 0]])).toBeUndefined();
  });
});

describe("isLibraryFunction", () => {
  it.each([
    "runtime.malg",
    "encoding/json.(*decodeState).object",
    "vendor/golang.org/x/net/http2/hpack.(*Decoder).Write",
    "k8s.io/kubernetes/vendor/github.com/json-iterator/go.(*Iterator).ReadString",
    "gopkg.in/yaml%2ev3.(*parser).parse",
    "slices.Grow[...]",
    "golang.org/x/net/http2.(*Framer).ReadFrame",
    "operator new(unsigned long)",
    "je_malloc",
    "posix_memalign",
    "std::__1::vector<int>::reserve",
    "[envoy]",
    "<unknown>",
  ])("%s: yes", (name) => expect(isLibraryFunction(name)).toBe(true));

  it.each([
    "main.main",
    "shop/orders.(*prices).quote",
    "log.example.com/audit.Write",
    "github.com/myvendor/cache.(*LRU).Add",
    "k8s.io/client-go/tools/cache.(*threadSafeMap).Add",
    "main.decode[encoding/json.Number]",
    "rocksdb::Cache::Insert",
  ])("%s: no", (name) => expect(isLibraryFunction(name)).toBe(false));
});
