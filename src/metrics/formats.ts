import type { ByteSource, Format } from "../bytes/index.ts";
import { decodeText, HEAD_LENGTH, headText } from "../bytes/index.ts";
import { isApiAnswer, readApiAnswer } from "./api-json.ts";
import { isCsvSeries, readCsvSeries } from "./csv.ts";
import type { Metrics } from "./metrics.ts";
import { readPrometheusText } from "./prometheus-text.ts";
import type { Testifies } from "./testifies-about.ts";
import { testifiesAbout } from "./testifies-about.ts";

/** What each kind of this room decodes to. */
export interface MetricsModels {
  metrics: Metrics;
  "node-metrics": Metrics;
}

const FORMS: readonly {
  readonly is: (head: string) => boolean;
  readonly read: (source: ByteSource) => Promise<Metrics>;
}[] = [
  { is: isApiAnswer, read: readApiAnswer },
  { is: isPrometheusText, read: readPrometheusText },
  { is: isCsvSeries, read: readCsvSeries },
];

const TYPE =
  /^# TYPE \S+ (?:counter|gauge|histogram|summary|untyped|unknown|info|stateset|gaugehistogram)[ \r]*$/m;
const SAMPLE =
  /^[a-zA-Z_:][\w:]*(?:\{(?:[^"}]|"(?:[^"\\]|\\.)*")*\})? +(?:[-+]?(?:\d|\.\d)[\d.eE+-]*|NaN|[-+]?Inf)(?: -?[\d.]+)?(?: #.*)?$/;
/** Lines of what somebody cut out of a scrape with grep: they must all be samples, and one must have labels. */
const LOOKED_AT = 20;

function isPrometheusText(head: string): boolean {
  if (TYPE.test(head)) return true;
  const lines = head
    .split("\n", LOOKED_AT + 1)
    .map((line) => line.trim())
    .filter((line) => line !== "" && !line.startsWith("#"));
  // The last may be cut.
  const whole = head.length < HEAD_LENGTH || lines.length < 2 ? lines : lines.slice(0, -1);
  return whole.some((line) => /^\w+\{\w+="/.test(line)) && whole.every((line) => SAMPLE.test(line));
}

function formatOf<Kind extends keyof MetricsModels>(kind: Kind, about: Testifies): Format<Kind, Metrics> {
  return {
    kind,
    recognise(head, path) {
      const text = headText(head);
      if (text === undefined) return false;
      return FORMS.some(({ is }) => is(text)) && testifiesAbout(text, path) === about;
    },
    async decode(source) {
      const head = await beginning(source);
      const form = FORMS.find(({ is }) => is(head.text));
      return form ? form.read(head.source) : readPrometheusText(head.source);
    },
  };
}

/** The head of a source, and a source that still has it. */
async function beginning(source: ByteSource): Promise<{ text: string; source: ByteSource }> {
  const chunks: Uint8Array[] = [];
  let held = 0;
  const stream = source.stream();
  const iterator =
    Symbol.asyncIterator in stream ? stream[Symbol.asyncIterator]() : stream[Symbol.iterator]();
  while (held < HEAD_LENGTH) {
    const next = await iterator.next();
    if (next.done === true) break;
    // It is valid only until the next one is asked for.
    chunks.push(next.value.slice());
    held += next.value.length;
  }
  const head = new Uint8Array(held);
  let at = 0;
  for (const chunk of chunks) {
    head.set(chunk, at);
    at += chunk.length;
  }
  async function* whole(): AsyncGenerator<Uint8Array> {
    try {
      yield head;
      for (;;) {
        const next = await iterator.next();
        if (next.done === true) return;
        yield next.value;
      }
    } finally {
      await iterator.return?.();
    }
  }
  return { text: decodeText(head.subarray(0, HEAD_LENGTH)), source: { size: source.size, stream: whole } };
}

/** Metrics of what serves the whole cluster, which are of no host. */
export const clusterMetricsFormat = formatOf("metrics", "cluster");
/** The formats of this room. */
export const metricsFormats = [clusterMetricsFormat, formatOf("node-metrics", "node")] as const;
