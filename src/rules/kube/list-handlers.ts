import type { Cite, HostEvidence } from "../../evidence/index.ts";

/** Functions of an API server that answer a List, and of a client that reads one. */
const LISTING =
  /(?:^|\/)k8s\.io\/(?:apiserver\/pkg\/endpoints\/handlers\.ListResource|client-go\/tools\/cache\.\(\*Reflector\)\.list|client-go\/tools\/pager\.\(\*ListPager\))/;
/** Fewer are what every server has at times. */
const MANY = 50;

/** Whether very many Lists are in the making: what they hold goes with them. */
export function listsInFlight(host: HostEvidence): Cite | undefined {
  for (const { model, artifact } of host.goroutines) {
    const groups = model.groups.filter(({ frames }) => frames.some(({ func }) => LISTING.test(func)));
    const count = groups.reduce((sum, group) => sum + group.count, 0);
    if (count >= MANY)
      return { artifact: artifact.path, text: `${count} goroutines are in the making of Lists` };
  }
  return undefined;
}
