// Simulates the work queue of kube-controller-manager's endpoint controller over three days and prints what would be collected of it:
//   simulate.mjs series     what Prometheus answers to workqueue_depth{name="endpoint"}, a sample a minute
//   simulate.mjs scrapes    the controller's own metrics before a storm, in it and after it
//   simulate.mjs requests   what the API server logs of the controller's writes around the first storm
//   simulate.mjs objects    the Services and Endpoints of one namespace
// What is simulated: 6,000 headless Services, all queued whenever the shared informer resyncs (every 16.4 hours: 12 hours times 1.367) and
// one every few seconds by changes of pods; five workers whose writes share the client's limit of 20 requests a second with a burst
// of 30; every sync of a Service writes, as the comparison of labels never succeeds. A key that waits already is not queued twice.
import { argv, stdout } from "node:process";

const what = argv[2];
const SERVICES = 6000;
const START = Date.UTC(2022, 0, 18, 10) / 1000;
const LENGTH = 3 * 86_400;
const RESYNC = 12 * 3600 * 1.367;
const FIRST_RESYNC = 9 * 3600 + 1720;
const QPS = 20;
const BURST = 30;
const CHANGES_PER_SECOND = 0.3;
const BUCKETS = [1e-8, 1e-7, 1e-6, 1e-5, 1e-4, 1e-3, 0.01, 0.1, 1, 10];

let seed = 17_03;
const random = () => (seed = (seed * 1_103_515_245 + 12_345) % 2 ** 31) / 2 ** 31;

const waiting = new Map(); // Service → when it was queued; a Map keeps that order.
const stats = { adds: 0, done: 0, waited: 0, puts: 0, buckets: BUCKETS.map(() => 0) };
let tokens = BURST;
let nextResync = START + FIRST_RESYNC;

function add(service, now) {
  if (waiting.has(service)) return;
  waiting.set(service, now);
  stats.adds++;
}

function second(now) {
  if (now >= nextResync) {
    for (let service = 0; service < SERVICES; service++) add(service, now);
    nextResync += RESYNC;
  }
  if (random() < CHANGES_PER_SECOND) add(Math.floor(random() * SERVICES), now);
  tokens = Math.min(BURST, tokens + QPS);
  for (const [service, since] of waiting) {
    if (tokens < 1) break;
    tokens--;
    waiting.delete(service);
    const wait = Math.max(now - since, 0.00002 + random() / 1e4);
    stats.done++;
    stats.waited += wait;
    stats.puts++;
    if (what === "requests" && now >= START + FIRST_RESYNC - 60 && now < START + FIRST_RESYNC + 400) log(now, service);
    for (const [i, bound] of BUCKETS.entries()) if (wait <= bound) stats.buckets[i]++;
  }
}

function scrape(now) {
  const queue = 'name="endpoint"';
  return [
    `# ${new Date(now * 1000).toISOString().replace(".000", "")}`,
    "# HELP kubernetes_build_info [ALPHA] A metric with a constant '1' value labeled by major, minor, git version, git commit, git tree state, build date, Go version, and compiler from which Kubernetes was built, and platform on which it is running.",
    "# TYPE kubernetes_build_info gauge",
    'kubernetes_build_info{buildDate="2020-02-11T18:07:41Z",compiler="gc",gitCommit="06ad960bfd03b39c8310aaf92d1e7c12ce618213",gitTreeState="clean",gitVersion="v1.17.3",goVersion="go1.13.6",major="1",minor="17",platform="linux/amd64"} 1',
    "# TYPE leader_election_master_status gauge",
    'leader_election_master_status{name="kube-controller-manager"} 1',
    "# TYPE process_start_time_seconds gauge",
    `process_start_time_seconds ${START - 7200.46}`,
    "# TYPE rest_client_requests_total counter",
    `rest_client_requests_total{code="200",host="127.0.0.1:6443",method="PUT"} ${stats.puts}`,
    "# TYPE workqueue_adds_total counter",
    `workqueue_adds_total{${queue}} ${stats.adds}`,
    "# TYPE workqueue_depth gauge",
    `workqueue_depth{${queue}} ${waiting.size}`,
    "# TYPE workqueue_queue_duration_seconds histogram",
    ...BUCKETS.map((bound, i) => `workqueue_queue_duration_seconds_bucket{${queue},le="${String(bound)}"} ${stats.buckets[i]}`),
    `workqueue_queue_duration_seconds_bucket{${queue},le="+Inf"} ${stats.done}`,
    `workqueue_queue_duration_seconds_sum{${queue}} ${stats.waited}`,
    `workqueue_queue_duration_seconds_count{${queue}} ${stats.done}`,
    "",
  ].join("\n");
}

function log(now, service) {
  const time = new Date(now * 1000).toISOString();
  const micros = String(Math.floor(random() * 1e6)).padStart(6, "0");
  const name = `svc-${String(service % 60).padStart(2, "0")}`;
  stdout.write(
    `${time.slice(0, 19)}.${micros}000Z stderr F I${time.slice(5, 7)}${time.slice(8, 10)} ${time.slice(11, 19)}.${micros}       1 httplog.go:90] ` +
      `PUT /api/v1/namespaces/team-${Math.floor(service / 60)}/endpoints/${name}: (${(2 + random() * 5).toFixed(4)}ms) 200 ` +
      `[kube-controller-manager/v1.17.3 (linux/amd64) kubernetes/06ad960/system:serviceaccount:kube-system:endpoint-controller 127.0.0.1:38466]\n`,
  );
}

function objects() {
  const items = [];
  for (let i = 0; i < 12; i++) {
    const name = `svc-${String(i).padStart(2, "0")}`;
    const labels = { app: name };
    const created = new Date((START - 86_400 * (40 + i)) * 1000).toISOString().replace(".000", "");
    const metadata = { name, namespace: "checkout", creationTimestamp: created };
    items.push(
      {
        apiVersion: "v1",
        kind: "Service",
        metadata: { ...metadata, labels, resourceVersion: String(41_000_000 + i * 31) },
        spec: { clusterIP: "None", ports: [{ port: 8080, protocol: "TCP", targetPort: 8080 }], selector: labels, sessionAffinity: "None", type: "ClusterIP" },
        status: { loadBalancer: {} },
      },
      {
        apiVersion: "v1",
        kind: "Endpoints",
        metadata: { ...metadata, labels: { ...labels, "service.kubernetes.io/headless": "" }, resourceVersion: String(88_120_400 + i * 7) },
        subsets: [{ addresses: [{ ip: `10.12.${i}.17`, nodeName: `node-${i % 5}` }], ports: [{ port: 8080, protocol: "TCP" }] }],
      },
    );
  }
  return `${JSON.stringify({ apiVersion: "v1", kind: "List", items }, undefined, 2)}\n`;
}

if (what === "objects") stdout.write(objects());
else {
  const values = [];
  const scrapes = [FIRST_RESYNC - 300, FIRST_RESYNC + 120, FIRST_RESYNC + 420].map((after) => START + after);
  for (let now = START; now <= START + LENGTH; now++) {
    second(now);
    if ((now - START) % 60 === 0) values.push([now, String(waiting.size)]);
    if (what === "scrapes" && scrapes.includes(now)) stdout.write(scrape(now));
  }
  const metric = { __name__: "workqueue_depth", job: "kube-controller-manager", instance: "10.0.0.11:10252", name: "endpoint" };
  const answer = { status: "success", data: { resultType: "matrix", result: [{ metric, values }] } };
  if (what === "series") stdout.write(`${JSON.stringify(answer)}\n`);
}
