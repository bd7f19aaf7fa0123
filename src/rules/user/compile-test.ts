import type { TextSearch } from "../../bundle/index.ts";
import type { Cite, HostEvidence, Reading } from "../../evidence/index.ts";
import type { Answer, Axis, Test, Weight } from "../engine/index.ts";
import { cantTell, fails, holds } from "../engine/index.ts";
import { fieldAnswer, imageAnswer, textAnswer, valueAnswer, versionAnswer } from "./answers.ts";
import { compare } from "./compare.ts";
import { compileObject } from "./compile-object.ts";
import { compileComparison, compileField, compileSearch } from "./compile-search.ts";
import type { WrittenTest } from "./form.ts";
import { answerOn, FIXES } from "../fixes/index.ts";
import { hasKernel } from "../fixes/kernel-range.ts";
import type { Placed, Report } from "./shape.ts";

/** What a test looks at, and how it answers. */
interface Looking {
  readonly axis: Axis;
  /** Whether the axis is the only one that such a test can lie on. */
  readonly isFixed?: boolean;
  /** Whether it looks at the cluster's objects, and not at a host. */
  readonly ofCluster?: boolean;
  readonly searches?: readonly TextSearch[];
  /** The most that it is worth when it holds, and why. */
  readonly atMost?: { readonly weight: Weight; readonly why: string };
  /** Whether it can fail at all. */
  readonly neverFails?: string;
  answer(host: HostEvidence): Answer;
}

/** A test, and what it looks for in texts. */
export interface CompiledTest {
  readonly test: Test<unknown>;
  readonly searches: readonly TextSearch[];
  readonly ofCluster: boolean;
}

const SETTING = {
  weight: "strong",
  why: "a setting or a version alone decides nothing: it is strong at most",
} as const;
const TOTAL = {
  weight: "weak",
  why: "a total since boot says little of now: it is weak at most, or growth: true looks at what it grew by",
} as const;

/** Makes a test of what was written; what is wrong with it is reported. */
export function compileTest(
  { value: written, offset }: Placed<WrittenTest>,
  report: Report,
): CompiledTest | undefined {
  const looking = look(written, offset, report);
  if (!looking) return undefined;
  const { statement, axis, ask } = written;
  checkWorth(written, looking, offset, report);
  if (axis && looking.isFixed === true && axis.value !== looking.axis)
    report({ message: `such a test lies on the axis ${looking.axis}`, offset: axis.offset });
  const test: Test<unknown> = {
    statement,
    axis: axis?.value ?? looking.axis,
    ...(written.holds && { holds: written.holds.value }),
    ...(written.fails && { fails: written.fails.value }),
    ...(ask && { ask }),
    answer: ({ host }) => looking.answer(host),
  };
  return { test, searches: looking.searches ?? [], ofCluster: looking.ofCluster === true };
}

const ORDER: readonly Weight[] = ["weak", "strong", "decisive"];

function checkWorth(written: WrittenTest, looking: Looking, offset: number, report: Report): void {
  const { holds, fails, axis } = written;
  if (!holds && !fails)
    report({ message: "a test needs one of the keys holds and fails, or it tells nothing", offset });
  const lies = axis?.value ?? looking.axis;
  const most = looking.atMost ?? (lies === "config" || lies === "version" ? SETTING : undefined);
  if (holds && most && ORDER.indexOf(holds.value) > ORDER.indexOf(most.weight))
    report({ message: most.why, offset: holds.offset });
  if (fails && looking.neverFails !== undefined)
    report({ message: looking.neverFails, offset: fails.offset });
}

function look(written: WrittenTest, offset: number, report: Report): Looking | undefined {
  if ("text" in written) {
    const { value: sought, offset: at } = written.text;
    const compiled = compileSearch(sought, at, report);
    if (!compiled) return undefined;
    const decides = written.notFound === "fails";
    return {
      axis: "state",
      searches: [compiled.search],
      ...(!decides && { neverFails: "a text that isn't found says nothing; with notFound: fails it does" }),
      answer: (host) => textAnswer(host, compiled, sought.atLeast ?? 1, decides),
    };
  }
  if ("value" in written) {
    const compiled = compileField(written.value, "value", report);
    const is = compileComparison(written.value.is);
    return (
      compiled && {
        axis: "state",
        searches: [compiled.search],
        answer: (host) => valueAnswer(host, compiled, is),
      }
    );
  }
  if ("version" in written) {
    const { version: range } = written;
    const compiled = compileField(range, "version", report);
    return (
      compiled && {
        axis: "version",
        isFixed: true,
        searches: [compiled.search],
        answer: (host) => versionAnswer(host, compiled, range),
      }
    );
  }
  if ("image" in written)
    return {
      axis: "version",
      isFixed: true,
      ofCluster: true,
      answer: (host) => imageAnswer(host, written.image),
    };
  if ("fix" in written) {
    const fix = FIXES.find(({ id }) => id === written.fix);
    return fix && { axis: "version", isFixed: true, answer: (host) => answerOn(fix, host) };
  }
  if ("object" in written) {
    const field = compileObject(written.object, report);
    if (!field) return undefined;
    const isStatus = field.steps[0] === "status" || field.kind === "Event";
    return {
      axis: isStatus ? "state" : "config",
      ofCluster: true,
      answer: (host) => fieldAnswer(host, field),
    };
  }
  return lookAtNode(written, offset, report);
}

type OfNode = Extract<
  WrittenTest,
  { kernel: unknown } | { sysctl: unknown } | { counter: unknown } | { conntrack: unknown }
>;

function lookAtNode(written: OfNode, offset: number, report: Report): Looking | undefined {
  if ("kernel" in written) {
    const { vendors, ...range } = written.kernel;
    if (range.from === undefined && range.fixedIn === undefined && vendors === undefined)
      report({ message: "a range of kernels needs one of the keys from, fixedIn and vendors", offset });
    const kernels = {
      ...range,
      ...(vendors && { vendors: new Map([...vendors].map(([name, { value }]) => [name, [value].flat()])) }),
    };
    return {
      axis: "version",
      isFixed: true,
      answer: ({ kernel }) => answerBy(kernel, (release) => hasKernel(release, kernels), "uncovered"),
    };
  }
  if ("sysctl" in written) {
    const { key, is: comparison } = written.sysctl;
    const is = compileComparison(comparison);
    return {
      axis: "config",
      isFixed: true,
      answer: (host) => answerBy(host.sysctl(key), (value) => compare(value, is), "unreadable"),
    };
  }
  const isNet = "counter" in written;
  const { name, is: comparison, growth = false } = isNet ? written.counter : written.conntrack;
  const is = compileComparison(comparison);
  const read = (host: HostEvidence): Reading<number> => {
    if (growth) return isNet ? host.counterGrowth(name) : host.conntrackGrowth(name);
    return isNet ? host.counter(name) : host.conntrack(name);
  };
  return {
    axis: "counter",
    isFixed: true,
    ...(!growth && { atMost: TOTAL }),
    answer: (host) => answerBy(read(host), (value) => compare(value, is), "unreadable"),
  };
}

/** The answer by one value with its citation. */
function answerBy<T>(
  reading: Reading<T>,
  judge: (value: T) => boolean | undefined,
  otherwise: "uncovered" | "unreadable",
): Answer {
  if (!reading.known) return cantTell(reading.why);
  const cites: readonly Cite[] = [reading.cite];
  const is = judge(reading.value);
  if (is === undefined) return cantTell(otherwise);
  return is ? holds(cites) : fails(cites);
}
