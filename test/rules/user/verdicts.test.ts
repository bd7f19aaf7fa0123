import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { analyze } from "../../../src/analyze.ts";
import { sourceOf } from "../../../src/bytes/index.ts";
import {
  RULES,
  cantTell,
  defineCause,
  defineSymptom,
  fails,
  holds,
  textSearch,
  textsOf,
} from "../../../src/rules/index.ts";
import type { Rule } from "../../../src/rules/index.ts";
import { SICK, judge, rulesOf, verdictOn, withTest } from "./rule-text.ts";

const FULL = 'text: { contains: "table full", kinds: [kernel-log, text] }\naxis: state\nholds: strong';
const SWAP = "sysctl: { key: vm.swappiness, is: { above: 50 } }\nholds: strong\nfails: strong";
const LOG =
  'value: { matches: "load=(?P<value>\\\\S+)", paths: [app.log], is: { above: 10 } }\nholds: strong\nfails: decisive';
const VERSION =
  'version: { matches: "agent (?P<version>\\\\S+)", paths: [app.log], from: "1.2", fixedIn: [1.2.5, 1.3.1] }\nholds: strong\nfails: decisive';
const KERNEL =
  'kernel: { from: "4.0", fixedIn: ["5.4.50"], vendors: { el7: 3.10.0-1062 } }\nholds: weak\nfails: decisive';
const FIX = "fix: containerd/ttrpc-deadlock\nholds: strong\nfails: decisive";
const containerd = (version: string) => `containerd github.com/containerd/containerd ${version} 2806fc10\n`;
const POD = (node: string, reason: string) =>
  `apiVersion: v1\nkind: Pod\nmetadata: { name: till, namespace: shop }\nspec: { nodeName: ${node}, containers: [{ name: c, image: "r.example:5000/coredns/coredns:v1.8.0@sha256:00" }] }\nstatus: { phase: Running, containerStatuses: [{ lastState: { terminated: { reason: ${reason} } } }] }\n`;
const KILLED =
  "object: { kind: Pod, path: 'status.containerStatuses[*].lastState.terminated.reason', is: OOMKilled }\nholds: strong\nfails: decisive";
const DEPLOYED = (hostNetwork: string) =>
  `apiVersion: apps/v1\nkind: Deployment\nmetadata: { name: till, namespace: shop }\nspec: { template: { spec: { ${hostNetwork} } } }\n`;
const ON_HOST_NETWORK =
  "object: { kind: Deployment, namespace: 'sh*', path: spec.template.spec.hostNetwork, is: true }\nholds: strong\nfails: decisive";
const IMAGE = 'image: { name: coredns, from: "1.7", fixedIn: ["1.8.1"] }\nholds: strong\nfails: decisive';
const GROWN =
  "counter: { name: ListenDrops, growth: true, is: { above: 0 } }\nholds: strong\nfails: decisive";
const TOTAL = "counter: { name: ListenDrops, is: { above: 0 } }\nholds: weak\nfails: decisive";
const nstat = (drops: number, opens = 5) =>
  `#kernel\nTcpExtListenDrops ${drops} 0.0\nTcpActiveOpens ${opens} 0.0\n`;

