import { list, text } from "./json.ts";
import type { KubeObject } from "./kube-object.ts";

/** Why a container of a pod does not run. */
export interface Waiting {
  /** `undefined` where a table tells it of the pod as a whole. */
  readonly container: string | undefined;
  /** Such as `CrashLoopBackOff`. */
  readonly reason: string;
  readonly message: string | undefined;
}

/**
 * Why containers of a pod wait, by their statuses; or by `STATUS` of a table, which names one of them all, in the place of the phase.
 */
export function waitingOf(object: KubeObject): readonly Waiting[] {
  if (object.kind !== "Pod") return [];
  const { value } = object;
  const statuses = [
    ...list(value, "status", "initContainerStatuses"),
    ...list(value, "status", "containerStatuses"),
  ];
  const waiting = statuses.flatMap((status): Waiting[] => {
    const reason = text(status, "state", "waiting", "reason");
    if (reason === undefined) return [];
    return [
      {
        container: text(status, "name"),
        reason,
        message: text(status, "state", "waiting", "message"),
      },
    ];
  });
  const shown = object.shown.get("STATUS");
  if (waiting.length > 0 || shown === undefined) return waiting;
  return [{ container: undefined, reason: shown.replace(/^Init:/, ""), message: undefined }];
}
