import type { Json } from "./json.ts";

/** The cells of a row by their headings, without what stands for nothing. */
export type Cells = ReadonlyMap<string, string>;

type Members = { [key: string]: Json };

/** What stands in a cell that has nothing to say. */
const NOTHING = /^(?:<none>|<unknown>|<unset>|<pending>|<nodes>|N\/A)?$/;
/** Phases of a pod; whatever else its status says is the reason of a container or of the pod. */
const PHASE = /^(?:Pending|Running|Succeeded|Failed)$/;

/**
 * What a row says of an object, under the members' own names. What the row doesn't show is absent.
 *
 * @param where the namespace that the listing was of, where the row doesn't say it
 */
export function objectOfRow(kind: string, cells: Cells, where: string | undefined): Json & object {
  const cell = (heading: string): string | undefined => {
    const text = cells.get(heading);
    return text === undefined || NOTHING.test(text) ? undefined : text;
  };
  const number = (heading: string): number | undefined => numberOf(cell(heading));
  const metadata = of({
    name: cell("NAME")?.replace(/^[a-z][a-z.]*\//, ""),
    namespace: cell("NAMESPACE") ?? where,
    labels: labelsIn(cell("LABELS")),
  });
  switch (kind) {
    case "Pod":
      return { metadata, ...podMembers(cell) };
    case "Node":
      return { metadata, ...nodeMembers(cell) };
    case "Event":
      return eventMembers(cell, number, metadata);
    case "Service":
      return { metadata, spec: serviceSpec(cell) };
    case "Namespace":
    case "PersistentVolume":
    case "PersistentVolumeClaim":
      return { metadata, status: of({ phase: cell("STATUS") }) };
    case "HorizontalPodAutoscaler":
      return {
        metadata,
        spec: of({
          scaleTargetRef: refOf(cell("REFERENCE")),
          minReplicas: number("MINPODS"),
          maxReplicas: number("MAXPODS"),
        }),
        status: of({ currentReplicas: number("REPLICAS") }),
      };
    case "VerticalPodAutoscaler":
      return { metadata, spec: { updatePolicy: of({ updateMode: cell("MODE") }) } };
    case "PodDisruptionBudget":
      return { metadata, status: of({ disruptionsAllowed: number("ALLOWED DISRUPTIONS") }) };
    case "DaemonSet":
      return {
        metadata,
        status: of({ desiredNumberScheduled: number("DESIRED"), numberReady: number("READY") }),
      };
    case "Endpoints":
    case "EndpointSlice":
    case "VolumeAttachment":
    case "Job":
      return { metadata };
    default:
      return { metadata, ...replicaMembers(cell, number) };
  }
}

/** Only what is there. */
function of(members: Record<string, Json | undefined>): Members {
  const known: Members = {};
  for (const [key, value] of Object.entries(members)) if (value !== undefined) known[key] = value;
  return known;
}

function numberOf(text: string | undefined): number | undefined {
  return text !== undefined && /^\d{1,15}$/.test(text) ? Number(text) : undefined;
}

/** `a=1,b=2`. */
function labelsIn(text: string | undefined): Json | undefined {
  if (text === undefined) return undefined;
  const pairs = text.split(",").map((pair) => pair.split("="));
  return Object.fromEntries(pairs.map(([key = "", value = ""]) => [key, value]));
}

/** `Deployment/web`. */
function refOf(text: string | undefined): Json | undefined {
  const [, kind, name] = /^([^/]+)\/(.+)$/.exec(text ?? "") ?? [];
  return kind === undefined || name === undefined ? undefined : { kind, name };
}

type CellOf = (heading: string) => string | undefined;
type NumberOf = (heading: string) => number | undefined;

function podMembers(cell: CellOf): Members {
  const status = cell("STATUS");
  const isPhase = status !== undefined && PHASE.test(status);
  const isEvicted = status === "Evicted";
  return {
    spec: of({ nodeName: cell("NODE") }),
    status: of({
      phase: isPhase ? status : isEvicted ? "Failed" : undefined,
      reason: isEvicted ? status : undefined,
      podIP: cell("IP"),
    }),
  };
}

function nodeMembers(cell: CellOf): Members {
  const states = cell("STATUS")?.split(",") ?? [];
  const ready = states.includes("Ready") ? "True" : states.includes("NotReady") ? "NotTrue" : undefined;
  const addresses = [
    ["InternalIP", cell("INTERNAL-IP")],
    ["ExternalIP", cell("EXTERNAL-IP")],
  ].flatMap(([type = "", address]) => (address === undefined ? [] : [{ type, address }]));
  return {
    spec: of({
      unschedulable: cell("STATUS") === undefined ? undefined : states.includes("SchedulingDisabled"),
    }),
    status: of({
      conditions: ready === undefined ? undefined : [{ type: "Ready", status: ready }],
      addresses: addresses.length === 0 ? undefined : addresses,
      nodeInfo: of({
        kubeletVersion: cell("VERSION"),
        osImage: cell("OS-IMAGE"),
        kernelVersion: cell("KERNEL-VERSION"),
        containerRuntimeVersion: cell("CONTAINER-RUNTIME"),
      }),
    }),
  };
}

function serviceSpec(cell: CellOf): Members {
  const clusterIP = cell("CLUSTER-IP");
  return of({ type: cell("TYPE"), clusterIP, selector: labelsIn(cell("SELECTOR")) });
}

function replicaMembers(cell: CellOf, number: NumberOf): Members {
  // `2/3` of a Deployment or a StatefulSet, a number of a ReplicaSet.
  const [, ready, wanted] = /^(\d{1,9})\/(\d{1,9})$/.exec(cell("READY") ?? "") ?? [];
  return {
    spec: of({ replicas: numberOf(wanted) ?? number("DESIRED") }),
    status: of({
      replicas: number("CURRENT"),
      readyReplicas: numberOf(ready) ?? number("READY"),
      availableReplicas: number("AVAILABLE"),
    }),
  };
}

function eventMembers(cell: CellOf, number: NumberOf, { namespace, name }: Members): Members {
  const [, kind, about] = /^([^/]+)\/(.+)$/.exec(cell("OBJECT") ?? "") ?? [];
  const eventName = typeof name === "string" ? name : undefined;
  // An event is called after its object, with a time in hexadecimal behind.
  const named = eventName?.replace(/\.[0-9a-f]{6,20}$/, "");
  const [component, host] = (cell("SOURCE") ?? "").replace(/^\{(\S+) (\S+)\}$/, "$1, $2").split(", ");
  const kindOf = kind ?? cell("KIND");
  return of({
    metadata: of({ name: eventName, namespace }),
    involvedObject: of({
      kind: kindOf === undefined ? undefined : (PASCAL.get(kindOf) ?? kindOf),
      name: about ?? named,
      namespace,
      fieldPath: cell("SUBOBJECT"),
    }),
    type: cell("TYPE"),
    reason: cell("REASON"),
    message: cell("MESSAGE"),
    count: number("COUNT"),
    source: of({ component: component === "" ? undefined : component, host }),
  });
}

/** kubectl writes the kind of an event's object in small letters. */
const PASCAL: ReadonlyMap<string, string> = new Map(
  (
    "Pod Node Deployment ReplicaSet StatefulSet DaemonSet Job CronJob Service Endpoints EndpointSlice Namespace PersistentVolume " +
    "PersistentVolumeClaim HorizontalPodAutoscaler VerticalPodAutoscaler PodDisruptionBudget Ingress ReplicationController ConfigMap Lease"
  )
    .split(" ")
    .map((kind) => [kind.toLowerCase(), kind]),
);
