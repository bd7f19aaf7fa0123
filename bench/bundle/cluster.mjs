// Objects, events and metrics of one made-up cluster, as `kubectl get -o json` and its programs' /metrics print them.
import { hexOf } from "./texts.mjs";

const DAY = "2024-04-12";
const at = (minutes) =>
  `${DAY}T${String(Math.floor(minutes / 60) % 24).padStart(2, "0")}:${String(minutes % 60).padStart(2, "0")}:00Z`;
const uidOf = (hex) => `${hex(8)}-${hex(4)}-${hex(4)}-${hex(4)}-${hex(12)}`;

/** A pod of a workload, healthy unless it is told otherwise. */
function pod(random, hex, { name, namespace, workload, node, trouble }) {
  const started = at(60 + random(600));
  const ready = trouble === undefined ? "True" : "False";
  const waits = {
    reason: "CrashLoopBackOff",
    message: `back-off 5m0s restarting failed container=app pod=${name}_${namespace}`,
  };
  const killed = {
    exitCode: trouble === "oom" ? 137 : 1,
    reason: trouble === "oom" ? "OOMKilled" : "Error",
    startedAt: at(700),
    finishedAt: at(705),
    containerID: `containerd://${hex(64)}`,
  };
  const ip = `10.2.${random(200)}.${1 + random(250)}`;
  return {
    apiVersion: "v1",
    kind: "Pod",
    metadata: {
      annotations: { "checksum/config": hex(64), "prometheus.io/scrape": "true" },
      creationTimestamp: started,
      generateName: `${workload}-`,
      labels: { app: workload, "pod-template-hash": hex(10), "app.kubernetes.io/managed-by": "Helm" },
      name,
      namespace,
      ownerReferences: [
        {
          apiVersion: "apps/v1",
          blockOwnerDeletion: true,
          controller: true,
          kind: "ReplicaSet",
          name: `${workload}-5d9c7b8f6c`,
          uid: uidOf(hex),
        },
      ],
      resourceVersion: String(random(90_000_000)),
      uid: uidOf(hex),
    },
    spec: {
      containers: [
        {
          env: Array.from({ length: 12 }, (_, i) => ({ name: `SETTING_${i}`, value: hex(16) })),
          image: `registry.example/shop/${workload}:1.${random(90)}.0`,
          imagePullPolicy: "IfNotPresent",
          livenessProbe: {
            failureThreshold: 3,
            httpGet: { path: "/healthz", port: 8080, scheme: "HTTP" },
            periodSeconds: 10,
            successThreshold: 1,
            timeoutSeconds: 1,
          },
          name: "app",
          ports: [{ containerPort: 8080, name: "http", protocol: "TCP" }],
          readinessProbe: {
            failureThreshold: 3,
            httpGet: { path: "/ready", port: 8080, scheme: "HTTP" },
            periodSeconds: 10,
            successThreshold: 1,
            timeoutSeconds: 1,
          },
          resources: { limits: { cpu: "1", memory: "512Mi" }, requests: { cpu: "100m", memory: "256Mi" } },
          terminationMessagePath: "/dev/termination-log",
          terminationMessagePolicy: "File",
          volumeMounts: [
            {
              mountPath: "/var/run/secrets/kubernetes.io/serviceaccount",
              name: "kube-api-access",
              readOnly: true,
            },
          ],
        },
      ],
      dnsPolicy: "ClusterFirst",
      enableServiceLinks: true,
      nodeName: node,
      preemptionPolicy: "PreemptLowerPriority",
      priority: 0,
      restartPolicy: "Always",
      schedulerName: "default-scheduler",
      securityContext: {},
      serviceAccountName: workload,
      terminationGracePeriodSeconds: 30,
      tolerations: [
        {
          effect: "NoExecute",
          key: "node.kubernetes.io/not-ready",
          operator: "Exists",
          tolerationSeconds: 300,
        },
        {
          effect: "NoExecute",
          key: "node.kubernetes.io/unreachable",
          operator: "Exists",
          tolerationSeconds: 300,
        },
      ],
      volumes: [
        {
          name: "kube-api-access",
          projected: {
            defaultMode: 420,
            sources: [
              { serviceAccountToken: { expirationSeconds: 3607, path: "token" } },
              { configMap: { items: [{ key: "ca.crt", path: "ca.crt" }], name: "kube-root-ca.crt" } },
            ],
          },
        },
      ],
    },
    status: {
      conditions: [
        { lastTransitionTime: started, status: "True", type: "Initialized" },
        { lastTransitionTime: started, status: ready, type: "Ready" },
        { lastTransitionTime: started, status: ready, type: "ContainersReady" },
        { lastTransitionTime: started, status: "True", type: "PodScheduled" },
      ],
      containerStatuses: [
        {
          containerID: `containerd://${hex(64)}`,
          image: `registry.example/shop/${workload}:1.0.0`,
          imageID: `registry.example/shop/${workload}@sha256:${hex(64)}`,
          lastState: trouble === undefined ? {} : { terminated: killed },
          name: "app",
          ready: trouble === undefined,
          restartCount: trouble === undefined ? 0 : 20 + random(90),
          started: trouble === undefined,
          state: trouble === undefined ? { running: { startedAt: started } } : { waiting: waits },
        },
      ],
      hostIP: "10.0.0.1",
      phase: "Running",
      podIP: ip,
      podIPs: [{ ip }],
      qosClass: "Burstable",
      startTime: started,
    },
  };
}

