const UNITS: Readonly<Record<string, number>> = {
  h: 3600,
  m: 60,
  s: 1,
  ms: 1e-3,
  us: 1e-6,
  "\u00b5s": 1e-6,
  "\u03bcs": 1e-6,
  ns: 1e-9,
};
const PART = /(\d+(?:\.\d+)?)(h|ms|m|s|us|\u00b5s|\u03bcs|ns)/gy;

/** Seconds of a length of time as Go prints it (`3m12.5s`, `1.2e+02`, `812ms`), or a plain number; `undefined` for anything else. */
export function readAmount(text: string): number | undefined {
  if (/^\d+(?:\.\d+)?(?:e[+-]?\d+)?$/i.test(text)) return Number(text);
  let seconds = 0;
  let end = 0;
  for (const [part, value = "", unit = ""] of text.matchAll(PART)) {
    seconds += Number(value) * (UNITS[unit] ?? Number.NaN);
    end += part.length;
  }
  return end === text.length && end > 0 && Number.isFinite(seconds) ? seconds : undefined;
}
