import { describe, expect, it } from "vitest";
import { analyzeFiles, findingOf, verdictsOf } from "../case.ts";
import { captureOf, healthy, lookup, POD } from "./lookups.ts";

const RULE = "dns/hosts-name-asked";
const HOSTS = `# Kubernetes-managed hosts file.\n127.0.0.1\tlocalhost\n${POD}\tshop-0 shop\n172.16.0.11\tapi.example.com\n`;
const asked = (name: string) => captureOf(healthy(3), lookup({ time: 9, name, ids: [7, 8], a: 1, aaaa: 1 }));
const verdicts = async (files: Record<string, string | Uint8Array>) =>
  verdictsOf(await analyzeFiles(files), RULE);

describe(RULE, () => {
  it("sees a name of the client's own file, as it is or with a search domain behind it", async () => {
    for (const name of [
      "api.example.com",
      "API.example.com",
      "api.example.com.shop.svc.cluster.local",
      "localhost",
    ]) {
      const files = { "pod/etc/hosts": HOSTS, "pod.pcap": asked(name) };
      const finding = findingOf(await analyzeFiles(files), RULE);
      expect(finding.summary).toContain(`for names that pod/etc/hosts lists: ${name.toLowerCase()}.`);
      expect(finding.subject).toMatchObject({ client: POD });
    }
  });

  it("takes the file beside a pod's capture for the pod's, and a node's for nobody else's", async () => {
    const other = HOSTS.replace(POD, "10.244.9.9");
    const pcap = asked("api.example.com");
    expect(await verdicts({ "n/pods/shop/rootfs/etc/hosts": other, "n/pods/shop/a.pcap": pcap })).toEqual([
      "confirmed",
    ]);
    expect(await verdicts({ "n/etc/hosts": other, "n/pods/shop/a.pcap": pcap })).toEqual([]);
    expect(await verdicts({ "n/pods/db/etc/hosts": other, "n/pods/shop/a.pcap": pcap })).toEqual([]);
  });

  it("is silent about other names, such as a service called as the pod is", async () => {
    for (const name of ["shop.default.svc.cluster.local", "example.com", "myapi.example.com", "svc1.example"])
      expect(await verdicts({ "pod/etc/hosts": HOSTS, "pod.pcap": asked(name) })).toEqual([]);
    expect((await analyzeFiles({ "pod/etc/hosts": HOSTS })).findings).toEqual([]);
  });
});
