import type { KernelRelease } from "./kernel-release.ts";

/** A kernel that a vendor maintains: the upstream version stays, and fixes show in the build behind it. */
export interface VendorKernel {
  /** As in the release's text: `el7`, `el8`, `amzn2`. */
  readonly vendor: string;
  /** Numbers of the build: 1062, 4, 1 of `3.10.0-1062.4.1.el7.x86_64`. */
  readonly build: readonly number[];
}

/** `3.10.0-1062.4.1.el7.x86_64`, `4.18.0-80.11.2.el8_0.x86_64`, `4.14.154-128.181.amzn2.x86_64`. */
const BUILD = /^\d+\.\d+\.\d+-(\d+(?:\.\d+)*)\.((?:el|amzn)\d+)(?:[_.]|$)/;

/** The vendor's build of a release; `undefined` where it isn't in the name, as in Debian's and Ubuntu's. */
export function vendorKernel({ text }: KernelRelease): VendorKernel | undefined {
  const [, build, vendor] = BUILD.exec(text) ?? [];
  if (build === undefined || vendor === undefined) return undefined;
  return { vendor, build: build.split(".").map(Number) };
}

/** Whether a build is as new as another of its vendor's, part by part. */
export function buildAtLeast({ build }: VendorKernel, least: readonly number[]): boolean {
  for (const [i, part] of least.entries()) {
    const own = build[i] ?? 0;
    if (own !== part) return own > part;
  }
  return true;
}
