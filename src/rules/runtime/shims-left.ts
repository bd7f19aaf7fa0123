import type { HostEvidence } from "../../evidence/index.ts";
import type { ListedTask } from "../../procstack/index.ts";
import type { Subject } from "../engine/index.ts";
import { defineSymptom } from "../engine/index.ts";
import { count } from "../words.ts";

/** A row of a listing that names its process. */
interface Row {
  readonly pid: number;
  readonly listed: ListedTask;
  readonly line: number | undefined;
}

/** Shims of containerd that have no container. */
export interface LeftShims {
  readonly left: readonly Row[];
  /** All shims of the listing. */
  readonly shims: number;
}

/** A node that ends many pods at once has some for a moment. */
const MANY = 10;
const SHARE = 0.1;
const CITED = 4;
const NAMED = 3;

/** By its whole name, as the first word of its arguments or as all of them. */
const SHIM = /^(?:\S*\/)?containerd-shim(?:-[\w-]+)?(?:\s|$)/;
const ID = /\s-id\s+([0-9a-f]{12,64})\b/;
/** The listing itself runs while it is made: where it shows, nothing is cut off. */
const PS = /^(?:\S*\/)?ps(?:\s|$)/;

const textOf = ({ listed }: Row): string => listed.cmdline ?? listed.comm ?? "";

/** Shims that nobody ended when their containers had gone. */
export const shimsLeft = defineSymptom<LeftShims>({
  id: "runtime/shims-left",
  title: "shims of containers that are gone were left behind",
  description:
    `A listing of all processes has ${MANY} and more shims of containerd without any child, and they are a tenth of all. A shim lives for its containers, which are its children: one without was lost by ` +
    "containerd, and stays for good, with its memory, its threads and its pid.",
  remedy: [
    "Compare with what the runtime knows (ctr -n k8s.io task ls, crictl pods), and end those that it doesn't know: ctr -n k8s.io shim --id ID delete, or kill.",
    "Upgrade containerd: several ways to lose shims were mended, that of many short pods in 2.1.5.",
  ],
  references: [
    "https://github.com/containerd/containerd/issues/12344",
    "https://github.com/containerd/containerd/issues/8381",
    "https://github.com/containerd/containerd/pull/12410",
    "https://github.com/rancher/rke2/issues/8825",
  ],
  *detect(host) {
    for (const { rows, path } of listings(host)) {
      const parents = new Set(rows.map(({ listed }) => listed.ppid));
      const shims = rows.filter((row) => SHIM.test(textOf(row)) && row.listed.state !== "Z");
      const left = shims.filter(({ pid }) => !parents.has(pid));
      if (left.length < MANY || left.length < shims.length * SHARE) continue;
      const ids = left.flatMap((row) => ID.exec(textOf(row))?.[1]?.slice(0, 12) ?? []);
      const named =
        ids.length === 0 ? "" : `: ${ids.slice(0, NAMED).join(", ")}${ids.length > NAMED ? ", …" : ""}`;
      yield {
        subject: subjectOf(host),
        summary: `${left.length} of ${count(shims.length, "shim")} have no process below them, and so no container${named}.`,
        evidence: left.slice(0, CITED).map((row) => ({
          artifact: path,
          text: `pid ${row.pid}, without a child: ${textOf(row).slice(0, 200)}`,
          where: { line: row.line, pid: row.pid },
        })),
        data: { left, shims: shims.length },
        weight: left.length,
        missing: [
          {
            text: "which tasks the runtime knows",
            command: "ctr -n k8s.io task ls; crictl pods; containerd --version",
          },
        ],
      };
      return;
    }
  },
});

const subjectOf = ({ name }: HostEvidence): Subject => ({ kind: "node", name: name ?? "this node" });

/** Listings of all processes of the host with their parents. */
function* listings(host: HostEvidence): Generator<{ rows: readonly Row[]; path: string }> {
  for (const { model, artifact } of host.models("proc-ps")) {
    const rows = model.parts.flatMap(({ pid, tid, listed, line }) =>
      listed && pid !== undefined && (tid === undefined || tid === pid) ? [{ pid, listed, line }] : [],
    );
    const isWhole =
      artifact.status === "read" &&
      rows.some(({ pid }) => pid === 1) &&
      rows.some(({ pid, listed }) => pid === 2 && listed.kernelThread === true) &&
      rows.some((row) => PS.test(textOf(row))) &&
      rows.every(({ listed }) => listed.ppid !== undefined);
    if (isWhole) yield { rows, path: artifact.path };
  }
}
