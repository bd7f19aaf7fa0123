import { createHash } from "node:crypto";
import { describe, expect, it } from "vitest";
import { inventory } from "../../src/analyze.ts";
import { openBundle } from "../../src/bundle/index.ts";
import { sourceOf } from "../../src/bytes/index.ts";
import type { Case } from "../../src/evidence/index.ts";
import { buildCase } from "../../src/evidence/index.ts";
import { renderInventory } from "../../src/report/index.ts";

type Files = Readonly<Record<string, unknown>>;

const inputs = (files: Files) =>
  Object.entries(files).map(([name, body]) => ({
    name,
    source: sourceOf(
      new TextEncoder().encode(typeof body === "string" ? body : JSON.stringify(body, null, 1)),
    ),
  }));
const open = async (files: Files): Promise<Case> => buildCase(await openBundle(inputs(files)));

/** A uid by a word. */
const uuid = (word: string): string => {
  const hex = createHash("sha256").update(word).digest("hex");
  return [8, 4, 4, 4, 12].map((length, at) => hex.slice(at * 12, at * 12 + length)).join("-");
};
const object = (kind: string, name: string, uid: string, more: object = {}, namespace?: string) => ({
  apiVersion: kind === "DaemonSet" || kind === "Deployment" ? "apps/v1" : "v1",
  kind,
  metadata: {
    name,
    uid: /^[<*]|^$/.test(uid) ? uid : uuid(uid),
    ...(namespace !== undefined && { namespace }),
  },
  ...more,
});
const listOf = (...items: object[]) => ({ apiVersion: "v1", kind: "List", items });
const namespaces = (of: string) =>
  listOf(object("Namespace", "kube-system", `${of}-system`), object("Namespace", "default", `${of}-default`));
const system = (of: string) =>
  listOf(
    object("Service", "kube-dns", `${of}-1`, {}, "kube-system"),
    object("DaemonSet", "kube-proxy", `${of}-2`, {}, "kube-system"),
    object("Deployment", "coredns", `${of}-3`, {}, "kube-system"),
  );
const nodes = (...names: string[]) => listOf(...names.map((name) => object("Node", name, `uid-${name}`)));
const pods = (node: string) =>
  listOf(object("Pod", "web", `pod-${node}`, { spec: { nodeName: node, containers: [] } }, "shop"));

const partsOf = ({ clusters }: Case): (readonly [string | undefined, string[]])[] =>
  clusters.map(({ name, artifacts }) => [name, artifacts.map(({ path }) => path)] as const);

