import { histogramGrowth, sampleCite } from "../../evidence/index.ts";
import { defineSymptom } from "../engine/index.ts";
import { PROXY_FULL_RESTORE } from "../fixes/index.ts";
import { count } from "../words.ts";

const METRIC = "kubeproxy_sync_proxy_rules_duration_seconds";
const SLOW = 10;
const SHARE = 0.9;
const ENOUGH = 10;

/** kube-proxy takes long to write its rules: Services are out of date meanwhile. */
export const slowProxySync = defineSymptom<{ readonly seconds: number }>({
  id: "kube/slow-proxy-sync",
  title: "kube-proxy takes long to write its rules",
  description:
    "Two scrapes or more of kube-proxy between which one in ten of its syncs took more than ten seconds, of ten at least: connections go to pods that are gone until a sync has ended.",
  fixes: [PROXY_FULL_RESTORE],
  remedy: [...PROXY_FULL_RESTORE.workaround, PROXY_FULL_RESTORE.upgrade],
  references: ["https://github.com/kubernetes/kubernetes/issues/48107", ...PROXY_FULL_RESTORE.references],
  *detect(host) {
    for (const growth of histogramGrowth(host, "node-metrics", METRIC)) {
      const slowest = growth.quantile(SHARE);
      if (growth.count < ENOUGH || slowest <= SLOW) continue;
      const text = `one in ten of ${count(growth.count, "sync")} took ${Math.round(slowest)} seconds or longer, half of them ${Math.round(growth.quantile(0.5))}`;
      yield {
        subject: { kind: "program", name: "kube-proxy" },
        summary: `Of kube-proxy's syncs ${text}.`,
        evidence: [sampleCite(growth.last, `${METRIC}: ${text}`)],
        data: { seconds: slowest },
        weight: slowest,
      };
    }
  },
});
