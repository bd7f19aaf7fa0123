import type { Fix } from "./fix.ts";

/** Which versions have a defect, in words: `from 1.16.0, fixed in 1.17.13, 1.18.10 and 1.19.3`. */
export function rangeText(fix: Fix): string {
  const { from, fixedIn = [] } = fix.affected;
  const parts = [
    ...(from === undefined ? [] : [`from ${from}`]),
    ...(fixedIn.length === 0 ? [] : [`fixed in ${listed(fixedIn)}`]),
  ];
  const vendors =
    fix.component === "linux"
      ? [...(fix.affected.vendors ?? [])].map(([name, builds]) => `of ${name} in ${listed(builds)}`)
      : [];
  return [...parts, ...vendors].join(", ");
}

function listed(versions: readonly string[]): string {
  const last = versions.at(-1) ?? "";
  return versions.length < 2 ? last : `${versions.slice(0, -1).join(", ")} and ${last}`;
}
