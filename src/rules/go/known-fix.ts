import type { HostEvidence, ToldVersion } from "../../evidence/index.ts";
import { moduleVersions } from "../../evidence/index.ts";
import type { Advice, Test } from "../engine/index.ts";
import { cantTell } from "../engine/index.ts";
import { answerByVersions, componentVersions } from "../fixes/index.ts";
import type { Pileup } from "./goroutine-pileup.ts";
import type { LeakFix } from "./leak-signatures.ts";

type Known = Pick<Pileup, "piles" | "known">;

/** What is asked of the version of a program whose goroutines have a stack that a leak is known for. */
export const KNOWN_VERSION: Test<Pileup> = {
  statement: "the program is of a version that has the leak which its stack is known for",
  axis: "version",
  holds: "weak",
  fails: "weak",
  answer({ host, seen }) {
    const fix = seen?.known?.signature.fix;
    return fix && seen ? answerByVersions(fix, toldOf(host, seen, fix)) : cantTell();
  },
};

/** What is advised where a leak is known. A version that has the fix need not be upgraded to get it. */
export function adviceOnLeak(host: HostEvidence, seen: Known): Advice | undefined {
  const signature = seen.known?.signature;
  const fix = signature?.fix;
  if (!fix || answerByVersions(fix, toldOf(host, seen, fix)).is !== "fails") return signature;
  return { ...signature, remedy: signature.remedy.filter((text) => text !== fix.upgrade) };
}

/** The versions of the program: of the host's only containerd, of the cluster's API servers, of the library that its binary was built with. */
function toldOf(host: HostEvidence, { piles }: Known, { component }: LeakFix): readonly ToldVersion[] {
  if (component !== "miekg-dns") return componentVersions(host, component);
  const { path } = piles[0].snapshot.artifact;
  const process = host.processes.find(({ goroutines }) =>
    goroutines.some(({ artifact }) => artifact.path === path),
  );
  return process ? moduleVersions(host, process.name, "github.com/miekg/dns") : [];
}
