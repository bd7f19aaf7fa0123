import type { Cite, HostEvidence } from "../../evidence/index.ts";
import type { Test } from "../engine/index.ts";
import { cantTell, fails } from "../engine/index.ts";

/** Functions of an API server that answer a List, and of a client that reads one. */
const LISTING =
  /(?:^|\/)k8s\.io\/(?:apiserver\/pkg\/endpoints\/handlers\.ListResource|client-go\/tools\/cache\.\(\*Reflector\)\.list|client-go\/tools\/pager\.\(\*ListPager\))/;
/** Fewer are what every server has at times. */
const MANY = 50;

/** Objects on the heap may be those of answers that are being made: they go with these. */
export const fewListsInFlight: Test<unknown> = {
  statement: "they are not only on their way: few Lists are in the making",
  axis: "state",
  fails: "strong",
  answer({ host }) {
    const lists = listsInFlight(host);
    return lists ? fails([lists]) : cantTell();
  },
};

/** Very many Lists in the making. */
function listsInFlight(host: HostEvidence): Cite | undefined {
  for (const { model, artifact } of host.goroutines) {
    const groups = model.groups.filter(({ frames }) => frames.some(({ func }) => LISTING.test(func)));
    const count = groups.reduce((sum, group) => sum + group.count, 0);
    if (count >= MANY)
      return { artifact: artifact.path, text: `${count} goroutines are in the making of Lists` };
  }
  return undefined;
}
