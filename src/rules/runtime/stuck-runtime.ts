import { memo } from "../../bytes/index.ts";
import type { HostEvidence } from "../../evidence/index.ts";
import { stuckGroupsOf } from "../../evidence/index.ts";
import type { Stuck } from "../proc/stuck.ts";
import type { RuntimeTrouble } from "./runtime-trouble.ts";
import { whoStands } from "./runtime-trouble.ts";

/** The runtimes themselves, by the names of their threads, of which the kernel keeps fifteen bytes. */
const DAEMON = /^(?:dockerd|dockerd-current|containerd|crio|cri-dockerd)$/;
/** What they start to work for them: each of it is of one container, and the runtime may go on without. Two names are of both, old ones cut. */
const HELPER = /^(?:containerd-shim.*|docker|docker-containe|conmon|runc(?::\[.*)?|crun|docker-runc.*)$/;
const KUBELET = /^(?:kubelet|hyperkube)$/;

/** The stuck threads of some names: those whose waits are known to last, else those that may be there for a moment. */
const stuckThreads =
  (names: RegExp) =>
  (host: HostEvidence): Stuck => {
    const all = stuckGroupsOf(host).flatMap(({ stuck }) =>
      stuck.filter(({ task }) => names.test(task.comm ?? "")),
    );
    const lasting = all.filter((one) => one.lasting !== undefined);
    if (lasting.length > 0) return { roots: lasting.flatMap(({ roots }) => roots) };
    return { roots: all.flatMap(({ roots }) => roots), most: "weak" };
  };

const daemons = memo(stuckThreads(DAEMON));
const helpers = memo(stuckThreads(HELPER));
const kubelets = memo(stuckThreads(KUBELET));

/**
 * What the threads of a runtime or a kubelet that stands still wait for. Both are programs of many threads, of which one may be stuck while the others answer:
 * that it is so at the same time makes it likely and no more.
 */
export function stuckRuntime(host: HostEvidence, seen: RuntimeTrouble): Stuck {
  const who = whoStands({ seen, host });
  if (who === undefined) return { roots: [] };
  const all = who === "kubelet" ? [kubelets(host)] : [daemons(host), helpers(host), kubelets(host)];
  const [first] = all;
  // A daemon's own thread tells most, though it be there for a moment only.
  if (who === "runtime" && first?.most === "weak" && first.roots.length > 0) return first;
  const lasting = all.find(({ roots, most }) => roots.length > 0 && most === undefined);
  if (lasting) return { ...lasting, most: "strong" };
  return all.find(({ roots }) => roots.length > 0) ?? { roots: [] };
}
