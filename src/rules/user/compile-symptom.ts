import type { ClusterEvidence, HostEvidence, Reading } from "../../evidence/index.ts";
import type { Sighting, Symptom } from "../engine/index.ts";
import { defineSymptom } from "../engine/index.ts";
import { count } from "../words.ts";
import { compare } from "./compare.ts";
import { compileObject } from "./compile-object.ts";
import { compileComparison, compileField, compileSearch } from "./compile-search.ts";
import type { SoughtCounter, WrittenSighting, WrittenSymptom } from "./form.ts";
import { answersOf, citeField } from "./object-fields.ts";
import type { FoundGroupOf } from "./search.ts";
import { gather } from "./search.ts";
import type { Placed, Report } from "./shape.ts";
import type { Values } from "./template.ts";
import { template } from "./template.ts";

/** What a symptom of a rule file hands to its causes. */
export class SeenValues {
  readonly values: Values;

  constructor(values: Values) {
    this.values = values;
  }
}

/** What was seen, before it is put in words. */
interface Draft extends Omit<Sighting<SeenValues>, "summary" | "data"> {
  readonly values: ReadonlyMap<string, string>;
  /** What is said where the rule has no summary of its own. */
  readonly plain: string;
}

interface Detecting {
  /** Names that a summary may use. */
  readonly names: ReadonlySet<string>;
  readonly searches?: Symptom<SeenValues>["searches"];
  readonly onHost?: (host: HostEvidence) => Iterable<Draft>;
  readonly inCluster?: (cluster: ClusterEvidence) => Iterable<Draft>;
}

/** Makes a symptom of what was written; what is wrong with it is reported. */
export function compileSymptom(written: WrittenSymptom, report: Report): CompiledSymptom | undefined {
  const detecting = compileSighting(written.when, report);
  if (!detecting) return undefined;
  const { names, searches, onHost, inCluster } = detecting;
  const say = written.summary && template(written.summary, names, report);
  const told = ({ values, plain, ...rest }: Draft): Sighting<SeenValues> => ({
    ...rest,
    summary: say?.(values) ?? plain,
    data: new SeenValues(values),
  });
  const symptom = defineSymptom<SeenValues>({
    id: written.symptom.value,
    title: written.title,
    description: written.description,
    remedy: written.remedy ?? [],
    references: written.references ?? [],
    ...(searches && { searches }),
    ...(onHost && { detect: (host) => [...onHost(host)].map(told) }),
    ...(inCluster && { detectInCluster: (cluster) => [...inCluster(cluster)].map(told) }),
  });
  return { symptom, names };
}

/** A symptom, and the names that its causes' summaries may use. */
export interface CompiledSymptom {
  readonly symptom: Symptom<SeenValues>;
  readonly names: ReadonlySet<string>;
}

function compileSighting(written: WrittenSighting, report: Report): Detecting | undefined {
  if ("text" in written) return ofText(written.text, report);
  if ("value" in written) return ofValue(written.value, report);
  if ("counter" in written)
    return ofCounter(written.counter, report, (host, name) => host.counterGrowth(name));
  if ("conntrack" in written)
    return ofCounter(written.conntrack, report, (host, name) => host.conntrackGrowth(name));
  return ofObject(written.object, report);
}

const nodeSubject = (host: HostEvidence) => ({ kind: "node", name: host.name ?? "this node" });
const CLUSTER = { kind: "cluster", name: "the cluster" };

