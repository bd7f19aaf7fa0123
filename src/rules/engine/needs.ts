import { memo } from "../../bytes/index.ts";
import type { ModelOf } from "../../bundle/index.ts";
import { ClusterEvidence, HostEvidence } from "../../evidence/index.ts";
import type { Symptom } from "./rule.ts";

/** The kinds of artifacts that a symptom is looked for in: one of them is enough to begin. */
export interface Needs {
  /** Of a host. */
  readonly host: readonly string[];
  /** Of the cluster. */
  readonly cluster: readonly string[];
}

class AskedHost extends HostEvidence {
  readonly asked: Set<string>;

  constructor(asked: Set<string>, cluster: ClusterEvidence) {
    super(null, [], { cluster });
    this.asked = asked;
  }

  override models(kind: keyof ModelOf): [] {
    this.asked.add(kind);
    return [];
  }

  override get tasks(): HostEvidence["tasks"] {
    this.asked.add("proc-status").add("proc-stack");
    return [];
  }

  override counter(name: string): ReturnType<HostEvidence["counter"]> {
    this.asked.add("netstat-s");
    return super.counter(name);
  }

  override conntrack(name: string): ReturnType<HostEvidence["conntrack"]> {
    this.asked.add("conntrack-S");
    return super.conntrack(name);
  }
}

class AskedCluster extends ClusterEvidence {
  readonly asked: Set<string>;

  constructor(asked: Set<string>) {
    super([]);
    this.asked = asked;
  }

  override models(kind: keyof ModelOf): [] {
    this.asked.add(kind);
    return [];
  }
}

/** What a symptom looks at, found out by having it look where there is nothing. */
export const needsOf = memo((symptom: Symptom<unknown>): Needs => {
  const cluster = new Set<string>();
  const host = new Set<string>();
  const emptyCluster = new AskedCluster(cluster);
  for (const _ of symptom.detect(new AskedHost(host, emptyCluster))) break;
  for (const _ of symptom.detectInCluster?.(emptyCluster) ?? []) break;
  return { host: [...host].sort(), cluster: [...cluster].sort() };
});
