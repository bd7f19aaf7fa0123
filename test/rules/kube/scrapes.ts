/** One scrape: the minute that it was taken in, and values by series. */
export type Scrape = readonly [minute: number, metrics: Readonly<Record<string, number>>];

/** Scrapes of a program one after the other, as a loop of a shell saves them: a time, then the metrics. */
export function scrapes(...all: readonly Scrape[]): string {
  return all
    .map(([minute, metrics]) => {
      const time = new Date(Date.UTC(2024, 0, 19, 3, 0) + minute * 60_000).toISOString().replace(".000", "");
      const lines = Object.entries(metrics).map(([series, value]) => `${series} ${value}`);
      return `# ${time}\n# TYPE process_start_time_seconds gauge\nprocess_start_time_seconds 1705600000\n${lines.join("\n")}\n`;
    })
    .join("");
}

/** The series of a histogram, from how many observations lie below each bound. */
export const histogram = (name: string, below: Readonly<Record<string, number>>): Record<string, number> =>
  Object.fromEntries(Object.entries(below).map(([bound, count]) => [`${name}_bucket{le="${bound}"}`, count]));