describe("the verdict on a cause of a rule file", () => {
  it.each([
    ["text that is there", FULL, { "node-a/dmesg.log": "[1.0] table full, dropping\n" }, "likely"],
    [
      "text that isn't there, which says nothing",
      FULL,
      { "node-a/dmesg.log": "[1.0] all well\n" },
      "possible",
    ],
    ["text that wasn't collected", FULL, {}, "possible"],
    ["a known defect", FIX, { "node-a/containerd.txt": containerd("v1.5.7") }, "likely"],
    ["a known defect that is mended", FIX, { "node-a/containerd.txt": containerd("v1.6.20") }, "possible"],
    [
      "a known defect that a vendor may have mended",
      FIX,
      { "node-a/containerd.txt": containerd("1.5.7~ds1") },
      "possible",
    ],
    ["a known defect of another host", FIX, { "node-b/containerd.txt": containerd("v1.5.7") }, "possible"],
    [
      "a known defect of the kernel that is mended",
      "fix: linux/tcp-tw-recycle\nholds: weak\nfails: decisive",
      { "node-a/uname": "Linux node-a 5.4.0-42-generic #1\n" },
      "ruled-out",
    ],
    ["text of another host", FULL, { "node-b/dmesg.log": "[1.0] table full, dropping\n" }, "possible"],
    [
      "text that must be there",
      `${FULL}\nnotFound: fails\nfails: decisive`,
      { "node-a/dmesg.log": "[1.0] all well\n" },
      "ruled-out",
    ],
    [
      "the complaint of a command where the text must be",
      `${FULL}\nnotFound: fails\nfails: decisive`,
      { "node-a/dmesg.log": "dmesg: read kernel buffer failed: Operation not permitted\n" },
      "possible",
    ],
    [
      "fewer lines than must be there",
      FULL.replace("{ contains", "{ atLeast: 2, contains"),
      { "node-a/x.log": "table full\n" },
      "possible",
    ],
    [
      "enough lines, in two texts",
      FULL.replace("{ contains", "{ atLeast: 2, contains"),
      { "node-a/x.log": "table full 1\n", "node-a/y.log": "table full 2\n" },
      "likely",
    ],
    [
      "two copies of one line",
      FULL.replace("{ contains", "{ atLeast: 2, contains"),
      { "node-a/x.log": "table full\n", "node-a/y.log": "table full\n" },
      "possible",
    ],
    [
      "a setting that is so",
      SWAP,
      { "node-a/sysctl.txt": "vm.swappiness = 60\nvm.overcommit_memory = 0\n" },
      "likely",
    ],
    [
      "a setting that is not",
      SWAP,
      { "node-a/sysctl.txt": "vm.swappiness = 10\nvm.overcommit_memory = 0\n" },
      "possible",
    ],
    [
      "a dump without the setting",
      SWAP,
      { "node-a/sysctl.txt": "vm.overcommit_memory = 0\nvm.panic_on_oom = 0\n" },
      "possible",
    ],
    [
      "a setting that is hidden",
      SWAP,
      { "node-a/sysctl.txt": "vm.swappiness = ***HIDDEN***\nvm.panic_on_oom = 0\n" },
      "possible",
    ],
    [
      "a setting of another host",
      SWAP,
      { "node-b/sysctl.txt": "vm.swappiness = 60\nvm.panic_on_oom = 0\n" },
      "possible",
    ],
    ["a value in a log", LOG, { "node-a/app.log": "SICK\nload=9\nload=11\n" }, "likely"],
    ["a value in a log that is lower", LOG, { "node-a/app.log": "SICK\nload=9\n" }, "ruled-out"],
    ["a value that is no number", LOG, { "node-a/app.log": "SICK\nload=high\n" }, "possible"],
    ["a value that is hidden", LOG, { "node-a/app.log": "SICK\nload=***HIDDEN***\n" }, "possible"],
    ["a version with the fault", VERSION, { "node-a/app.log": "SICK\nagent v1.2.4\n" }, "likely"],
    ["a version with the fix", VERSION, { "node-a/app.log": "SICK\nagent v1.2.5\n" }, "ruled-out"],
    [
      "a version of another line with the fault",
      VERSION,
      { "node-a/app.log": "SICK\nagent 1.3.0-eks-1\n" },
      "likely",
    ],
    ["a version before the fault", VERSION, { "node-a/app.log": "SICK\nagent 1.1.9\n" }, "ruled-out"],
    ["two versions", VERSION, { "node-a/app.log": "SICK\nagent 1.2.4\nagent 1.2.5\n" }, "possible"],
    ["a word for a version", VERSION, { "node-a/app.log": "SICK\nagent latest\n" }, "possible"],
    [
      "a kernel of a vendor with its fix",
      KERNEL,
      { "node-a/uname.txt": "Linux node-a 3.10.0-1160.el7.x86_64 #1 SMP\n" },
      "ruled-out",
    ],
    [
      "a kernel of a vendor without it",
      KERNEL,
      { "node-a/uname.txt": "Linux node-a 3.10.0-957.el7.x86_64 #1 SMP\n" },
      "possible",
    ],
    ["what a pod of the host was killed by", KILLED, { "pods.yaml": POD("node-a", "OOMKilled") }, "likely"],
    [
      "what a pod of another host was killed by",
      KILLED,
      { "pods.yaml": POD("node-b", "OOMKilled") },
      "possible",
    ],
    ["what it was not killed by", KILLED, { "pods.yaml": POD("node-a", "Error") }, "ruled-out"],
    ["a field that is so", ON_HOST_NETWORK, { "d.yaml": DEPLOYED("hostNetwork: true") }, "likely"],
    ["a field that is not", ON_HOST_NETWORK, { "d.yaml": DEPLOYED("hostNetwork: false") }, "ruled-out"],
    [
      "a field that isn't there, whose default nobody told",
      ON_HOST_NETWORK,
      { "d.yaml": DEPLOYED("dnsPolicy: Default") },
      "possible",
    ],
    [
      "a field that is hidden",
      ON_HOST_NETWORK,
      { "d.yaml": DEPLOYED('hostNetwork: "***HIDDEN***"') },
      "possible",
    ],
    ["an image with the fault", IMAGE, { "pods.yaml": POD("node-b", "Error") }, "likely"],
    [
      "an image with the fix",
      IMAGE.replace("1.8.1", "1.8.0"),
      { "pods.yaml": POD("node-b", "Error") },
      "ruled-out",
    ],
    [
      "an image that nobody runs",
      IMAGE.replace("name: coredns", "name: dns"),
      { "pods.yaml": POD("node-a", "Error") },
      "possible",
    ],
    [
      "a counter that grew",
      GROWN,
      { "node-a/nstat.before.txt": nstat(5), "node-a/nstat.txt": nstat(9) },
      "likely",
    ],
    [
      "a counter that did not",
      GROWN,
      { "node-a/nstat.before.txt": nstat(5), "node-a/nstat.txt": nstat(5, 8) },
      "ruled-out",
    ],
    [
      "a copy of one look",
      GROWN,
      { "node-a/nstat.before.txt": nstat(5), "node-a/nstat.txt": nstat(5) },
      "possible",
    ],
    ["one look at a counter", GROWN, { "node-a/nstat.txt": nstat(5) }, "possible"],
    ["a total", TOTAL, { "node-a/nstat.txt": nstat(5) }, "possible"],
    ["a total of zero", TOTAL, { "node-a/nstat.txt": nstat(0) }, "ruled-out"],
  ])("by %s", async (_, test, files, verdict) => {
    expect(await verdictOn(test, files)).toBe(verdict);
  });

  it("is never more than possible by a setting without a symptom, and nothing without either", async () => {
    const verdicts = async (files: Record<string, string>) =>
      (await judge(withTest(SWAP), files)).findings.map(({ rule, verdict }) => `${rule} ${verdict}`);
    expect(await verdicts({ "node-a/sysctl.txt": "vm.swappiness = 60\nvm.panic_on_oom = 0\n" })).toEqual([
      "own/why possible",
    ]);
    expect(await verdicts({ "node-a/sysctl.txt": "vm.swappiness = 6\nvm.panic_on_oom = 0\n" })).toEqual([]);
  });

  it("says what is missing with its command", async () => {
    const { findings } = await judge(
      withTest(`${SWAP}\nask: { text: the setting, command: sysctl vm.swappiness }`),
      { "node-a/app.log": "SICK" },
    );
    expect(findings.find(({ rule }) => rule === "own/why")?.missing).toEqual([
      { text: "the setting", command: "sysctl vm.swappiness" },
    ]);
    expect(findings.find(({ rule }) => rule === "own/sick")?.decide).toMatchObject({
      command: "sysctl vm.swappiness",
    });
  });

  it("leaves the settings of a client's host alone where a capture shows that the listener is elsewhere", async () => {
    const rules = (at: string) =>
      rulesOf(`rules:
  - cause: own/why
    title: t
    description: d
    explains: [tcp/syn-unanswered]
    at: ${at}
    tests: [{ statement: s, sysctl: { key: own.key, is: 1 }, holds: strong }]`);
    const seen = { kind: "listener", atClient: true };
    const host = {
      sysctl: () => ({ known: true, value: "1", cite: { text: "own.key = 1", artifact: "sysctl.txt" } }),
    };
    const answer = (at: string) => {
      const [cause] = rules(at);
      return cause?.kind === "cause" && cause.tests[0]?.answer({ host: host as never, seen }).is;
    };
    expect(answer("server")).toBe("cant-tell");
    expect(answer("client")).toBe("holds");
  });
});

