import type { Located } from "../../bundle/index.ts";
import type { CorednsLog } from "../../node/index.ts";
import { defineSymptom } from "../engine/index.ts";
import { count } from "../words.ts";

/** CoreDNS says that it can't go on; Kubernetes starts it again and again. */
export const corednsFatal = defineSymptom<Located<CorednsLog>>({
  id: "dns/coredns-fatal",
  title: "CoreDNS gives up",
  description:
    "Lines marked FATAL in a log of CoreDNS, or such in which it has found that it forwards to itself.",
  remedy: [
    "Read what the line says; kubectl -n kube-system describe pod shows how often the container was started again.",
  ],
  references: ["https://coredns.io/manual/toc/"],
  *detect(host) {
    for (const log of host.corednsLogs) {
      const lines = [
        ...log.model.fatal,
        ...log.model.loops.filter(({ line }) => !log.model.fatal.some((each) => each.line === line)),
      ];
      const [first] = lines;
      if (!first) continue;
      const { path } = log.artifact;
      yield {
        subject: { kind: "coredns", name: path },
        summary: `${path} has ${count(lines.length, "line")} with which CoreDNS gives up: ${first.text}`,
        evidence: lines.map(({ text, line }) => ({ artifact: path, text, where: { line } })),
        data: log,
        weight: lines.length,
      };
    }
  },
});
