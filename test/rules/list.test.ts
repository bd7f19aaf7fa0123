import { format } from "prettier";
import { expect, it } from "vitest";
import { type Rule, RULES } from "../../src/rules/index.ts";

const HEAD = `# Rules

Every rule, by area. Its page says what it looks for, what rules it out, which evidence it asks for and what helps; \`inquest rules ID\` prints it in
short. A **symptom** is something that was seen, a **cause** explains symptoms, an **audit** is a fault of the configuration. A symptom for which no cause stands here
says itself what is wrong, or asks for what would tell. [Rules of your own](../user-rules.md) can be added.

This list is made from the rules, by \`npx vitest run test/rules/list.test.ts -u\`.
`;

/** What stands behind a rule of each kind: the causes of a symptom, the symptoms of a cause. */
const RELATION = { symptom: "Causes", cause: "Explains", audit: "" };

const link = ({ id }: Rule) => `[\`${id}\`](${id}.md)`;
const plain = (text: string) => text.replaceAll("_", String.raw`\_`);

function relatives(rule: Rule): readonly Rule[] {
  if (rule.kind === "cause") return rule.explains;
  return RULES.filter((other) => other.kind === "cause" && other.explains.some(({ id }) => id === rule.id));
}

function row(rule: Rule): string {
  const others = relatives(rule);
  const relation = others.length === 0 ? "" : `. ${RELATION[rule.kind]}: ${others.map(link).join(", ")}`;
  return `- ${link(rule)}: ${plain(rule.title)}${relation}`;
}

function section(area: string): string {
  const rules = RULES.filter(({ id }) => id.startsWith(`${area}/`)).sort((a, b) => (a.id < b.id ? -1 : 1));
  const groups = (["symptom", "cause", "audit"] as const).flatMap((kind) => {
    const rows = rules.filter((rule) => rule.kind === kind).map(row);
    return rows.length === 0 ? [] : [`**${kind}s**\n\n${rows.join("\n")}\n`];
  });
  return [`## ${area}\n`, ...groups].join("\n");
}

it("the list of rules has each rule as it is", async () => {
  const areas = [...new Set(RULES.map(({ id }) => id.slice(0, id.indexOf("/"))))];
  const text = await format([HEAD, ...areas.map(section)].join("\n"), { parser: "markdown" });
  await expect(text).toMatchFileSnapshot("../../docs/rules/README.md");
});
