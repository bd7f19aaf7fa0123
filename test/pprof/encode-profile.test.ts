import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { encodeProfile, isProfile, parseProfile } from "../../src/pprof/index.ts";
import { fixture, PROFILES } from "./fixtures.ts";
import { profileBytes } from "./oracle.ts";
import { resolve } from "./resolved.ts";

describe("encodeProfile", () => {
  it("writes what is read back as it was", () => {
    fc.assert(
      fc.property(profileBytes, (bytes) => {
        const profile = parseProfile(bytes);
        const again = parseProfile(encodeProfile(profile));
        expect(again.diagnostics).toEqual([]);
        expect(resolve(again, [again.samples])).toEqual(resolve(profile, [profile.samples]));
      }),
    );
  });

  it.each(PROFILES)("writes what is known for a profile: %s", (name) => {
    expect(isProfile(encodeProfile(parseProfile(fixture(`${name}.pb.gz`))))).toBe(true);
  });
});
