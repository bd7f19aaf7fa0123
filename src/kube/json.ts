/** A JSON value, whatever is in it. */
export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };

/** What stands at a path of members; `undefined` where there is nothing. */
export function member(value: Json | undefined, ...path: readonly string[]): Json | undefined {
  let here: Json | undefined = value;
  for (const key of path) {
    if (typeof here !== "object" || here === null || Array.isArray(here)) return undefined;
    here = Object.hasOwn(here, key) ? (here as { readonly [key: string]: Json })[key] : undefined;
  }
  return here;
}

/** Support bundles put this in the place of what they hide: such a value is unknown. */
const HIDDEN = /^\*+(?:HIDDEN|REDACTED)\*+$/i;

/** A text at a path; `undefined` where there is none or it was hidden. */
export function text(value: Json | undefined, ...path: readonly string[]): string | undefined {
  const found = member(value, ...path);
  return typeof found === "string" && !(found.startsWith("*") && HIDDEN.test(found)) ? found : undefined;
}

/** A number at a path. */
export function numberAt(value: Json | undefined, ...path: readonly string[]): number | undefined {
  const found = member(value, ...path);
  return typeof found === "number" ? found : undefined;
}

/** The elements of a list at a path; none where there is no list. */
export function list(value: Json | undefined, ...path: readonly string[]): readonly Json[] {
  const found = member(value, ...path);
  return Array.isArray(found) ? found : [];
}

/** One that says its zone: what doesn't would be read by the zone of the machine that reads. */
const RFC_3339 = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[-+]\d\d:\d\d)$/;

/** Seconds since 1970 of an RFC 3339 time at a path. */
export function time(value: Json | undefined, ...path: readonly string[]): number | undefined {
  const found = text(value, ...path);
  const millis = found !== undefined && RFC_3339.test(found) ? Date.parse(found) : Number.NaN;
  return Number.isNaN(millis) ? undefined : millis / 1000;
}