describe("the symptom of a rule file", () => {
  const symptom = (when: string, summary = "") =>
    `rules:\n  - symptom: own/x\n    title: t\n    description: d\n    when: ${when}\n${summary === "" ? "" : `    summary: "${summary}"\n`}`;
  const seen = async (text: string, files: Record<string, string>) =>
    (await judge(text, files)).findings.map(({ subject, summary, host }) => [host, subject["name"], summary]);

  it("is seen for each value of a field, often enough, within one host", async () => {
    const text = symptom(
      '{ text: { matches: "timeout at (?P<gate>\\\\w+)", each: gate, atLeast: 2 } }',
      "{count} at {gate} on {host}",
    );
    expect(
      await seen(text, {
        "node-a/a.log": "timeout at g1\ntimeout at g2\ntimeout at g1 again\n",
        "node-b/b.log": "timeout at g2\n",
      }),
    ).toEqual([["node-a", "g1", "2 at g1 on node-a"]]);
  });

  it("is seen by a value, by growth, and by the status of objects", async () => {
    expect(
      await seen(
        symptom('{ value: { matches: "took (?P<value>\\\\d+) ms", is: { atLeast: 500 } } }', "{value} ms"),
        { "node-a/a.log": "took 20 ms\ntook 700 ms\n" },
      ),
    ).toEqual([["node-a", "node-a", "700 ms"]]);
    expect(
      await seen(symptom("{ counter: { name: ListenDrops, growth: true, is: { above: 3 } } }"), {
        "node-a/nstat.before.txt": nstat(5),
        "node-a/nstat.txt": nstat(9),
      }),
    ).toEqual([["node-a", "node-a", "ListenDrops grew by 4 on node-a."]]);
    expect(
      await seen(symptom("{ object: { kind: Pod, path: status.phase, is: Running } }"), {
        "node-a/uname.txt": "Linux node-a 5.4.0 #1",
        "pods.yaml": POD("node-a", "Error"),
      }),
    ).toEqual([["node-a", "shop/till", "Pod shop/till has status.phase: Running."]]);
  });

  it("is silent on what is alike", async () => {
    expect(
      await seen(symptom('{ text: { contains: "Out of memory", paths: ["kern*"] } }'), {
        "node-a/app.log": "Out of memory\n",
        "node-a/kern.log": "out of memory\n",
      }),
    ).toEqual([]);
    expect(
      await seen(symptom('{ text: { contains: "Out of memory", ignoreCase: true } }'), {
        "node-a/kern.log": "OUT OF MEMORY\n",
      }),
    ).toHaveLength(1);
    expect(
      await seen(symptom("{ text: { contains: x, kinds: [kernel-log] } }"), { "node-a/a.log": "x\n" }),
    ).toEqual([]);
  });
});

