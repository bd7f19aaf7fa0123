import { file, objects } from "../node/files.ts";

export const POD_UID = "3f1c0b9a-52d7-4c1e-9d0e-6b1a7c2e8f41";
export const CONTAINER_ID = "00119be04b51af27c753225cee6158f101418184e82cf03a3ff2a07ed6465f04";

/** The kernel's report of a container at its limit, and that of a node without memory. */
export const ofContainer = file("samples/oom-killed/bundle/node-g/dmesg");
export const ofNode = file("test/fixtures/node/oom-of-node/node-l/dmesg");

/** A pod with one container whose last run ended so. */
export const pod = (terminated: object, more: { uid?: string; node?: string; id?: string } = {}): string =>
  objects({
    apiVersion: "v1",
    kind: "Pod",
    metadata: { name: "sessions-1", namespace: "shop", uid: more.uid ?? POD_UID },
    spec: {
      nodeName: more.node ?? "node-g",
      containers: [{ name: "sessions", image: "sessions:12", resources: { limits: { memory: "96Mi" } } }],
    },
    status: {
      phase: "Running",
      containerStatuses: [
        {
          name: "sessions",
          image: "sessions:12",
          restartCount: 4,
          state: { running: {} },
          lastState: {
            terminated: { containerID: `containerd://${more.id ?? CONTAINER_ID}`, ...terminated },
          },
        },
      ],
    },
  });

export const killedForMemory = pod({ reason: "OOMKilled", exitCode: 137 });
export const killedOtherwise = pod({ reason: "Error", exitCode: 137 });
