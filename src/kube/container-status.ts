import type { Json } from "./json.ts";
import { list, member, text, time } from "./json.ts";
import type { KubeObject } from "./kube-object.ts";
import { quantityOf } from "./quantity.ts";

/** How a container of a pod ended. */
export interface Termination {
  /** Without the runtime's prefix. */
  readonly containerId: string | undefined;
  /** `OOMKilled`, `Error`, `Completed`, … */
  readonly reason: string | undefined;
  readonly exitCode: number | undefined;
  /** What the runtime said where it could not start it, or the program left in its termination message. */
  readonly message: string | undefined;
  /** Seconds since 1970. */
  readonly finished: number | undefined;
}

/** A container as its pod's status has it. */
export interface ContainerStatus {
  readonly object: KubeObject;
  readonly namespace: string;
  readonly pod: string;
  readonly podUid: string | undefined;
  readonly node: string | undefined;
  readonly name: string;
  readonly image: string | undefined;
  /** Of the container that runs now, or ran last; without the runtime's prefix. */
  readonly containerId: string | undefined;
  readonly restarts: number | undefined;
  /** How it ended, if it has: the present state, then the last. */
  readonly terminations: readonly Termination[];
  /** `resources.limits.memory`, in bytes. */
  readonly memoryLimit: number | undefined;
}

/** @returns nothing where the object is no pod, or has no name */
export function containerStatusesOf(object: KubeObject): ContainerStatus[] {
  if (object.kind !== "Pod") return [];
  const { value } = object;
  const [pod, namespace] = [text(value, "metadata", "name"), text(value, "metadata", "namespace")];
  if (pod === undefined || namespace === undefined) return [];
  const containers = ["containers", "initContainers", "ephemeralContainers"].flatMap((kind) =>
    list(value, "spec", kind),
  );
  const statuses = ["containerStatuses", "initContainerStatuses", "ephemeralContainerStatuses"].flatMap(
    (kind) => list(value, "status", kind),
  );
  return statuses.flatMap((status) => {
    const name = text(status, "name");
    if (name === undefined) return [];
    const spec = containers.find((each) => text(each, "name") === name);
    const restarts = member(status, "restartCount");
    return [
      {
        object,
        namespace,
        pod,
        podUid: text(value, "metadata", "uid"),
        node: text(value, "spec", "nodeName"),
        name,
        image: text(status, "image"),
        containerId: bareId(text(status, "containerID")),
        restarts: typeof restarts === "number" ? restarts : undefined,
        terminations: ["state", "lastState"].flatMap((state) => terminationOf(status, state)),
        memoryLimit: quantity(member(spec, "resources", "limits", "memory")),
      },
    ];
  });
}

function terminationOf(status: Json, state: string): Termination[] {
  const terminated = member(status, state, "terminated");
  if (typeof terminated !== "object" || terminated === null) return [];
  const exitCode = member(terminated, "exitCode");
  return [
    {
      containerId: bareId(text(terminated, "containerID")),
      reason: text(terminated, "reason"),
      message: text(terminated, "message"),
      exitCode: typeof exitCode === "number" ? exitCode : undefined,
      finished: time(terminated, "finishedAt"),
    },
  ];
}

const bareId = (id: string | undefined): string | undefined => id?.slice(id.lastIndexOf("/") + 1);

/** A quantity of the API (`96Mi`, `1.5G`, `1e9`) as a number; `undefined` for what is none. */
export function quantity(value: Json | undefined): number | undefined {
  if (typeof value === "number") return value;
  return typeof value === "string" ? quantityOf(value) : undefined;
}
