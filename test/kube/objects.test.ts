import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { stringify } from "yaml";
import { kubeObjectsFormat, parseKubeObjects } from "../../src/kube/index.ts";

const bytes = (text: string) => new TextEncoder().encode(text);
const told = (text: string) =>
  parseKubeObjects(bytes(text)).objects.map(({ kind, apiVersion, namespace, name, line }) => ({
    kind,
    apiVersion,
    namespace,
    name,
    line,
  }));

const POD = { apiVersion: "v1", kind: "Pod", metadata: { name: "a", namespace: "shop" } };
const DEPLOYMENT = { apiVersion: "apps/v1", kind: "Deployment", metadata: { name: "b", namespace: "shop" } };
const LIST = { apiVersion: "v1", items: [POD, DEPLOYMENT], kind: "List", metadata: { resourceVersion: "" } };

describe("objects of the Kubernetes API", () => {
  it("stand in a list of kubectl get -o json", () => {
    expect(told(JSON.stringify(LIST, null, 4))).toEqual([
      { kind: "Pod", apiVersion: "v1", namespace: "shop", name: "a", line: 4 },
      { kind: "Deployment", apiVersion: "apps/v1", namespace: "shop", name: "b", line: 12 },
    ]);
  });

  it("stand in what a watch tells of, those that were deleted left out", () => {
    const event = {
      apiVersion: "v1",
      kind: "Event",
      metadata: { name: "e", namespace: "shop" },
      reason: "Killing",
    };
    const watched = [
      { type: "ADDED", object: POD },
      { type: "DELETED", object: DEPLOYMENT },
      { type: "DELETED", object: event },
    ];
    expect(told(watched.map((each) => JSON.stringify(each)).join("\n"))).toMatchObject([
      { kind: "Pod", name: "a", line: 1 },
      { kind: "Event", name: "e", line: 3 },
    ]);
  });

  it("stand in what exporters write of events, which leave out kind and version", () => {
    const event = { metadata: { name: "e", namespace: "shop" }, reason: "Killing", message: "" };
    const text = JSON.stringify({ verb: "ADDED", event }, null, 2);
    expect(kubeObjectsFormat.recognise(bytes(text), "events.json")).toBe(true);
    expect(told(text)).toMatchObject([{ kind: "Event", apiVersion: "v1", name: "e" }]);
    // As a field of something else it is none.
    expect(told(JSON.stringify({ name: "x", event }))).toEqual([]);
  });

  it("stand in a list of kubectl get -o yaml, whose items begin at its own depth", () => {
    const text = [
      "apiVersion: v1",
      "items:",
      "- apiVersion: v1",
      "  kind: Pod",
      "  metadata:",
      "    name: a",
      "    namespace: shop",
      "    annotations:",
      "      note: |",
      "        - kind: Secret",
      "        kind: Secret",
      "- apiVersion: apps/v1",
      "  kind: Deployment",
      "  metadata: {name: b, namespace: shop}",
      "kind: List",
      "metadata:",
      '  resourceVersion: ""',
    ].join("\n");
    expect(told(text)).toEqual([
      { kind: "Pod", apiVersion: "v1", namespace: "shop", name: "a", line: 3 },
      { kind: "Deployment", apiVersion: "apps/v1", namespace: "shop", name: "b", line: 12 },
    ]);
  });

  it("are what their list says, as the API server prints them", () => {
    const items = [{ metadata: POD.metadata }];
    const text = JSON.stringify({ kind: "PodList", apiVersion: "v1", metadata: {}, items });
    expect(told(text)).toMatchObject([{ kind: "Pod", apiVersion: "v1", name: "a" }]);
    expect(told(stringify({ kind: "PodList", apiVersion: "v1", items }))).toMatchObject([
      { kind: "Pod", apiVersion: "v1", name: "a" },
    ]);
  });

  it("follow one another in documents and in a stream of JSON", () => {
    const two = [POD, DEPLOYMENT];
    expect(told(two.map((one) => JSON.stringify(one)).join("\n"))).toHaveLength(2);
    expect(told(two.map((one) => stringify(one)).join("---\n"))).toMatchObject([
      { name: "a", line: 1 },
      { name: "b", line: 7 },
    ]);
    expect(told(`---\r\n${stringify(POD).replaceAll("\n", "\r\n")}`)).toMatchObject([{ name: "a" }]);
  });

  it("that stand before a cut are read", () => {
    const whole = JSON.stringify(LIST, null, 2);
    const cut = parseKubeObjects(bytes(whole.slice(0, whole.indexOf("Deployment"))));
    expect(cut.objects.map(({ name }) => name)).toEqual(["a"]);
    expect(cut.diagnostics).toMatchObject([{ effect: "partial", code: "json-cut" }]);
  });

  it("are not parsed where they are hostile", () => {
    const aliases = "apiVersion: v1\nkind: Pod\na: &a [x, x]\nb: &b [*a, *a]\nmetadata: {name: *b}\n";
    expect(told(aliases)).toMatchObject([{ kind: "Pod", name: undefined }]);
    const deep = `{"apiVersion":"v1","kind":"Pod","a":${"[".repeat(200_000)}${"]".repeat(200_000)}}`;
    expect(told(deep)).toMatchObject([{ kind: "Pod", name: undefined }]);
    expect(told('{"apiVersion":"v1","kind":"Pod","metadata":{"__proto__":{"name":"x"}}}')).toMatchObject([
      { name: undefined },
    ]);
  });

  it("are the same in JSON and YAML, whatever their values", () => {
    const name = fc.stringMatching(/^[a-z]([a-z0-9-]{0,20}[a-z0-9])?$/);
    const object = fc.record({
      apiVersion: fc.constantFrom("v1", "apps/v1"),
      kind: fc.constantFrom("Pod", "Deployment", "ConfigMap"),
      metadata: fc.record({ name, namespace: name }),
      data: fc.dictionary(name, fc.string({ unit: "grapheme" })),
    });
    fc.assert(
      fc.property(fc.array(object, { minLength: 1, maxLength: 4 }), fc.boolean(), (items, many) => {
        const list = { apiVersion: "v1", items, kind: "List" };
        const json = many ? JSON.stringify(list) : items.map((one) => JSON.stringify(one)).join("\n");
        const yaml = many ? stringify(list) : items.map((one) => stringify(one)).join("---\n");
        for (const text of [json, yaml]) {
          const { objects, diagnostics } = parseKubeObjects(bytes(text));
          expect(diagnostics).toEqual([]);
          expect(objects.map(({ value }) => value)).toEqual(items);
        }
      }),
      { numRuns: 60 },
    );
  });

  it("survive every cut and any change", () => {
    const names = (whole: Uint8Array) => parseKubeObjects(whole).objects.map(({ name }) => name ?? "");
    for (const text of [JSON.stringify(LIST), stringify(LIST), JSON.stringify(LIST, null, 1)]) {
      const whole = bytes(text);
      for (let length = 0; length <= whole.length; length++) {
        expect(["a", "b"]).toEqual(
          expect.arrayContaining(names(whole.subarray(0, length)).filter((n) => n.length > 0)),
        );
      }
    }
    fc.assert(
      fc.property(
        fc.nat(),
        fc.nat(255),
        fc.constantFrom(JSON.stringify(LIST), stringify(LIST)),
        (at, byte, text) => {
          const changed = bytes(text);
          changed[at % changed.length] = byte;
          expect(names(changed).length).toBeLessThanOrEqual(3);
        },
      ),
    );
  });

  it("are recognised by what they say, and nothing else is", () => {
    const recognised = (text: string) => kubeObjectsFormat.recognise(bytes(text), "x");
    expect(recognised(JSON.stringify(LIST))).toBe(true);
    expect(recognised(stringify(LIST))).toBe(true);
    expect(recognised("kind: Pod\nname: a\n")).toBe(false);
    expect(recognised('{"kind":"heap","value":1}')).toBe(false);
    expect(recognised("net.ipv4.tcp_tw_recycle = 1\n")).toBe(false);
  });
});
