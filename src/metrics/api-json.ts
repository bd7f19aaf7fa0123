import type { ByteSource } from "../bytes/index.ts";
import { decodeText, readAll } from "../bytes/index.ts";
import { formatSelector } from "./labels.ts";
import type { Metrics } from "./metrics.ts";
import { MetricsBuilder } from "./metrics-builder.ts";
import { numberOf } from "./number.ts";

/** Most bytes of an answer that are read: Prometheus itself limits one to 50 million samples. */
const LIMIT = 128 * 1024 * 1024;

const RESULT = /"result"\s*:\s*\[/;

/** An answer of Prometheus' HTTP API to a query: `vector` or `matrix`, by itself or one of several in a text. */
export const isApiAnswer = (head: string): boolean =>
  /^\s*\{/.test(head) && /"resultType"\s*:\s*"(?:matrix|vector)"/.test(head) && RESULT.test(head);

/** Reads such answers, each as far as it goes. */
export async function readApiAnswer(source: ByteSource): Promise<Metrics> {
  const builder = new MetricsBuilder();
  const { bytes, complete } = await readAll(source, LIMIT);
  const text = decodeText(bytes);
  let cut = !complete;
  let line = 1;
  let counted = 0;
  const lineAt = (at: number): number => {
    for (
      let newline = text.indexOf("\n", counted);
      newline !== -1 && newline < at;
      newline = text.indexOf("\n", counted)
    ) {
      line++;
      counted = newline + 1;
    }
    return line;
  };
  const results = new RegExp(RESULT, "g");
  for (let found = results.exec(text); found; found = results.exec(text)) {
    let at = results.lastIndex;
    for (;;) {
      while (/[\s,]/.test(text.charAt(at))) at++;
      if (text.charAt(at) !== "{") {
        cut ||= text.charAt(at) !== "]";
        break;
      }
      const end = objectEnd(text, at);
      if (end === -1) {
        cut = true;
        at = text.length;
        break;
      }
      addElement(builder, text.slice(at, end), lineAt(at));
      at = end;
    }
    results.lastIndex = at;
  }
  if (cut)
    builder.diagnostics.push({ effect: "partial", code: "json-cut", message: "the answer was cut short" });
  return builder.finish("api");
}

/** Behind the brace that closes what opens here; -1 where none does. */
function objectEnd(text: string, from: number): number {
  let depth = 0;
  for (let at = from; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code === 0x22) {
      for (at++; at < text.length && text.charCodeAt(at) !== 0x22; at++)
        if (text.charCodeAt(at) === 0x5c) at++;
    } else if (code === 0x7b) depth++;
    else if (code === 0x7d && --depth === 0) return at + 1;
  }
  return -1;
}

function addElement(builder: MetricsBuilder, json: string, line: number): void {
  const element = parsed(json);
  const metric = memberOf(element, "metric");
  if (typeof metric !== "object" || metric === null) return;
  const labels = Object.entries(metric).filter(
    (entry): entry is [string, string] => typeof entry[1] === "string",
  );
  const name = labels.find(([key]) => key === "__name__")?.[1] ?? "";
  const series = builder.seriesOf(
    formatSelector(
      name,
      labels.filter(([key]) => key !== "__name__"),
    ),
  );
  const values = memberOf(element, "values");
  for (const point of Array.isArray(values) ? (values as unknown[]) : [memberOf(element, "value")]) {
    if (!Array.isArray(point) || typeof point[0] !== "number" || typeof point[1] !== "string") continue;
    const value = numberOf(point[1]);
    if (value !== undefined) builder.add(series, point[0], value, line);
  }
}

function parsed(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    return undefined;
  }
}

function memberOf(value: unknown, key: string): unknown {
  return typeof value === "object" && value !== null && Object.hasOwn(value, key)
    ? (value as Readonly<Record<string, unknown>>)[key]
    : undefined;
}
