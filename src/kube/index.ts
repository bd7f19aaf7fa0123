export { type Json, list, member, text, time } from "./json.ts";
export * from "./container-status.ts";
export * from "./endpoints.ts";
export * from "./formats.ts";
export { KubeObject } from "./kube-object.ts";
export * from "./objects-format.ts";
export { type Pod, podOf } from "./pod.ts";
export * from "./service.ts";
export * from "./workload.ts";
