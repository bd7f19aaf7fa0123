import type { FoundArtifact } from "./artifact.ts";

/** What machines call themselves that were given no name: it tells none from another. */
const ANYBODY = /^(?:localhost(?:\..*)?|\(none\))$/i;
/** What images call a machine until it is given its own name: a log may begin with it. */
const OF_AN_IMAGE =
  /^(?:ubuntu|debian|fedora|centos|rhel|rocky|almalinux|amazonlinux|archlinux|alpine|raspberrypi|buildroot|linux|cloudimg|template)(?:\..*)?$/i;
/** Below these a host's name is that of a pod or a container. */
const NOT_THE_HOST =
  /(?:^|\/)(?:pods?|containers?|namespaces|rootfs|overlay2?|overlayfs|merged|diff|io\.containerd\.snapshotter[^/]*|proc\/\d+\/root)\//i;

/** Whether a path leads below what is a pod's or a container's own. */
export const isOfContainer = (path: string): boolean => NOT_THE_HOST.test(path);

/** Whether a name may be one that an image brought along, beside which another one is the machine's own. */
export const isOfAnImage = (name: string): boolean => OF_AN_IMAGE.test(name);

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