describe("the audit of a rule file", () => {
  const audit = (object: string) =>
    `rules:\n  - audit: own/x\n    title: t\n    description: d\n    object: ${object}\n`;
  const found = async (text: string, yaml: string) =>
    (await judge(text, { "d.yaml": yaml })).findings.map(({ kind, summary }) => [kind, summary]);
  const CONTAINERS = DEPLOYED(
    "containers: [{ name: a, resources: { limits: { memory: 2Gi } } }, { name: b }]",
  );

  it("finds objects by what is there, by what is not, and by amounts", async () => {
    const path = "'spec.template.spec.containers[*].resources.limits.memory'";
    expect(await found(audit(`{ kind: Deployment, path: ${path}, exists: false }`), CONTAINERS)).toEqual([
      [
        "audit",
        "Deployment shop/till has no spec.template.spec.containers[*].resources.limits.memory, or not a plain value.",
      ],
    ]);
    expect(
      await found(audit(`{ kind: Deployment, path: ${path}, is: { above: 1073741824 } }`), CONTAINERS),
    ).toHaveLength(1);
    expect(
      await found(audit(`{ kind: Deployment, path: ${path}, is: { above: 4294967296 } }`), CONTAINERS),
    ).toEqual([]);
    expect(await found(audit(`{ kind: StatefulSet, path: ${path}, exists: false }`), CONTAINERS)).toEqual([]);
  });

  it.each([
    "__proto__.polluted",
    "constructor.name",
    "metadata.name.length",
    "spec.template.spec.containers.length",
  ])("finds nothing at %s", async (path) => {
    expect(await found(audit(`{ kind: Deployment, path: ${path}, exists: true }`), CONTAINERS)).toEqual([]);
  });
});