function nodeObject(hex, { name, address, kernel, isReady }) {
  const condition = (type, status) => ({
    lastHeartbeatTime: at(719),
    lastTransitionTime: at(60),
    message: "",
    reason: `Kubelet${type}`,
    status,
    type,
  });
  return {
    apiVersion: "v1",
    kind: "Node",
    metadata: {
      creationTimestamp: at(1),
      labels: { "kubernetes.io/hostname": name, "topology.kubernetes.io/zone": "a" },
      name,
      uid: uidOf(hex),
    },
    spec: { podCIDR: "10.2.0.0/24" },
    status: {
      addresses: [
        { address, type: "InternalIP" },
        { address: name, type: "Hostname" },
      ],
      allocatable: { cpu: "16", memory: "31000000Ki", pods: "110" },
      capacity: { cpu: "16", memory: "32000000Ki", pods: "110" },
      conditions: [
        condition("MemoryPressure", "False"),
        condition("DiskPressure", "False"),
        condition("PIDPressure", "False"),
        condition("Ready", isReady ? "True" : "False"),
      ],
      images: Array.from({ length: 40 }, (_, i) => ({
        names: [`registry.example/shop/app${i}@sha256:${hex(64)}`],
        sizeBytes: 90_000_000 + i,
      })),
      nodeInfo: {
        architecture: "amd64",
        containerRuntimeVersion: "containerd://1.6.20",
        kernelVersion: kernel,
        kubeletVersion: "v1.26.4",
        kubeProxyVersion: "v1.26.4",
        operatingSystem: "linux",
        osImage: "Linux",
      },
    },
  };
}

function event(random, hex, { namespace, kind, name, reason, message, type, source, minute, count }) {
  return {
    apiVersion: "v1",
    count,
    eventTime: null,
    firstTimestamp: at(Math.max(1, minute - 60)),
    involvedObject: {
      apiVersion: "v1",
      kind,
      name,
      namespace,
      resourceVersion: String(random(9_000_000)),
      uid: uidOf(hex),
    },
    kind: "Event",
    lastTimestamp: at(minute),
    message,
    metadata: {
      creationTimestamp: at(minute),
      name: `${name}.${hex(16)}`,
      namespace,
      resourceVersion: String(random(9_000_000)),
      uid: uidOf(hex),
    },
    reason,
    reportingComponent: "",
    reportingInstance: "",
    source,
    type,
  };
}

/**
 * All that was got from the API, file by file.
 *
 * @param nodes name, address, kernel and whether it is ready, of each
 * @param times how many pods and events there are of each that a cluster of this many nodes has
 */
