import { describe, expect, it } from "vitest";
import { analyzeFiles, findingOf, verdictsOf } from "../case.ts";
import type { Timed } from "../packets.ts";
import { captureOf, healthy } from "./lookups.ts";
import { missing, searched } from "./searches.ts";

const RULE = "dns/many-nxdomain";
const verdicts = async (...packets: Timed[][]) =>
  verdictsOf(await analyzeFiles({ "pod.pcap": captureOf(...packets) }), RULE);

describe(RULE, () => {
  it("tells how many of how many, for which names", async () => {
    const finding = findingOf(await analyzeFiles({ "pod.pcap": captureOf(searched(5)) }), RULE);
    expect(finding.summary).toMatch(
      /^30 of 42 queries for addresses from 10\.244\.1\.5 to 10\.96\.0\.10, 71%, were answered NXDOMAIN/,
    );
  });

  it("is silent about a few, or a few among many, and about healthy lookups", async () => {
    expect(await verdicts(missing(4))).toEqual([]);
    expect(await verdicts(missing(10), healthy(20, 50))).toEqual([]);
    expect(await verdicts(healthy(30))).toEqual([]);
  });

  it("sees names that nobody has too, whatever asks for them", async () => {
    expect(await verdicts(missing(10))).toEqual(["confirmed"]);
  });
});
