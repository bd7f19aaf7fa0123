/** Texts of a control plane, as tests need them. */

/** What Prometheus answers to a query of one series; a value each minute from `start` on. */
export function series(
  metric: Readonly<Record<string, string>>,
  start: number,
  values: readonly number[],
): string {
  const points = values.map((value, i) => [start + 60 * i, String(value)]);
  return JSON.stringify({
    status: "success",
    data: { resultType: "matrix", result: [{ metric, values: points }] },
  });
}

/** A Service without an address of its own and its Endpoints, many times over two namespaces. */
export function headless(count: number, { labelled = true, serviceToo = false } = {}): string {
  const label = { "service.kubernetes.io/headless": "" };
  const items = Array.from({ length: count }, (_, i) => {
    const metadata = { name: `svc-${i}`, namespace: i % 2 === 0 ? "shop" : "bank" };
    return [
      {
        apiVersion: "v1",
        kind: "Service",
        metadata: { ...metadata, labels: { app: "x", ...(serviceToo && label) } },
        spec: { clusterIP: "None", selector: { app: "x" } },
      },
      {
        apiVersion: "v1",
        kind: "Endpoints",
        metadata: { ...metadata, labels: { app: "x", ...(labelled && label) } },
        subsets: [],
      },
    ];
  });
  return JSON.stringify({ apiVersion: "v1", kind: "List", items: items.flat() });
}

/** What the API server logs of writes to Endpoints: so many a minute, of so many different ones. */
export function putLog(
  start: number,
  perMinute: number,
  total: number,
  different: number,
  agent = "v1.17.3",
): string {
  return Array.from({ length: total }, (_, i) => {
    const time = new Date((start + Math.floor(i / perMinute) * 60) * 1000).toISOString();
    const name = `svc-${i % different}`;
    return `${time} stderr F I0119 03:40:01.123456       1 httplog.go:90] PUT /api/v1/namespaces/${(i % different) % 2 === 0 ? "shop" : "bank"}/endpoints/${name}: (5.31ms) 200 [kube-controller-manager/${agent} (linux/amd64) kubernetes/06ad960/system:serviceaccount:kube-system:endpoint-controller 10.0.0.1:52341]\n`;
  }).join("");
}

/** What the API server says its version is. */
export const version = (written: string): string =>
  `Client Version: v1.28.1\nServer Version: version.Info{Major:"1", Minor:"17", GitVersion:"${written}", GitCommit:"06ad960"}\n`;
