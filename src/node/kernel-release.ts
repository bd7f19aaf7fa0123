/** A kernel's release as `uname -r` prints it, taken apart. */
export interface KernelRelease {
  /** As printed, such as `3.10.0-957.el7.x86_64`. */
  readonly text: string;
  /** Upstream version: major, minor, patch. A vendor's backports are not visible in it. */
  readonly version: readonly [major: number, minor: number, patch: number];
}

const RELEASE = /^(\d+)\.(\d+)(?:\.(\d+))?(?=$|[-+.~_\w])/;

/** Takes a release apart; `undefined` when it isn't one. */
export function parseKernelRelease(text: string): KernelRelease | undefined {
  const match = RELEASE.exec(text.trim());
  if (!match) return undefined;
  return { text: text.trim(), version: [Number(match[1]), Number(match[2]), Number(match[3] ?? 0)] };
}