function ofText(
  { value: written, offset }: Extract<WrittenSighting, { text: unknown }>["text"],
  report: Report,
): Detecting | undefined {
  const compiled = compileSearch(written, offset, report);
  if (!compiled) return undefined;
  const { search, kinds, names } = compiled;
  const { each, atLeast = 1 } = written;
  const draft = (group: FoundGroupOf, place: { kind: string; name: string }): Draft[] => {
    if (group.count < atLeast) return [];
    const values = new Map([...group.fields, ["count", String(group.count)], ["host", place.name]]);
    return [
      {
        subject: each === undefined ? place : { kind: each, name: group.group },
        plain: `${count(group.count, "line")} of ${place.name}, the first: ${group.cites[0]?.text ?? ""}`,
        evidence: group.cites,
        weight: group.count,
        values,
      },
    ];
  };
  return {
    names: new Set([...names, "count", "host"]),
    searches: [search],
    onHost: (host) => gather(host, search, kinds).groups.flatMap((group) => draft(group, nodeSubject(host))),
    inCluster: (cluster) => gather(cluster, search, kinds).groups.flatMap((group) => draft(group, CLUSTER)),
  };
}

function ofValue(
  written: Extract<WrittenSighting, { value: unknown }>["value"],
  report: Report,
): Detecting | undefined {
  const compiled = compileField(written, "value", report);
  if (!compiled) return undefined;
  const { search, kinds, names } = compiled;
  const is = compileComparison(written.is);
  const drafts = (
    evidence: HostEvidence | ClusterEvidence,
    place: { kind: string; name: string },
  ): Draft[] => {
    const groups = gather(evidence, search, kinds).groups.filter(({ group }) => compare(group, is) === true);
    const [first] = groups;
    if (!first) return [];
    const lines = groups.reduce((sum, group) => sum + group.count, 0);
    return [
      {
        subject: place,
        plain: `${count(lines, "line")} of ${place.name}, the first: ${first.cites[0]?.text ?? ""}`,
        evidence: groups.flatMap(({ cites }) => cites).slice(0, 5),
        weight: lines,
        values: new Map([...first.fields, ["count", String(lines)], ["host", place.name]]),
      },
    ];
  };
  return {
    names: new Set([...names, "count", "host"]),
    searches: [search],
    onHost: (host) => drafts(host, nodeSubject(host)),
    inCluster: (cluster) => drafts(cluster, CLUSTER),
  };
}

function ofCounter(
  { value: { name, is, growth = false }, offset }: Placed<SoughtCounter>,
  report: Report,
  read: (host: HostEvidence, name: string) => Reading<number>,
): Detecting | undefined {
  if (!growth) {
    report({ message: "a total since boot is no symptom: growth: true looks at what it grew by", offset });
    return undefined;
  }
  const comparison = compileComparison(is);
  return {
    names: new Set(["value", "host"]),
    onHost(host) {
      const reading = read(host, name);
      if (!reading.known || compare(reading.value, comparison) !== true) return [];
      const subject = nodeSubject(host);
      const values = new Map([
        ["value", String(reading.value)],
        ["host", subject.name],
      ]);
      const plain = `${name} grew by ${reading.value} on ${subject.name}.`;
      return [{ subject, plain, evidence: [reading.cite], weight: Math.abs(reading.value), values }];
    },
  };
}

function ofObject(
  written: Extract<WrittenSighting, { object: unknown }>["object"],
  report: Report,
): Detecting | undefined {
  const field = compileObject(written, report);
  if (!field) return undefined;
  const [first] = field.steps;
  if (first !== "status" && field.kind !== "Event") {
    const message =
      "a symptom is a status: what else stands in an object is for an audit, or for a test of a cause";
    report({ message, offset: written.value.path.offset });
    return undefined;
  }
  return {
    names: new Set(["value", "name", "namespace"]),
    inCluster: (cluster) =>
      answersOf(cluster, field).flatMap((answer) => {
        if (answer.is !== true) return [];
        const { kind, name = "", namespace } = answer.object;
        const cite = citeField(cluster, answer, field);
        const named = namespace === undefined ? name : `${namespace}/${name}`;
        const values = new Map([
          ["name", name],
          ["namespace", namespace ?? ""],
          ["value", String(answer.value ?? "")],
        ]);
        return [
          {
            subject: { kind: kind.toLowerCase(), name: named },
            plain: `${cite.text}.`,
            evidence: [cite],
            weight: 1,
            node: answer.node,
            values,
          },
        ];
      }),
  };
}
