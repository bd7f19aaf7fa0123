import { readFileSync } from "node:fs";

/** A file of a fixture or a sample, as text. */
export const file = (path: string): string => readFileSync(path, "utf8");

/** A kernel log of one boot with these messages. */
export const kernelLog = (...messages: readonly string[]): string =>
  ["Linux version 5.4.0-1029-aws (buildd@lcy01) (gcc) #30-Ubuntu SMP", ...messages]
    .map((message, i) => `[${(i + 1).toFixed(6).padStart(12)}] ${message}\n`)
    .join("");

/** Events or other objects of the API, as `kubectl get -o json` lists them. */
export const objects = (...items: readonly object[]): string =>
  JSON.stringify({ apiVersion: "v1", kind: "List", items }, null, 2);

/** An event that the kubelet of a node wrote about a pod. */
export const podEvent = (host: string, reason: string, message: string): object => ({
  apiVersion: "v1",
  kind: "Event",
  metadata: { name: `p.${reason}`, namespace: "shop" },
  involvedObject: { kind: "Pod", name: "p", namespace: "shop" },
  reason,
  message,
  source: { component: "kubelet", host },
});