describe("a rule of a rule file, and the same written as code", () => {
  const search = textSearch({ matches: String.raw`load=(?P<load>\d+)`, paths: ["app.log"], each: "load" });
  const sick = textSearch({ contains: "SICK", paths: ["app.log"] });
  const symptom = defineSymptom<unknown>({
    id: "own/sick",
    title: "it is sick",
    description: "The log says so.",
    remedy: [],
    references: [],
    searches: [sick],
    *detect(host) {
      const lines = textsOf(host, sick).flatMap(({ found, artifact }) =>
        [...found.groups.values()].map(({ count, lines }) => ({ count, lines, artifact })),
      );
      const count = lines.reduce((sum, each) => sum + each.count, 0);
      if (count > 0)
        yield {
          subject: { kind: "node", name: host.name ?? "" },
          summary: "",
          evidence: [],
          data: {},
          weight: count,
        };
    },
  });
  const byHand: readonly Rule[] = [
    symptom,
    defineCause<unknown>({
      id: "own/why",
      title: "why it is sick",
      description: "What made it sick.",
      explains: [symptom],
      searches: [search],
      tests: [
        {
          statement: "the load is high",
          axis: "state",
          holds: "strong",
          fails: "strong",
          answer({ host }) {
            const values = textsOf(host, search).flatMap(({ found }) => [...found.groups.keys()]);
            if (values.length === 0) return cantTell();
            return values.some((value) => Number(value) > 10) ? holds([]) : fails([]);
          },
        },
        {
          statement: "swap is used early",
          axis: "config",
          holds: "strong",
          fails: "decisive",
          answer({ host }) {
            const reading = host.sysctl("vm.swappiness");
            if (!reading.known) return cantTell(reading.why);
            return Number(reading.value) > 50 ? holds([reading.cite]) : fails([reading.cite]);
          },
        },
      ],
      remedy: [],
      references: [],
      summary: () => "",
    }),
  ];
  const written = rulesOf(`rules:${SICK}
  - cause: own/why
    title: why it is sick
    description: What made it sick.
    explains: [own/sick]
    tests:
      - statement: the load is high
        value: { matches: 'load=(?P<value>\\d+)', paths: [app.log], is: { above: 10 } }
        holds: strong
        fails: strong
      - statement: swap is used early
        sysctl: { key: vm.swappiness, is: { above: 50 } }
        holds: strong
        fails: decisive
`);

  it("say the same of every case", async () => {
    const line = fc.constantFrom("SICK", "load=3", "load=30", "well", "load=x");
    const setting = fc.constantFrom(
      "vm.swappiness = 60",
      "vm.swappiness = 5",
      "vm.swappiness = ***HIDDEN***",
      "vm.panic_on_oom = 0",
    );
    const host = fc.record({ log: fc.array(line, { maxLength: 5 }), sysctl: fc.option(setting) });
    await fc.assert(
      fc.asyncProperty(fc.array(host, { minLength: 1, maxLength: 2 }), async (hosts) => {
        const files = hosts.flatMap(({ log, sysctl }, i) => [
          { name: `node-${i}/app.log`, content: `${log.join("\n")}\n.\n` },
          ...(sysctl === null
            ? []
            : [{ name: `node-${i}/sysctl.txt`, content: `${sysctl}\nvm.dirty_ratio = 20\n` }]),
        ]);
        const verdicts = async (rules: readonly Rule[]) => {
          const inputs = files.map(({ name, content }) => ({
            name,
            source: sourceOf(new TextEncoder().encode(content)),
          }));
          const { findings } = await analyze(inputs, { rules });
          return findings.map(({ rule, host, verdict, explains }) => [rule, host, verdict, explains]);
        };
        expect(await verdicts(written)).toEqual(await verdicts(byHand));
      }),
      { numRuns: 60 },
    );
  });

  it("change nothing of what inquest's own rules say", async () => {
    const path = "samples/tw-recycle-nat/bundle";
    const own = new Set(written.map(({ id }) => id));
    const alone = await analyze(path);
    const beside = await analyze(path, { rules: [...RULES, ...written] });
    expect(beside.findings.filter(({ rule }) => !own.has(rule))).toEqual(alone.findings);
  });
});
