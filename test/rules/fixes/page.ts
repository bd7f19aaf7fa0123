import type { Fix, Rule } from "../../../src/rules/index.ts";
import { COMPONENTS, rangeText } from "../../../src/rules/index.ts";

const HEAD = `# Known fixes

Defects that are known by the versions that have them. Rules ask these rows and nothing else for versions, and take their remedies from
them; \`inquest rules ID\` shows a rule's. Written by \`node scripts/pages.mjs fixes\` from \`src/rules/fixes/table\`.

- A version is compared with the fix of its own line of releases, and is mended in any case from the last of them on.
- A vendor's build (\`v1.17.3-eks-1\`, \`1.6.20~ds1-1+b1\`) or one of somebody's own tree (\`v1.14.3-12+abcdef-dirty\`) keeps the number that it was
  made from. As late as the fix it is mended; before that nobody can tell, unless the row lists that vendor's builds.
- A Go pseudo-version is judged by the day of its commit, where the row knows when the fix was written and merged.
- A version before a release (\`1.20.0-alpha.1\`) is judged where its neighbours on both sides agree.
- A tag that moves (\`latest\`, \`1.15\`), a digest without a tag and \`(devel)\` tell nothing.
`;

const sentence = (text: string): string => `${text.charAt(0).toUpperCase()}${text.slice(1)}.`;
const link = (id: string): string => `[${id}](rules/${id}.md)`;

/** docs/fixes.md: a part a component, and in it one a row. */
export function renderFixes(fixes: readonly Fix[], rules: readonly Rule[]): string {
  const parts = [HEAD];
  for (const component of new Set(fixes.map((fix) => fix.component))) {
    const { name, ask } = COMPONENTS[component];
    parts.push(`## ${component}`, `${sentence(name)} Its version is told by \`${ask.command}\`.`);
    for (const fix of fixes.filter((each) => each.component === component)) {
      const users = rules.filter((rule) => rule.fixes?.includes(fix) === true).map(({ id }) => link(id));
      parts.push(
        `### ${fix.id}`,
        `${sentence(fix.defect)} Versions: **${rangeText(fix)}**.`,
        [fix.upgrade, ...fix.workaround].map((text) => `- ${text.replaceAll("<", "\\<")}`).join("\n"),
        `Rules: ${users.join(", ")}. Told by ${fix.references.map((url) => `<${url}>`).join(", ")}`,
      );
    }
  }
  return `${parts.join("\n\n")}\n`;
}
