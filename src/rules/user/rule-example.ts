import type { Verdict } from "../engine/index.ts";
import type { WrittenExample } from "./form.ts";
import type { Placed, Report } from "./shape.ts";

/** What an example is made of: files that stand in it, or bundles. */
export interface ExampleEvidence {
  /** Artifacts by the path that a bundle would have them under. */
  readonly files?: Readonly<Record<string, string | Uint8Array>> | undefined;
  /** Paths of bundles, which are one case. */
  readonly bundle?: string | readonly string[] | undefined;
}

/** Evidence, and what rules should say of it. */
export interface RuleExample extends ExampleEvidence {
  /** What it shows. */
  readonly name: string;
  /** A healthy or earlier bundle to compare with. */
  readonly baseline?: ExampleEvidence | undefined;
  /**
   * The verdict of each rule by its id, the surest where there are several; `silent` for none. Rules that are tested and
   * aren't named here must be silent or ruled out.
   */
  readonly expect: Readonly<Record<string, Verdict | "silent">>;
}

/** An example of a rule file; what is wrong with it is reported. */
export function exampleOf(
  { value, offset }: Placed<WrittenExample>,
  isRule: (id: string) => boolean,
  report: Report,
): RuleExample | undefined {
  const { name, expect, baseline, ...evidence } = value;
  for (const [id, verdict] of expect)
    if (!isRule(id)) report({ message: `there is no rule ${id}`, offset: verdict.offset });
  if (evidence.files === undefined && evidence.bundle === undefined) {
    report({ message: "a test of rules needs one of the keys files and bundle", offset });
    return undefined;
  }
  return {
    name,
    ...evidenceOf(evidence),
    ...(baseline && { baseline: evidenceOf(baseline) }),
    // Own members, whatever their names.
    expect: Object.fromEntries([...expect].map(([id, verdict]) => [id, verdict.value])),
  };
}

function evidenceOf({ files, bundle }: Pick<WrittenExample, "files" | "bundle">): ExampleEvidence {
  return {
    ...(files && { files: Object.fromEntries([...files].map(([path, content]) => [path, content.value])) }),
    ...(bundle !== undefined && { bundle }),
  };
}
