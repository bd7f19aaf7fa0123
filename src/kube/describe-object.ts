import { fieldAt, rowsOf, sectionAt } from "./describe-tree.ts";
import type { Section } from "./describe-tree.ts";
import type { Json } from "./json.ts";

type Members = { [key: string]: Json };

/** The kind of what is described; `undefined` where it is none of these. */
export function describedKind(sections: readonly Section[]): "Pod" | "Node" | undefined {
  const has = (key: string): boolean => sections.some((each) => each.key === key);
  if (has("System Info") || (has("Unschedulable") && has("Taints"))) return "Node";
  // People leave out what is long when they paste it.
  return has("Node") && OF_PODS.some(has) ? "Pod" : undefined;
}

/** What a description of a Pod has beside its node, and that of no other kind. */
const OF_PODS = ["Containers", "Controlled By", "QoS Class", "Start Time", "IP"];

/** What a description says of a Pod or a Node, under the members' own names. What it doesn't show is absent. */
export function describedObject(kind: "Pod" | "Node", sections: readonly Section[]): Json & object {
  const metadata = of({
    name: fieldAt(sections, "Name"),
    namespace: fieldAt(sections, "Namespace"),
    labels: labelsOf(sectionAt(sections, "Labels")),
    ownerReferences: ownerOf(fieldAt(sections, "Controlled By")),
    creationTimestamp: dateOf(fieldAt(sections, "CreationTimestamp")),
  });
  return { metadata, ...(kind === "Pod" ? podMembers(sections) : nodeMembers(sections)) };
}

function podMembers(sections: readonly Section[]): Members {
  const [node, hostIP] = (fieldAt(sections, "Node") ?? "").split("/");
  const status = fieldAt(sections, "Status");
  return {
    spec: of({ nodeName: node === "" ? undefined : node }),
    status: of({
      phase:
        status !== undefined && /^[A-Z][a-z]+$/.test(status) && status !== "Terminating" ? status : undefined,
      reason: fieldAt(sections, "Reason"),
      message: fieldAt(sections, "Message"),
      podIP: fieldAt(sections, "IP"),
      hostIP,
      startTime: dateOf(fieldAt(sections, "Start Time")),
      conditions: rowsOf(sectionAt(sections, "Conditions")).map(({ cells }) =>
        of({ type: cells.get("Type"), status: cells.get("Status") }),
      ),
      initContainerStatuses: (sectionAt(sections, "Init Containers")?.children ?? []).map(containerStatus),
      containerStatuses: (sectionAt(sections, "Containers")?.children ?? []).map(containerStatus),
    }),
  };
}

function containerStatus(container: Section): Members {
  const { key, children } = container;
  const restarts = fieldAt(children, "Restart Count");
  const ready = fieldAt(children, "Ready");
  return of({
    name: key,
    image: fieldAt(children, "Image"),
    containerID: fieldAt(children, "Container ID"),
    ready: ready === undefined ? undefined : ready === "True",
    restartCount: numberOf(restarts),
    state: stateOf(sectionAt(children, "State")),
    lastState: stateOf(sectionAt(children, "Last State")),
  });
}

function stateOf(section: Section | undefined): Json | undefined {
  if (!section) return undefined;
  const field = (key: string): string | undefined => fieldAt(section.children, key);
  const details = of({
    reason: field("Reason"),
    message: field("Message"),
    exitCode: numberOf(field("Exit Code")),
    startedAt: dateOf(field("Started")),
    finishedAt: dateOf(field("Finished")),
  });
  return /^(?:Waiting|Running|Terminated)$/.test(section.value)
    ? { [section.value.toLowerCase()]: details }
    : undefined;
}

function nodeMembers(sections: readonly Section[]): Members {
  const unschedulable = fieldAt(sections, "Unschedulable");
  const info = (key: string): string | undefined => fieldAt(sections, "System Info", key);
  return {
    spec: of({
      unschedulable: unschedulable === undefined ? undefined : unschedulable === "true",
      taints: taintsOf(sectionAt(sections, "Taints")),
    }),
    status: of({
      conditions: rowsOf(sectionAt(sections, "Conditions")).map(({ cells }) =>
        of({
          type: cells.get("Type"),
          status: cells.get("Status"),
          reason: cells.get("Reason"),
          message: cells.get("Message"),
          lastHeartbeatTime: dateOf(cells.get("LastHeartbeatTime")),
          lastTransitionTime: dateOf(cells.get("LastTransitionTime")),
        }),
      ),
      addresses: (sectionAt(sections, "Addresses")?.children ?? []).map(({ key, value }) => ({
        type: key,
        address: value,
      })),
      allocatable: of(
        Object.fromEntries(
          (sectionAt(sections, "Allocatable")?.children ?? []).map(({ key, value }) => [key, value]),
        ),
      ),
      nodeInfo: of({
        kernelVersion: info("Kernel Version"),
        osImage: info("OS Image"),
        containerRuntimeVersion: info("Container Runtime Version"),
        kubeletVersion: info("Kubelet Version"),
      }),
    }),
  };
}

/** Only what is there. */
function of(members: Record<string, Json | undefined>): Members {
  return Object.fromEntries(
    Object.entries(members).flatMap(([key, value]) => (value === undefined ? [] : [[key, value] as const])),
  );
}

const numberOf = (text: string | undefined): number | undefined =>
  text !== undefined && /^\d{1,9}$/.test(text) ? Number(text) : undefined;

/** `a=1` on the first line, and one more on each line below. */
function labelsOf(section: Section | undefined): Json | undefined {
  if (!section || section.value === "<none>") return undefined;
  const pairs = [section.value, ...section.children.map(({ text }) => text.trim())];
  return Object.fromEntries(
    pairs.flatMap((pair) => {
      const equals = pair.indexOf("=");
      return equals > 0 ? [[pair.slice(0, equals), pair.slice(equals + 1)] as const] : [];
    }),
  );
}

/** `key=value:Effect`, or `key:Effect`. */
function taintsOf(section: Section | undefined): Json | undefined {
  if (!section) return undefined;
  const all = [section.value, ...section.children.map(({ text }) => text.trim())];
  return all.flatMap((taint) => {
    const [, key, effect] = /^([^=:]+)(?:=[^:]*)?:(\w+)$/.exec(taint) ?? [];
    return key === undefined || effect === undefined ? [] : [{ key, effect }];
  });
}

function ownerOf(text: string | undefined): Json | undefined {
  const [, kind, name] = /^([^/]+)\/(.+)$/.exec(text ?? "") ?? [];
  return kind === undefined || name === undefined ? undefined : [{ kind, name, controller: true }];
}

const MONTHS = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split(" ");
const RFC_1123 = /^[A-Z][a-z]{2}, (\d\d) ([A-Z][a-z]{2}) (\d{4}) (\d\d:\d\d:\d\d) ([-+]\d\d)(\d\d)$/;

/** `Sun, 22 Nov 2026 13:33:46 +0000` as RFC 3339, which the API has. */
export function dateOf(text: string | undefined): string | undefined {
  const [, day, month = "", year, time, hours, minutes] = RFC_1123.exec(text ?? "") ?? [];
  const index = MONTHS.indexOf(month) + 1;
  if (day === undefined || index === 0) return undefined;
  return `${year}-${String(index).padStart(2, "0")}-${day}T${time}${hours}:${minutes}`;
}
