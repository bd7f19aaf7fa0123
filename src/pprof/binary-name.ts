import type { Profile } from "./profile.ts";

/** The file name of a profile's main binary, which its first mapping is; "" where it names none. */
export function binaryName(profile: Profile): string {
  const file = profile.string(profile.mappings.file[1] ?? 0);
  return file.slice(file.lastIndexOf("/") + 1);
}
