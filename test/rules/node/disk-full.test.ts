import { describe, expect, it } from "vitest";
import { analyzeFiles, findingOf, verdictsOf } from "../case.ts";
import { file, objects, podEvent } from "./files.ts";

const RULE = "node/disk-full";
const bundle = "samples/disk-full/bundle";
const of = (name: string) => ({ [`b/node-h/${name}`]: file(`${bundle}/node-h/${name}`) });
const host = of("hostname");
const event = objects(
  podEvent("node-h", "FailedCreatePodSandBox", "write /var/lib/docker/x: no space left on device"),
);
const verdicts = async (files: Record<string, string>) => verdictsOf(await analyzeFiles(files), RULE);
const nearly = {
  "b/node-h/df.txt":
    "Filesystem 1K-blocks Used Available Use% Mounted on\n/dev/vdb 20511356 19690901 820455 96% /var/lib/docker\n",
};
const room = {
  "b/node-h/df.txt":
    "Filesystem 1K-blocks Used Available Use% Mounted on\n/dev/vdb 20511356 4619112 15892244 23% /var/lib/docker\n",
  "b/node-h/df-i.txt":
    "Filesystem Inodes IUsed IFree IUse% Mounted on\n/dev/vdb 1000000 96000 904000 10% /var/lib/docker\n",
};

describe(RULE, () => {
  it("is confirmed by df and what takes the room, and names the container that logs without end", async () => {
    const files = {
      ...host,
      ...of("df.txt"),
      ...of("du.txt"),
      ...of("docker-system-df-v.txt"),
      ...of("docker-inspect.json"),
    };
    const finding = findingOf(await analyzeFiles(files), RULE);
    expect(finding).toMatchObject({ verdict: "confirmed", subject: { name: "/var/lib/docker" } });
    expect(finding.summary).toMatch(
      /logs 2\d\d MB \(\d\d%\), of these 2\d\d MB by k8s_checkout_checkout-7d4bf_shop/,
    );
    expect(finding.summary).toContain("The logs of 3 containers have no max-size.");
  });

  it("is confirmed by df and the runtime's complaint, likely by df alone", async () => {
    expect(await verdicts({ ...host, ...of("df.txt"), "b/events.json": event })).toContain("confirmed");
    const finding = findingOf(await analyzeFiles({ ...host, ...of("df.txt") }), RULE);
    expect(finding.verdict).toBe("likely");
    expect(finding.missing.map(({ command }) => command)).toContain("docker inspect $(docker ps -aq)");
  });

  it("is possible for a disk that is nearly full, until somebody says that it takes no more", async () => {
    expect(await verdicts({ ...host, ...nearly })).toEqual(["possible"]);
    expect(await verdicts({ ...host, ...nearly, "b/events.json": event })).toContain("confirmed");
  });

  it("is possible where df of now shows room, or nobody collected any", async () => {
    expect(await verdicts({ ...host, ...room, "b/events.json": event })).toEqual(["possible"]);
    const finding = findingOf(await analyzeFiles({ "events.json": event }), RULE);
    expect(finding.missing[0]?.command).toBe("df; df -i");
  });

  it("doesn't take another node's disk", async () => {
    const files = {
      "b/node-z/hostname": "node-z\n",
      ...room,
      "b/events.json": event,
      "b/node-z/df.txt": file(`${bundle}/node-h/df.txt`),
    };
    const report = await analyzeFiles({ ...host, ...files });
    expect(
      report.findings
        .filter(({ rule, host: on }) => rule === RULE && on === "node-h")
        .map(({ verdict }) => verdict),
    ).toEqual(["possible"]);
  });

  it("takes numbers that can't be kB for unknown", async () => {
    const bytes = file(`${bundle}/node-h/du.txt`).replaceAll(/^\d+/gm, (kb) => String(Number(kb) * 1024));
    expect(await verdicts({ ...host, ...of("df.txt"), "b/node-h/du.txt": bytes })).toEqual(["likely"]);
  });
});
