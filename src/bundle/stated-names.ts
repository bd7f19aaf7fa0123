import type { FoundArtifact } from "./artifact.ts";

/** What machines call themselves that were given no name: it tells none from another. */
const ANYBODY = /^(?:localhost(?:\..*)?|\(none\))$/i;
/** Below these a host's name is that of a pod or a container. */
const NOT_THE_HOST =
  /(?:^|\/)(?:pods?|containers?|namespaces|rootfs|overlay2?|overlayfs|merged|diff|io\.containerd\.snapshotter[^/]*|proc\/\d+\/root)\//i;

/** Whether a path leads below what is a pod's or a container's own. */
export const isOfContainer = (path: string): boolean => NOT_THE_HOST.test(path);

/** The names that an artifact gives the host that it is of; several where it is a log that several hosts wrote. */
export function statedNames({ path, content, logHosts = [] }: FoundArtifact): string[] {
  if (isOfContainer(path)) return [];
  const name =
    content?.kind === "hostname"
      ? content.model.name
      : content?.kind === "uname"
        ? content.model.nodename
        : undefined;
  const names = name === undefined ? logHosts : [name];
  return names.filter((one) => !ANYBODY.test(one));
}
