import { memo } from "../bytes/index.ts";
import type { Metrics } from "../metrics/index.ts";

/** Which process a sample of a text is of. */
export interface ScrapedProcess {
  /** Different for what may be of different processes; the same in other texts only if it is known. */
  readonly id: string;
  /** Whether the text names the process, by when it was started. */
  readonly isKnown: boolean;
}

const START = "process_start_time_seconds";
/** What only grows while a process runs. */
const COUNTER = /_(?:total|count|bucket)$/;

/**
 * Tells by its line which process a sample is of. Scrapes that follow one another in a text may be of one process again and again, or of several replicas
 * by turns: those were started at different times. One that was started after the scrape before it is the same, restarted. Where a text names
 * no start and no times, and a counter in it becomes less, each scrape stands for itself.
 */
export const processAt: (model: Metrics) => (line: number) => ScrapedProcess = memo((model: Metrics) => {
  const [series, another] = model.named(START);
  const only = another === undefined ? series : undefined;
  if (!only) {
    const isOne = model.scrapes === 1 || series !== undefined || !shrinks(model);
    return (line) => ({ id: isOne ? "" : `scrape ${scrapeAt(model, line)}`, isKnown: false });
  }
  const processes = new Map<number, ScrapedProcess>();
  let [before, taken]: [ScrapedProcess | undefined, number] = [undefined, Number.NaN];
  const known = new Map<number, ScrapedProcess>();
  for (const [i, start] of only.values.entries()) {
    const isRestarted = start > taken;
    const process: ScrapedProcess = known.get(start) ??
      (isRestarted ? before : undefined) ?? { id: String(start), isKnown: true };
    known.set(start, process);
    processes.set(scrapeAt(model, only.lines[i] ?? 0), process);
    [before, taken] = [process, only.times[i] ?? Number.NaN];
  }
  return (line) => {
    const scrape = scrapeAt(model, line);
    return processes.get(scrape) ?? { id: `scrape ${scrape}`, isKnown: false };
  };
});

/** The number of the scrape that a line is of. */
function scrapeAt({ scrapeLines }: Metrics, line: number): number {
  let [low, high] = [0, scrapeLines.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((scrapeLines[middle] ?? 0) <= line) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}

/** Whether a counter is less than in a scrape before, and nothing tells when that was. */
function shrinks(model: Metrics): boolean {
  const counters = model.names.filter(
    (name) => COUNTER.test(name) || model.families.get(name)?.type === "counter",
  );
  return counters.some((name) =>
    model
      .named(name)
      .some(({ times, values }) =>
        values.some(
          (value, i) => Number.isNaN(times[i] ?? Number.NaN) && i > 0 && value < (values[i - 1] ?? 0),
        ),
      ),
  );
}
