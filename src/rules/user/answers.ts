import { memo } from "../../bytes/index.ts";
import type { Cite, ClusterEvidence, HostEvidence } from "../../evidence/index.ts";
import { imageParts } from "../../evidence/index.ts";
import { list, text } from "../../kube/index.ts";
import { isRedacted } from "../../node/index.ts";
import type { Answer } from "../engine/index.ts";
import { cantTell, fails, holds } from "../engine/index.ts";
import type { Comparison } from "./compare.ts";
import { compare } from "./compare.ts";
import type { Compiled } from "./compile-search.ts";
import type { SoughtImage } from "./form.ts";
import type { FieldOf } from "./object-fields.ts";
import { answersOf, citeField, speaksOf } from "./object-fields.ts";
import type { Gathered } from "./search.ts";
import { gather } from "./search.ts";
import type { VersionRange } from "../fixes/version-range.ts";
import { isInRange } from "../fixes/version-range.ts";
import { namePattern } from "./pattern.ts";

/** Citations of one answer. */
const CITED = 5;

/** The texts of a host alone; those of the cluster where the symptom is the cluster's and of no host that is known. */
function found(host: HostEvidence, { search, kinds }: Compiled): Gathered {
  return gather(host.artifacts.length > 0 ? host : host.cluster, search, kinds);
}

/** Where nothing was found: whether anything was searched at all. */
const nothing = ({ texts }: Gathered): Answer => cantTell(texts.length === 0 ? "absent" : "uncovered");

/**
 * Whether enough lines of one kind are there.
 *
 * @param decides whether texts that were read to their ends without them say that it isn't so
 */
export function textAnswer(
  host: HostEvidence,
  compiled: Compiled,
  atLeast: number,
  decides: boolean,
): Answer {
  const gathered = found(host, compiled);
  const enough = gathered.groups.filter(({ count }) => count >= atLeast);
  if (enough.length > 0) return holds(enough.flatMap(({ cites }) => cites).slice(0, CITED));
  const { texts, isCut } = gathered;
  if (!decides || isCut || texts.length === 0 || !texts.every(({ isWhole }) => isWhole))
    return nothing(gathered);
  const lines = gathered.groups.reduce((sum, { count }) => sum + count, 0);
  const says = lines === 0 ? "no such line" : `${lines} such lines, fewer than ${atLeast}`;
  return fails(texts.slice(0, CITED).map(({ artifact }) => ({ artifact: artifact.path, text: says })));
}

/** Whether one of the values that lines have in them is as a comparison says. */
export function valueAnswer(host: HostEvidence, compiled: Compiled, is: Comparison): Answer {
  const gathered = found(host, compiled);
  if (gathered.groups.length === 0) return nothing(gathered);
  const judged = gathered.groups.map(({ group, cites }) => ({
    is: isRedacted(group) ? undefined : compare(group, is),
    group,
    cites,
  }));
  const right = judged.filter((each) => each.is === true);
  if (right.length > 0) return holds(right.flatMap(({ cites }) => cites).slice(0, CITED));
  if (judged.some(({ group }) => isRedacted(group))) return cantTell("redacted");
  if (gathered.isCut || judged.some((each) => each.is === undefined)) return cantTell("unreadable");
  return fails(judged.flatMap(({ cites }) => cites).slice(0, CITED));
}

/** Whether the versions that lines have in them have the fault: all of them, or none. */
export function versionAnswer(host: HostEvidence, compiled: Compiled, range: VersionRange): Answer {
  const gathered = found(host, compiled);
  if (gathered.isCut) return cantTell("unreadable");
  const answers = gathered.groups.map(({ group, cites }) => ({ is: isInRange(group, range), cites }));
  return ofOneMind(answers) ?? nothing(gathered);
}

/** Whether an image of pods has the fault: of this host's pods where there are such, of the cluster's else. */
export function imageAnswer(host: HostEvidence, { name, ...range }: SoughtImage): Answer {
  const isNamed = isImage(name);
  const images = imagesOf(host.cluster)
    .filter((each) => isNamed(each.name))
    .map(({ tag, node, cite }) => ({
      node,
      is: tag === undefined ? undefined : isInRange(tag, range),
      cites: [cite],
    }));
  const here = images.filter(({ node }) => node !== undefined && speaksOf(node, host) === true);
  return ofOneMind(here.length > 0 ? here : images) ?? cantTell("absent");
}

/** The images that pods run which haven't ended. */
const imagesOf = memo((cluster: ClusterEvidence) =>
  cluster.pods
    .filter(({ phase }) => phase !== "Succeeded" && phase !== "Failed")
    .flatMap((pod) =>
      ["containers", "initContainers"]
        .flatMap((key) => list(pod.object.value, "spec", key))
        .flatMap((container) => text(container, "image") ?? [])
        .map((image) => ({
          ...imageParts(image),
          node: pod.node,
          cite: cluster.cite(pod.object, `Pod ${pod.namespace}/${pod.name} runs ${image}`),
        })),
    ),
);

/** The answer on which all agree; nothing where there is none to ask. */
function ofOneMind(
  answers: readonly { readonly is: boolean | undefined; readonly cites: readonly Cite[] }[],
): Answer | undefined {
  const [first] = answers;
  if (!first) return undefined;
  if (first.is === undefined || answers.some(({ is }) => is !== first.is)) return cantTell("unreadable");
  const cites = answers.flatMap((answer) => answer.cites).slice(0, CITED);
  return first.is ? holds(cites) : fails(cites);
}

/** Whether a field of one of the objects is as a rule says. Pods and nodes speak of their own host alone. */
export function fieldAnswer(host: HostEvidence, field: FieldOf): Answer {
  const { cluster } = host;
  const answers = answersOf(cluster, field).map((answer) => ({
    answer,
    speaks: speaksOf(answer.node, host),
    cite: (): Cite => citeField(cluster, answer, field),
  }));
  const here = answers.filter(({ speaks }) => speaks === true);
  const right = here.filter(({ answer }) => answer.is === true);
  if (right.length > 0) return holds(right.slice(0, CITED).map(({ cite }) => cite()));
  if (answers.some(({ speaks }) => speaks === undefined)) return cantTell("uncovered");
  const open = here.find(({ answer }) => answer.is === undefined);
  if (open) return cantTell(open.answer.why);
  if (here.length === 0) return cantTell("absent");
  return fails(here.slice(0, CITED).map(({ cite }) => cite()));
}

/** Whether an image has a name, the registry and folders before which may be left out. */
function isImage(pattern: string): (name: string) => boolean {
  const whole = namePattern(pattern);
  const behind = namePattern(`*/${pattern}`);
  return (name) => whole(name) || behind(name);
}
