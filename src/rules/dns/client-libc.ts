import type { Cite, HostEvidence } from "../../evidence/index.ts";
import { processFilesOf } from "../../evidence/index.ts";
import { list, text } from "../../kube/index.ts";
import { nameOf } from "../../procstack/index.ts";
import type { Answer } from "../engine/index.ts";
import { cantTell, fails, holds } from "../engine/index.ts";

/** Tags by which images say that they are built on a distribution with musl. */
const OF_MUSL = /[:/@_-](?:alpine|musl)(?:[\d.]*)(?=$|[:@._-])/i;
const CITED = 3;

/**
 * Whether the client's C library is musl: by what its processes have mapped, or by the tag of its pod's image. A program
 * without a C library, as many in Go, tells nothing; nor does the library of another pod.
 */
export function usesMusl(host: HostEvidence, client: string): Answer {
  const pod = host.cluster.podAt(client);
  const mapped = libcs(host, pod?.uid);
  const musl = mapped.filter(({ libc }) => libc === "musl").map(({ cite }) => cite);
  if (musl.length > 0) return holds(musl.slice(0, CITED));
  // A container beside the client may be the one that was collected.
  if (mapped.length > 0) return fails(mapped.slice(0, CITED).map(({ cite }) => cite));
  if (!pod) return cantTell();
  const images = list(pod.object.value, "spec", "containers").flatMap((each) => text(each, "image") ?? []);
  const ofMusl = images.filter((image) => OF_MUSL.test(image));
  if (ofMusl.length === 0) return cantTell("uncovered");
  return holds(
    ofMusl
      .slice(0, CITED)
      .map((image) => host.cluster.cite(pod.object, `pod ${pod.name} has image ${image}`)),
  );
}

/** The libraries of the processes of one pod; of all that were collected where no pod is known, if they agree. */
function libcs(
  host: HostEvidence,
  podUid: string | undefined,
): { readonly libc: "musl" | "glibc"; readonly cite: Cite }[] {
  const files = processFilesOf(host);
  const found = host.tasks.flatMap((task) => {
    const maps = task.pid === undefined || task.pid !== task.tid ? undefined : files.get(task.pid)?.maps;
    const libc = maps?.value.libc;
    if (!maps || libc === undefined) return [];
    const where = { line: maps.value.libcLine, pid: task.pid };
    const cite = { artifact: maps.cite.artifact, text: `${nameOf(task)} has ${libc} mapped`, where };
    return [{ libc, cite, isOfPod: podUid !== undefined && task.podUid === podUid }];
  });
  const own = found.filter(({ isOfPod }) => isOfPod);
  if (own.length > 0 || podUid !== undefined) return own;
  return new Set(found.map(({ libc }) => libc)).size === 1 ? found : [];
}