export function clusterFiles(random, { nodes, times }) {
  const hex = hexOf(random);
  const namespaces = Array.from({ length: 8 }, (_, i) => `team-${i}`);
  const pods = new Map(namespaces.map((name) => [name, []]));
  const sets = [];
  const services = [];
  const endpoints = [];
  const events = [];
  const workloads = Math.max(10, Math.round((nodes.length * 25 * times) / 8));
  for (let i = 0; i < workloads; i++) {
    const namespace = namespaces[i % namespaces.length];
    const workload = `app-${i}`;
    const own = Array.from({ length: 8 }, (_, replica) => {
      const node = nodes[random(nodes.length)]?.name;
      const trouble =
        i % 40 === 7 && replica < 2 ? "crash" : i % 40 === 13 && replica === 0 ? "oom" : undefined;
      return pod(random, hex, {
        name: `${workload}-5d9c7b8f6c-${hex(5)}`,
        namespace,
        workload,
        node,
        trouble,
      });
    });
    pods.get(namespace).push(...own);
    const labels = { app: workload };
    // A healthy deployment keeps ten old revisions; one of forty was told to keep all.
    const revisions = i % 40 === 21 ? 120 : 10;
    sets.push({
      apiVersion: "apps/v1",
      kind: "Deployment",
      metadata: {
        creationTimestamp: at(1),
        generation: revisions,
        labels,
        name: workload,
        namespace,
        uid: uidOf(hex),
      },
      spec: {
        progressDeadlineSeconds: 600,
        replicas: 8,
        revisionHistoryLimit: revisions === 10 ? 10 : 2_147_483_647,
        selector: { matchLabels: labels },
        template: {
          metadata: { labels },
          spec: { containers: [{ image: `registry.example/shop/${workload}:1.0.0`, name: "app" }] },
        },
      },
      status: { availableReplicas: 8, readyReplicas: 8, replicas: 8, updatedReplicas: 8 },
    });
    for (let revision = 0; revision <= revisions; revision++)
      sets.push({
        apiVersion: "apps/v1",
        kind: "ReplicaSet",
        metadata: {
          creationTimestamp: at(1),
          labels,
          name: revision === 0 ? `${workload}-5d9c7b8f6c` : `${workload}-${hex(10)}`,
          namespace,
          ownerReferences: [
            { apiVersion: "apps/v1", controller: true, kind: "Deployment", name: workload, uid: uidOf(hex) },
          ],
          uid: uidOf(hex),
        },
        spec: { replicas: revision === 0 ? 8 : 0, selector: { matchLabels: labels } },
        status: { replicas: revision === 0 ? 8 : 0 },
      });
    services.push({
      apiVersion: "v1",
      kind: "Service",
      metadata: { creationTimestamp: at(1), labels, name: workload, namespace, uid: uidOf(hex) },
      spec: {
        clusterIP: `172.20.${i >> 8}.${i & 255}`,
        ports: [{ name: "http", port: 80, protocol: "TCP", targetPort: 8080 }],
        selector: labels,
        type: "ClusterIP",
      },
      status: { loadBalancer: {} },
    });
    endpoints.push({
      apiVersion: "v1",
      kind: "Endpoints",
      metadata: { labels, name: workload, namespace, uid: uidOf(hex) },
      subsets: [
        {
          addresses: own
            .filter(({ status }) => status.containerStatuses[0].ready)
            .map(({ metadata, spec, status }) => ({
              ip: status.podIP,
              nodeName: spec.nodeName,
              targetRef: { kind: "Pod", name: metadata.name, namespace, uid: metadata.uid },
            })),
          ports: [{ name: "http", port: 8080, protocol: "TCP" }],
        },
      ],
    });
    for (const { metadata, spec, status } of own)
      for (let n = 0; n < 4; n++) {
        const about = {
          namespace,
          kind: "Pod",
          name: metadata.name,
          minute: 600 + random(110),
          source: { component: "kubelet", host: spec.nodeName },
        };
        const isReady = status.containerStatuses[0].ready;
        const [reason, message, type, count] = isReady
          ? [
              [
                "Scheduled",
                `Successfully assigned ${namespace}/${metadata.name} to ${spec.nodeName}`,
                "Normal",
                1,
              ],
              [
                "Pulled",
                `Container image "${spec.containers[0].image}" already present on machine`,
                "Normal",
                1,
              ],
              ["Created", "Created container app", "Normal", 1],
              ["Started", "Started container app", "Normal", 1],
            ][n]
          : [
              "BackOff",
              `Back-off restarting failed container app in pod ${metadata.name}_${namespace}(${metadata.uid})`,
              "Warning",
              200 + n,
            ];
        events.push(event(random, hex, { ...about, reason, message, type, count }));
      }
  }
  const list = (items) =>
    `${JSON.stringify({ apiVersion: "v1", items, kind: "List", metadata: { resourceVersion: "" } }, undefined, 4)}\n`;
  return {
    "nodes.json": list(nodes.map((node) => nodeObject(hex, node))),
    "replicasets-deployments.json": list(sets),
    "services-endpoints.json": list([...services, ...endpoints]),
    ...Object.fromEntries(namespaces.map((name) => [`pods-${name}.json`, list(pods.get(name))])),
    ...Object.fromEntries(
      namespaces.map((name) => [
        `events-${name}.json`,
        list(events.filter(({ metadata }) => metadata.namespace === name)),
      ]),
    ),
    "kube-apiserver-metrics.txt": metrics(random),
  };
}

/** A scrape of the API server. */
function metrics(random) {
  const lines = [
    "# HELP apiserver_request_duration_seconds Response latency.",
    "# TYPE apiserver_request_duration_seconds histogram",
  ];
  for (let resource = 0; resource < 60; resource++)
    for (const verb of ["GET", "LIST", "PUT", "POST", "PATCH", "DELETE"]) {
      let total = 0;
      for (const le of ["0.005", "0.025", "0.1", "0.5", "1", "5", "10", "30", "60", "+Inf"])
        lines.push(
          `apiserver_request_duration_seconds_bucket{component="apiserver",group="apps",resource="resource${resource}",scope="namespace",verb="${verb}",version="v1",le="${le}"} ${(total += random(90))}`,
        );
    }
  for (const queue of ["deployment", "replicaset", "endpoint", "namespace", "service"])
    lines.push(
      `workqueue_depth{name="${queue}"} ${random(3)}`,
      `workqueue_adds_total{name="${queue}"} ${random(90_000)}`,
    );
  return `${lines.join("\n")}\n`;
}
