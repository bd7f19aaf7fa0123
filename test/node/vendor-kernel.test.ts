import { expect, it } from "vitest";
import { buildAtLeast, parseKernelRelease, vendorKernel } from "../../src/node/index.ts";

const vendorOf = (text: string) => {
  const release = parseKernelRelease(text);
  return release && vendorKernel(release);
};

it.each([
  ["3.10.0-1062.4.1.el7.x86_64", { vendor: "el7", build: [1062, 4, 1] }],
  ["3.10.0-957.el7.x86_64", { vendor: "el7", build: [957] }],
  ["4.18.0-80.11.2.el8_0.x86_64", { vendor: "el8", build: [80, 11, 2] }],
  ["4.14.154-128.181.amzn2.x86_64", { vendor: "amzn2", build: [128, 181] }],
  ["5.4.0-1029-aws", undefined],
  ["4.19.0-6-amd64", undefined],
])("knows the vendor's build of %s", (text, expected) => {
  expect(vendorOf(text)).toEqual(expected);
});

it("compares builds part by part, as numbers", () => {
  const least = (text: string) => {
    const vendor = vendorOf(text);
    return vendor && buildAtLeast(vendor, [1062, 4, 1]);
  };
  expect(least("3.10.0-957.21.3.el7.x86_64")).toBe(false);
  expect(least("3.10.0-1062.el7.x86_64")).toBe(false);
  expect(least("3.10.0-1062.4.1.el7.x86_64")).toBe(true);
  expect(least("3.10.0-1062.12.1.el7.x86_64")).toBe(true);
  expect(least("3.10.0-1127.el7.x86_64")).toBe(true);
});