describe("clusters of one case", () => {
  it("are told apart by the uids of namespaces that nobody can delete", async () => {
    const evidence = await open({
      "b/east/namespaces.json": namespaces("a"),
      "b/east/pods.json": pods("node-1"),
      "b/west/namespaces.json": namespaces("b"),
      "b/west/pods.json": pods("node-1"),
    });
    expect(partsOf(evidence)).toEqual([
      ["b/east", ["b/east/namespaces.json", "b/east/pods.json"]],
      ["b/west", ["b/west/namespaces.json", "b/west/pods.json"]],
    ]);
    expect(evidence.clusters.map((cluster) => cluster.pods.length)).toEqual([1, 1]);
  });

  it("are told apart by objects of the same names with other uids, and by other nodes", async () => {
    const same = await open({ "b/east/kube.json": system("a"), "b/west/kube.json": system("b") });
    expect(same.clusters).toHaveLength(2);
    const others = await open({
      "b/east/n.json": nodes("a", "b", "c"),
      "b/west/n.json": nodes("x", "y", "z"),
    });
    expect(others.clusters).toHaveLength(2);
  });

  it("are one where uids are the same, at two times, or where nothing tells", async () => {
    const later = await open({
      "t1/namespaces.json": namespaces("a"),
      "t2/namespaces.json": namespaces("a"),
    });
    expect(later.clusters).toHaveLength(1);
    expect(later.cluster.name).toBeUndefined();
    const shared = await open({ "t1/kube.json": system("a"), "t2/kube.json": system("a") });
    expect(shared.clusters).toHaveLength(1);
    // A Deployment was made anew, and a single node's folder each.
    const anew = await open({
      "b/x/kube.json": listOf(object("Deployment", "coredns", "1", {}, "kube-system")),
      "b/y/kube.json": listOf(object("Deployment", "coredns", "2", {}, "kube-system")),
    });
    expect(anew.clusters).toHaveLength(1);
    const each = await open({ "b/x/node.json": nodes("a"), "b/y/node.json": nodes("b") });
    expect(each.clusters).toHaveLength(1);
  });

  it("don't join what lies above them", async () => {
    const evidence = await open({
      "b/east/namespaces.json": namespaces("a"),
      "b/west/namespaces.json": namespaces("b"),
      "b/pods.json": pods("node-1"),
    });
    expect(evidence.clusters).toHaveLength(3);
  });

  it("have their own hosts: by their nodes' names, else by where they lie", async () => {
    const evidence = await open({
      "b/east/namespaces.json": namespaces("a"),
      "b/east/nodes.json": nodes("node-1"),
      "b/west/namespaces.json": namespaces("b"),
      "b/west/nodes.json": nodes("node-2"),
      "b/hosts/node-1/hostname": "node-1\n",
      "b/hosts/node-2/hostname": "node-2\n",
      "b/hosts/node-3/hostname": "node-3\n",
      "b/west/node-4/hostname": "node-4\n",
    });
    expect(evidence.hosts.map(({ name, cluster }) => [name, cluster.name])).toEqual([
      ["node-1", "b/east"],
      ["node-2", "b/west"],
      ["node-3", undefined],
      ["node-4", "b/west"],
    ]);
  });

  it("are named by the inventory", async () => {
    const found = await inventory(
      inputs({ "b/east/namespaces.json": namespaces("a"), "b/west/namespaces.json": namespaces("b") }),
    );
    expect(found.clusters?.map(({ name }) => name)).toEqual(["b/east", "b/west"]);
    expect(renderInventory(found)).toContain("evidence of 2 clusters");
  });

  it("are one where the uids were taken out, an application was set up anew, or the folders are two times", async () => {
    const clusters = async (files: Files) => (await open(files)).clusters.length;
    expect(await clusters({ "b/x/ns.json": namespaces("a"), "b/y/ns.json": namespaces("b") })).toBe(2);
    const hidden = listOf(
      object("Namespace", "kube-system", "***HIDDEN***"),
      object("Namespace", "default", "<redacted>"),
    );
    expect(await clusters({ "b/x/ns.json": namespaces("a"), "b/y/ns.json": hidden })).toBe(1);
    const shop = (of: string) =>
      listOf(
        ...["web", "api", "db", "cache"].map((name) =>
          object("Deployment", name, `${of}-${name}`, {}, "shop"),
        ),
        object("Namespace", "shop", `${of}-shop`),
        object("CustomResourceDefinition", "carts.shop", `${of}-crd`),
      );
    expect(await clusters({ "b/x/all.json": shop("a"), "b/y/all.json": shop("b") })).toBe(1);
    const anew = (of: string) => listOf(...system(of).items, ...shop(of).items);
    expect(await clusters({ "b/east/all.json": anew("a"), "b/west/all.json": anew("b") })).toBe(2);
    expect(await clusters({ "b/before/all.json": anew("a"), "b/after/all.json": anew("b") })).toBe(1);
    const [old, young] = [nodes("a", "b", "c"), nodes("d", "e", "f")];
    expect(await clusters({ "b/20260101-100000/n.json": old, "b/20260201-100000/n.json": young })).toBe(1);
    // The namespaces that nobody can delete tell two clusters at any time.
    expect(await clusters({ "b/before/ns.json": namespaces("a"), "b/after/ns.json": namespaces("b") })).toBe(
      2,
    );
  });
});
