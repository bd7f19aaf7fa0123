import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { FORMATS } from "../../src/bundle/formats.ts";
import { sourceOf } from "../../src/bytes/index.ts";
import { readAccessLog, readAuditLog } from "../../src/kube/index.ts";

const encoder = new TextEncoder();
const AGENT =
  "kube-controller-manager/v1.17.3 (linux/amd64) kubernetes/06ad960/system:serviceaccount:kube-system:endpoint-controller";
const event = (name: string, more: object = {}) =>
  JSON.stringify({
    kind: "Event",
    apiVersion: "audit.k8s.io/v1",
    level: "Metadata",
    stage: "ResponseComplete",
    requestURI: `/api/v1/namespaces/shop/endpoints/${name}`,
    verb: "update",
    user: { username: "system:serviceaccount:kube-system:endpoint-controller" },
    userAgent: AGENT,
    objectRef: { resource: "endpoints", namespace: "shop", name, apiVersion: "v1" },
    responseStatus: { metadata: {}, code: 200 },
    requestReceivedTimestamp: "2024-01-19T03:40:01.123456Z",
    ...more,
  });
const kindsOf = (text: string) =>
  FORMATS.filter((format) => format.recognise(encoder.encode(text), "log.txt")).map(({ kind }) => kind);
const audit = (text: string) => readAuditLog(sourceOf(encoder.encode(text)));
const access = (text: string) => readAccessLog(sourceOf(encoder.encode(text)));

describe("audit logs", () => {
  it("are counted by verb, resource and program", async () => {
    const text = [
      event("a"),
      event("b"),
      event("a", { requestReceivedTimestamp: "2024-01-19T03:42:00Z", responseStatus: { code: 409 } }),
      event("a", { stage: "RequestReceived" }),
      event("c", { verb: "get" }),
    ].join("\n");
    expect(kindsOf(text)).toEqual(["audit-log"]);
    const model = await audit(text);
    expect(model.total).toBe(4);
    const minute = Date.UTC(2024, 0, 19, 3, 40) / 60_000;
    expect(model.groups[0]).toMatchObject({
      verb: "update",
      resource: "endpoints",
      userAgent: AGENT,
      count: 3,
      failed: 1,
      objects: 2,
      firstLine: 1,
      lastLine: 3,
    });
    expect([...(model.groups[0]?.minutes ?? [])]).toEqual([
      [minute, 2],
      [minute + 2, 1],
    ]);
  });

  it("are read from lists, from lines with something before them, and as far as they go", async () => {
    const listed = `{"kind":"EventList","apiVersion":"audit.k8s.io/v1","items":[${event("a")},${event("b")}]}`;
    expect((await audit(listed)).total).toBe(2);
    expect((await audit(`2024-01-19T03:40:01Z stdout F ${event("a")}\r\n`)).total).toBe(1);
    const cut = await audit(`${event("a")}\n${event("b").slice(0, -10)}`);
    expect(cut.total).toBe(1);
    expect(cut.diagnostics).toMatchObject([{ code: "bad-events", line: 2 }]);
  });
});

describe("lines that log requests", () => {
  it("are read in every form of the API server, of clients and of proxies", async () => {
    const text = [
      `I0119 03:40:01.123456       1 httplog.go:90] PUT /api/v1/namespaces/shop/endpoints/a: (5.31ms) 200 [${AGENT} 10.0.0.1:52341]`,
      `I0119 03:40:02.123456       1 httplog.go:109] "HTTP" verb="PUT" URI="/api/v1/namespaces/shop/endpoints/b?timeout=10s" latency="4.2ms" userAgent="${AGENT}" audit-ID="x" srcIP="10.0.0.1:1" resp=200`,
      "I0119 03:41:00.123456   12345 round_trippers.go:443] PUT https://10.0.0.1:6443/api/v1/namespaces/shop/endpoints/c 200 OK in 5 milliseconds",
      '10.0.0.9 - - [19/Jan/2024:03:40:01 +0000] "GET /apis/apps/v1/replicasets?limit=500 HTTP/2.0" 200 1234 "-" "kubectl/v1.28"',
      "2024-01-19T03:40:01.5Z stderr F I0119 03:40:01.1 1 httplog.go:90] GET /api/v1/pods?watch=true: (1m) 200 [kubelet 10.0.0.1:1]",
      "I0119 03:40:01.123456       1 httplog.go:90] GET /healthz: (5.31ms) 200 [x 10.0.0.1:52341]",
      "E0119 03:40:01.123456 1 reflector.go:153] Get https://10.0.0.1:6443/api/v1/services?limit=500: dial tcp: refused",
    ].join("\n");
    expect(kindsOf(text)).toContain("api-access-log");
    const model = await access(text);
    expect(model.isDated).toBe(false);
    expect(model.isZoned).toBe(false);
    expect(
      model.groups.map(({ verb, resource, count, objects, userAgent }) => [
        verb,
        resource,
        count,
        objects,
        userAgent.split("/")[0],
      ]),
    ).toEqual([
      ["update", "endpoints", 2, 2, "kube-controller-manager"],
      ["list", "replicasets", 1, 0, "kubectl"],
      ["update", "endpoints", 1, 1, ""],
      ["watch", "pods", 1, 0, "kubelet"],
    ]);
    expect([...(model.groups[0]?.minutes.values() ?? [])]).toEqual([2]);
  });

  it("are none where nothing was answered", () => {
    expect(
      kindsOf(
        "Get https://10.0.0.1:6443/api/v1/services: dial tcp 10.0.0.1:6443: connect: connection refused\n",
      ),
    ).not.toContain("api-access-log");
    expect(kindsOf("see /api/v1/namespaces for more\n")).not.toContain("api-access-log");
  });

  it("survive every prefix and change", async () => {
    const bytes = encoder.encode(
      `I0119 03:40:01.123456 1 httplog.go:90] PUT /api/v1/namespaces/shop/endpoints/a: (5.31ms) 200 [${AGENT} 10.0.0.1:5]\n${event("a")}\n`,
    );
    await fc.assert(
      fc.asyncProperty(fc.nat(bytes.length - 1), fc.nat(255), fc.boolean(), async (at, byte, cut) => {
        const changed = cut ? bytes.slice(0, at) : bytes.slice();
        if (!cut) changed[at] = byte;
        expect((await readAccessLog(sourceOf(changed))).total).toBeLessThanOrEqual(2);
        expect((await readAuditLog(sourceOf(changed))).total).toBeLessThanOrEqual(1);
      }),
    );
  });

  it("take no long for hostile lines", async () => {
    const begin = performance.now();
    for (const hostile of [
      "GET /api/",
      'verb="PUT" URI="/api/',
      "PUT /apis/x 200 [",
      "GET https://",
      "GET /api/v1/x (",
    ])
      await access(`${hostile.repeat(8192 / hostile.length)}\n`.repeat(20));
    expect(performance.now() - begin).toBeLessThan(3000);
  });
});
