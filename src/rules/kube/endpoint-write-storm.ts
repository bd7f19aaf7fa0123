import { defineSymptom } from "../engine/index.ts";
import { count, seconds } from "../words.ts";
import { endpointCount, endpointWrites, writesCite } from "./endpoint-writes.ts";
import type { ControllerLoad } from "./workqueue-backlog.ts";

/** Fewer writes in a row are a deploy's. */
const MANY = 500;
/** So many are many, however many Endpoints there are. */
const VERY_MANY = 1000;
/** Of all Endpoints that there are. */
const MOST = 0.5;

/** Most Endpoints of the cluster are written in one go, though nobody changed as many Services. */
export const endpointWriteStorm = defineSymptom<ControllerLoad>({
  id: "kube/endpoint-write-storm",
  title: "most Endpoints of the cluster are written anew in one go",
  description:
    "A log of requests to the API server in which one program writes (PUT) at least 500 Endpoints within minutes, and at least half of all different ones that the " +
    "cluster has; 1,000 different ones where nothing tells how many there are. A deploy writes those of its own Services, again and again.",
  remedy: [
    "Look at who writes them and whether anything in them changes: compare the resourceVersion and the rest of an object before and after.",
  ],
  references: ["https://github.com/kubernetes/kubernetes/pull/94112"],
  *detectInCluster(cluster) {
    const all = endpointCount(cluster);
    for (const writes of endpointWrites(cluster)) {
      const { group, runs } = writes;
      const most = all === undefined ? VERY_MANY : Math.max(MANY, all.count * MOST);
      const storms = group.objects < most ? [] : runs.filter(({ amount }) => amount >= most);
      const [storm] = storms.toSorted((a, b) => b.amount - a.amount);
      if (!storm) continue;
      const lasted = Number.isNaN(storm.start) ? "" : ` within ${seconds(storm.end - storm.start)}`;
      const often = storms.length > 1 ? `, and as many ${count(storms.length - 1, "more time")}` : "";
      const who = group.userAgent.split(/[ (]/)[0] || "A client that the log doesn't name";
      yield {
        subject: { kind: "client", name: who },
        summary:
          `${who} wrote Endpoints ${storm.amount} times${lasted}${often}, ${group.objects} different ones` +
          `${all ? ` of ${all.count}` : ""}.`,
        evidence: [
          writesCite(
            writes,
            `${count(group.count, "PUT")} of ${count(group.objects, "Endpoints object")} by ${who}`,
          ),
          ...(all ? [all.cite] : []),
        ],
        data: { queue: "endpoint", episodes: storms },
        weight: storm.amount,
      };
    }
  },
});
