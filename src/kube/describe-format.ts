import type { Format, Line } from "../bytes/index.ts";
import { decodeText, headText, linesOf, readAll } from "../bytes/index.ts";
import { describedKind, describedObject } from "./describe-object.ts";
import type { Section } from "./describe-tree.ts";
import { fieldAt, rowsOf, sectionAt, sectionsOf } from "./describe-tree.ts";
import type { Json } from "./json.ts";
import { KubeObject } from "./kube-object.ts";
import type { KubeObjects } from "./objects-format.ts";

/** Most bytes that are read. */
const LIMIT = 64 * 1024 * 1024;
const LONGEST_HEADINGS = 400;

/** The headings of the events below a description, now and as they were until kubectl 1.8. */
const EVENT_HEADINGS =
  /^[ \t]*(?:Type\s+Reason\s+Age\s+From\s+Message|FirstSeen\s+LastSeen\s+Count\s+From\s+SubObjectPath\s+Type\s+Reason\s+Message)\s*$/;

/**
 * What `kubectl describe` says of Pods and Nodes, and the events below any object that it describes, or alone, as people paste them.
 * Nothing throws; what is none of these is passed over.
 */
export function parseDescriptions(text: string): KubeObjects {
  const objects: KubeObject[] = [];
  let block: Line[] = [];
  let isFragment = false;
  for (const line of linesOf(text)) {
    const { text: here, number } = line;
    const begins = here.startsWith("Name:");
    if (begins || (isFragment && here.trim() === "")) {
      describe(block, objects);
      block = begins ? [line] : [];
      isFragment = false;
    } else if (block.length === 0 && EVENT_HEADINGS.test(here)) {
      // Of what these are the events the text doesn't tell.
      block = [{ text: "Events:", number }, indented(line)];
      isFragment = true;
    } else if (block.length > 0) block.push(isFragment ? indented(line) : line);
  }
  describe(block, objects);
  return { objects, diagnostics: [] };
}

/** The table stands further right than `Events:`, wherever it was pasted. */
const indented = ({ text, number }: Line): Line => ({ text: ` ${text}`, number });

function describe(lines: readonly Line[], to: KubeObject[]): void {
  const [first] = lines;
  if (!first) return;
  const sections = sectionsOf(lines);
  const kind = describedKind(sections);
  if (kind !== undefined) {
    const value = describedObject(kind, sections);
    const shown = new Map(
      sections.flatMap(({ key, value: text }) => (key === "" || text === "" ? [] : [[key, text] as const])),
    );
    to.push(
      new KubeObject({
        form: "describe",
        kind,
        apiVersion: "v1",
        line: first.number,
        value: () => value,
        shown: () => shown,
      }),
    );
  }
  for (const { cells, line } of rowsOf(sectionAt(sections, "Events"))) {
    const value = eventOfRow(cells, kind, sections);
    to.push(
      new KubeObject({
        form: "describe",
        kind: "Event",
        apiVersion: "v1",
        line,
        value: () => value,
        shown: () => cells,
      }),
    );
  }
}

/** An event as the API has it, but for its times. */
function eventOfRow(
  cells: ReadonlyMap<string, string>,
  kind: string | undefined,
  sections: readonly Section[],
): Json & object {
  const [component = "", host] = (cells.get("From") ?? "").replace(/^\{(\S+) (\S+)\}$/, "$1, $2").split(", ");
  const namespace = fieldAt(sections, "Namespace");
  const members: [string, Json | undefined][] = [
    ["type", cells.get("Type")],
    ["reason", cells.get("Reason")],
    ["message", cells.get("Message")],
    ["count", /^\d{1,9}$/.test(cells.get("Count") ?? "") ? Number(cells.get("Count")) : undefined],
    ["metadata", namespace === undefined ? {} : { namespace }],
    [
      "involvedObject",
      Object.fromEntries(
        [
          ["kind", kind],
          ["namespace", namespace],
          ["name", fieldAt(sections, "Name")],
        ].filter(([, value]) => value !== undefined),
      ),
    ],
    ["source", host === undefined ? { component } : { component, host }],
  ];
  return Object.fromEntries(members.flatMap(([key, value]) => (value === undefined ? [] : [[key, value]])));
}

/** By its first lines: a name, then fields that only descriptions have, or the headings of its events. */
export const kubeDescribeFormat: Format<"kubectl-describe", KubeObjects> = {
  kind: "kubectl-describe",
  recognise(head) {
    const text = headText(head);
    if (text === undefined) return false;
    if (text.split("\n").some((line) => line.length < LONGEST_HEADINGS && EVENT_HEADINGS.test(line)))
      return true;
    return (
      /^Name:[ \t]+\S+\s*$/m.test(text) &&
      /^(?:Labels|Annotations|Roles|Priority|CreationTimestamp|Start Time|Selector):[ \t]/m.test(text) &&
      !/^apiVersion:/m.test(text)
    );
  },
  async decode(source) {
    const { bytes, complete } = await readAll(source, LIMIT);
    const model = parseDescriptions(decodeText(bytes));
    if (complete) return model;
    const message = `only the first ${LIMIT} bytes were read`;
    return { ...model, diagnostics: [{ effect: "partial", code: "text-limit", message }] };
  },
};
