import type { HostEvidence, Reading, ToldVersion } from "../../evidence/index.ts";
import type { KernelRelease } from "../../node/index.ts";
import type { About, Answer, Missing, Test, Weight } from "../engine/index.ts";
import { cantTell, fails, holds } from "../engine/index.ts";
import { COMPONENTS } from "./component.ts";
import type { Fix, KernelFix, ProgramFix } from "./fix.ts";
import { hasDefect } from "./judge.ts";
import { componentVersions } from "./reading.ts";
import { rangeText } from "./range-text.ts";

/** Citations of one answer. */
const CITED = 4;

interface TestText {
  /** The statement, true where the version has the defect; by the row's own words when absent. */
  readonly statement?: string;
  readonly holds?: Weight;
  readonly fails?: Weight;
  /** How to get the version; by the component's own way when absent. `none` where another test asks for the same. */
  readonly ask?: Missing | "none";
}

/** A test of a rule: whether a program is of a version that has the defect of a row. */
export function versionTest<Data>(
  fix: ProgramFix,
  text: TestText & {
    /** What tells its version, of this component on this host alone; what the host tells of it when absent. */
    readonly told?: (about: About<Data>) => readonly ToldVersion[];
  },
): Test<Data> {
  const read = text.told ?? (({ host }) => componentVersions(host, fix.component));
  return { ...words(fix, text), answer: (about) => answerByVersions(fix, read(about)) };
}

/** A test of a rule: whether the host's kernel has the defect of a row. */
export function kernelTest<Data>(fix: KernelFix, text: TestText = {}): Test<Data> {
  return { ...words(fix, text), answer: ({ host }) => answerByKernel(fix, host.kernel) };
}

function words(
  fix: Fix,
  { statement, holds: worth, fails: against, ask }: TestText,
): Omit<Test<unknown>, "answer"> {
  const { name, ask: usual } = COMPONENTS[fix.component];
  return {
    statement: statement ?? `${name} is of a version that has the defect: ${rangeText(fix)}`,
    axis: "version",
    ...(worth && { holds: worth }),
    ...(against && { fails: against }),
    ...(ask !== "none" && { ask: ask ?? usual }),
  };
}

/** Whether all that was told has the defect, or none of it. */
export function answerByVersions(fix: ProgramFix, told: readonly ToldVersion[]): Answer {
  if (told.length === 0) return cantTell();
  const judged = told.map(({ written }) => hasDefect(fix, written));
  const [first] = judged;
  const cites = told.slice(0, CITED).map(({ cite }) => cite);
  if (judged.includes(undefined)) return cantTell("uncovered");
  // Of several versions nobody tells which one it is.
  if (judged.some((each) => each !== first)) return cantTell("unreadable");
  if (first === true) return holds(cites);
  const isOpen = told.some(
    ({ isIndirect, oldest }) => isIndirect || (oldest !== undefined && hasDefect(fix, oldest) !== false),
  );
  return fails(cites, isOpen ? { atMost: "strong" } : {});
}

/** The same of a kernel. */
export function answerByKernel(fix: KernelFix, kernel: Reading<KernelRelease>): Answer {
  if (!kernel.known) return cantTell(kernel.why);
  const is = hasDefect(fix, kernel.value.text);
  if (is === undefined) return cantTell("uncovered");
  return is ? holds([kernel.cite]) : fails([kernel.cite]);
}

/** The answer to a row by what a host tells of its component, whichever that is. */
export const answerOn = (fix: Fix, host: HostEvidence): Answer =>
  fix.component === "linux"
    ? answerByKernel(fix, host.kernel)
    : answerByVersions(fix, componentVersions(host, fix.component));
