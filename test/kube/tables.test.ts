import { readFileSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { sourceOf, statusOf } from "../../src/bytes/index.ts";
import {
  clusterNodeOf,
  eventOf,
  kubeTableFormat,
  parseKubeTables,
  podOf,
  replicaSetOf,
} from "../../src/kube/index.ts";

const fixture = (name: string) => readFileSync(`test/fixtures/kubectl/printed/${name}`, "utf8");
const shown = (text: string, path?: string) =>
  parseKubeTables(text, path).objects.map(({ kind, namespace, name, line }) => [kind, namespace, name, line]);
const bytes = (text: string) => new TextEncoder().encode(text);

/** As kubectl's tabwriter does: each column as wide as its widest cell, three blanks between. */
function render(headings: readonly string[], rows: readonly (readonly string[])[]): string {
  const lines = [headings, ...rows];
  const widths = headings.map((_, i) => Math.max(...lines.map((cells) => Array.from(cells[i] ?? "").length)));
  const pad = (cell: string, width: number) => cell + " ".repeat(width - Array.from(cell).length + 3);
  return lines
    .map(
      (cells) =>
        `${cells.map((cell, i) => (i < cells.length - 1 ? pad(cell, widths[i] ?? 0) : cell)).join("")}\n`,
    )
    .join("");
}

describe("tables of kubectl get", () => {
  it("list pods of all namespaces", () => {
    expect(shown(fixture("pods-all.txt"))).toEqual([
      ["Pod", "shop", "apigateway-6dc48bf8b6-tgj2h", 2],
      ["Pod", "shop", "basket-58c9d7f64b-x2lqk", 3],
      ["Pod", "kube-system", "coredns-5d78c9869d-7kq2m", 4],
    ]);
    const [first, second] = parseKubeTables(fixture("pods-all.txt")).objects;
    expect(first?.isWhole).toBe(false);
    expect(first?.shown.get("STATUS")).toBe("Terminating");
    expect(second?.shown.get("RESTARTS")).toBe("14 (16m ago)");
  });

  it("tell addresses, nodes and labels where they are wide", () => {
    const pods = parseKubeTables(fixture("pods-wide.txt")).objects.flatMap((object) => podOf(object) ?? []);
    expect(pods).toMatchObject([
      {
        namespace: "shop",
        node: "node-b",
        addresses: ["10.244.2.17"],
        phase: undefined,
        labels: new Map([
          ["app", "apigateway"],
          ["pod-template-hash", "6dc48bf8b6"],
        ]),
      },
      { node: "node-a", addresses: ["10.244.1.9"], phase: undefined },
      { node: "node-a", addresses: ["10.244.1.2"], phase: "Running" },
    ]);
  });

  it("say nothing of what they don't show", () => {
    const [pod] = parseKubeTables(fixture("pods-shop.txt")).objects.flatMap((object) => podOf(object) ?? []);
    expect(pod).toMatchObject({
      namespace: "",
      uid: undefined,
      addresses: [],
      node: undefined,
      created: undefined,
      deletionTimestamp: undefined,
      latest: undefined,
      readySince: undefined,
    });
  });

  it("follow one another, with the kind before each name", () => {
    expect(shown(fixture("several.txt"))).toEqual([
      ["Pod", undefined, "apigateway-6dc48bf8b6-tgj2h", 2],
      ["Pod", undefined, "basket-58c9d7f64b-x2lqk", 3],
      ["ReplicaSet", undefined, "apigateway-6dc48bf8b6", 6],
      ["Deployment", undefined, "basket", 9],
      ["Service", undefined, "basket", 12],
    ]);
    const controllers =
      "NAME                        DESIRED   CURRENT   READY   AGE\nreplicationcontroller/old   1         1         1       5d\n";
    expect(shown(controllers)).toEqual([["ReplicationController", undefined, "old", 2]]);
  });

  it("list nodes", () => {
    const nodes = parseKubeTables(fixture("nodes-wide.txt")).objects.flatMap(
      (object) => clusterNodeOf(object) ?? [],
    );
    expect(nodes).toMatchObject([
      { name: "node-a", isReady: true, isUnschedulable: false, kubeletVersion: "v1.18.9" },
      {
        name: "node-b",
        isReady: true,
        isUnschedulable: true,
        kernelVersion: "4.15.0-118-generic",
        osImage: "Ubuntu 18.04.5 LTS",
        addresses: [{ type: "InternalIP", address: "192.168.50.12" }],
      },
    ]);
    const lost = "NAME   STATUS     ROLES    AGE   VERSION\nn1     NotReady   <none>   5d    v1.30.1\n";
    expect(parseKubeTables(lost).objects.map((object) => clusterNodeOf(object)?.isReady)).toEqual([false]);
  });

  it("list ReplicaSets and Deployments, as they did before 1.13 too", () => {
    const sets =
      "NAMESPACE   NAME    DESIRED   CURRENT   READY   AGE\nshop        web-1   0         0         0       5d\n";
    expect(parseKubeTables(sets).objects.map(replicaSetOf)).toMatchObject([
      { namespace: "shop", name: "web-1", replicas: 0, current: 0, ready: 0, controller: undefined },
    ]);
    const old =
      "NAME   DESIRED   CURRENT   UP-TO-DATE   AVAILABLE   AGE\nweb    3         2         3            1           5d\n";
    expect(parseKubeTables(old).objects[0]?.value).toMatchObject({
      spec: { replicas: 3 },
      status: { replicas: 2, availableReplicas: 1 },
    });
  });

  it.each(["events.txt", "events-wide.txt", "kubectl-events.txt"])("list events: %s", (name) => {
    const events = parseKubeTables(fixture(name)).objects.flatMap((object) => eventOf(object) ?? []);
    const killing = events.find(({ reason }) => reason === "Killing");
    expect(events).toHaveLength(2);
    expect(killing).toMatchObject({
      type: "Normal",
      message: "Killing container with id docker://apigateway:Need to kill Pod",
      about: { kind: "Pod", name: "apigateway-6dc48bf8b6-tgj2h" },
      first: undefined,
    });
    expect(killing?.lastAgo).toBeGreaterThanOrEqual(39);
    const isCounted = name !== "events.txt";
    expect(killing?.count).toBe(isCounted ? 735 : undefined);
    expect(killing?.lasted).toBe(isCounted ? 15 * 3600 - (killing?.lastAgo ?? 0) : undefined);
  });

  it("list events as they did before 1.13", () => {
    const text = render(
      "LAST SEEN|FIRST SEEN|COUNT|NAME|KIND|SUBOBJECT|TYPE|REASON|SOURCE|MESSAGE".split("|"),
      [
        [
          "11m",
          "1h",
          "35",
          "web-0.15c7ba3a4f2b1c01",
          "Pod",
          "",
          "Normal",
          "Killing",
          "kubelet, node-b",
          "Killing  it",
        ],
      ],
    );
    expect(parseKubeTables(text).objects.map(eventOf)).toMatchObject([
      {
        reason: "Killing",
        count: 35,
        lasted: 49 * 60,
        about: { kind: "Pod", name: "web-0" },
        component: "kubelet",
        host: "node-b",
        message: "Killing  it",
      },
    ]);
  });

  it.each([
    "pods-all.txt",
    "pods-wide.txt",
    "pods-shop.txt",
    "events.txt",
    "kubectl-events.txt",
    "nodes-wide.txt",
  ])("are read without their headings, too: %s", (name) => {
    const whole = parseKubeTables(fixture(name)).objects;
    const rows = fixture(name).replace(/^.*\n/, "");
    const { objects, diagnostics } = parseKubeTables(rows);
    expect(diagnostics).toEqual([]);
    expect(objects.map(({ kind, value }) => [kind, value])).toEqual(
      whole.map(({ kind, value }) => [kind, value]),
    );
    expect(kubeTableFormat.recognise(bytes(rows), "x")).toBe(true);
    expect(kubeTableFormat.recognise(bytes(rows.split("\n")[0] ?? ""), "x")).toBe(true);
  });

  it("are of the namespace that a command or the path names", () => {
    const table = fixture("pods-shop.txt");
    expect(shown(table, "must-gather/namespaces/shop/pods.txt")[0]?.[1]).toBe("shop");
    expect(shown(`$ kubectl -n till get pods\n${table}`)[0]?.[1]).toBe("till");
    expect(shown(`$ kubectl get pods --namespace=till\n${table}`)[0]?.[1]).toBe("till");
    expect(shown(table, "sos/kubectl_get_--namespace_kube-system_pods")[0]?.[1]).toBe("kube-system");
  });

  it("are read whatever their cells", () => {
    const cell = fc
      .string({ unit: fc.constantFrom("a", "Z", "0", "-", ".", "/", "ä", "漢", "🙂", "=") })
      .filter((text) => text.length > 0);
    const message = fc.array(cell, { minLength: 1, maxLength: 5 }).map((words) => words.join(" "));
    const event = fc.record({ reason: cell, name: cell, subobject: fc.option(cell, { nil: "" }), message });
    fc.assert(
      fc.property(fc.array(event, { minLength: 1, maxLength: 6 }), fc.boolean(), (events, crlf) => {
        const rows = events.map(({ reason, name, subobject, message }) => [
          "shop",
          "5m",
          "Normal",
          reason,
          `pod/${name}`,
          subobject,
          message,
        ]);
        const text = render("NAMESPACE|LAST SEEN|TYPE|REASON|OBJECT|SUBOBJECT|MESSAGE".split("|"), rows);
        const { objects, diagnostics } = parseKubeTables(crlf ? text.replaceAll("\n", "\r\n") : text);
        expect(diagnostics).toEqual([]);
        expect(objects.map(eventOf)).toMatchObject(
          events.map(({ reason, name, message }) => ({ reason, message, about: { name, kind: "Pod" } })),
        );
      }),
    );
  });

  it("whose cells were moved by a redactor are told apart by blanks", () => {
    const moved = fixture("pods-all.txt").replace("apigateway-6dc48bf8b6-tgj2h", "***HIDDEN***");
    const { objects } = parseKubeTables(moved);
    expect(objects[0]?.shown.get("STATUS")).toBe("Terminating");
    expect(podOf(objects[0] ?? fail())).toBe(undefined);
  });

  it("survive every cut and any change", () => {
    for (const name of ["pods-wide.txt", "events-wide.txt", "several.txt"]) {
      const whole = bytes(fixture(name));
      const names = new Set(shown(fixture(name)).map(([, , object]) => object));
      for (let length = 0; length < whole.length; length++) {
        const text = new TextDecoder().decode(whole.subarray(0, length));
        expect(shown(text).filter(([kind, , object]) => kind !== "Event" && !names.has(object))).toEqual([]);
      }
      fc.assert(
        fc.property(fc.nat(whole.length - 1), fc.nat(255), (at, byte) => {
          const changed = whole.slice();
          changed[at] = byte;
          const { objects } = parseKubeTables(new TextDecoder().decode(changed));
          expect(objects.flatMap((object) => podOf(object) ?? eventOf(object) ?? []).length).toBeLessThan(12);
        }),
        { numRuns: 40 },
      );
    }
  });

  it("are recognised by their headings, and other tables aren't", () => {
    const recognised = (text: string) => kubeTableFormat.recognise(bytes(text), "x");
    for (const name of [
      "pods-all.txt",
      "several.txt",
      "events.txt",
      "nodes-wide.txt",
      "error.txt",
      "none.txt",
    ])
      expect(recognised(fixture(name)), name).toBe(true);
    expect(recognised("No resources found\n")).toBe(true);
    expect(recognised("NAME   CPU(cores)   MEMORY(bytes)\nweb   1m   2Mi\n")).toBe(false);
    expect(recognised("NAME  NAMESPACE  REVISION  UPDATED  STATUS  CHART\n")).toBe(false);
    expect(recognised("CONTAINER ID   IMAGE   COMMAND   CREATED   STATUS   PORTS   NAMES\n")).toBe(false);
    expect(recognised("Name   State   PID\n")).toBe(false);
    expect(recognised("error: something else\n")).toBe(false);
    expect(recognised("web  1/1  Running\n")).toBe(false);
    expect(recognised("tcp  LISTEN  0  128  0.0.0.0:80\n")).toBe(false);
  });

  it("are absent where kubectl failed, and empty where it found nothing in the whole cluster", async () => {
    const read = async (text: string) => {
      const model = await kubeTableFormat.decode(sourceOf(bytes(text)), "pods.txt");
      return [
        statusOf(model.diagnostics),
        model.tables.length,
        model.diagnostics.map(({ message }) => message).join(),
      ];
    };
    expect(await read(fixture("error.txt"))).toEqual([
      "unread",
      0,
      `the command failed: error: the server doesn't have a resource type "widgets"`,
    ]);
    expect((await read(fixture("none.txt")))[0]).toBe("unread");
    expect((await read("No resources found.\n"))[0]).toBe("unread");
    expect((await read("Unable to connect to the server: dial tcp 10.0.0.1:6443: i/o timeout\n"))[0]).toBe(
      "unread",
    );
    const noise = 'E1122 13:30:07.572524    8146 memcache.go:265] "Unhandled Error" err="x"\n';
    const refused =
      "The connection to the server 10.0.0.1:6443 was refused - did you specify the right host or port?\n";
    expect((await read(noise + refused))[0]).toBe("unread");
    expect(await read("No resources found\n")).toEqual(["read", 1, ""]);
  });
});

function fail(): never {
  throw new Error("no object");
}

describe("events out of line", () => {
  it("may be about no part of their object", () => {
    const text = [
      "LAST SEEN   FIRST SEEN   COUNT     NAME                      KIND         SUBOBJECT                TYPE      REASON         SOURCE                  MESSAGE",
      "12m         17m          3         x-8c567f849.159c86ec7b43        ReplicaSet                          Warning   FailedCreate   replicaset-controller   Error creating: quota",
      "12m         17m          2         y.159c86ec7b43        Pod          spec.containers{main}          Warning   BackOff        kubelet, node-b         Back-off restarting",
    ].join("\n");
    const events = parseKubeTables(`${text}\n`).objects.flatMap((object) => eventOf(object) ?? []);
    expect(events).toMatchObject([
      { reason: "FailedCreate", count: 3, message: "Error creating: quota" },
      { reason: "BackOff", count: 2 },
    ]);
  });
});
