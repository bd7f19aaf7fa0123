import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { osReleaseFormat, parseOsRelease } from "../../src/node/index.ts";

/** Of Debian 12, as its base-files has it. */
const DEBIAN = `PRETTY_NAME="Debian GNU/Linux 12 (bookworm)"
NAME="Debian GNU/Linux"
VERSION_ID="12"
VERSION="12 (bookworm)"
VERSION_CODENAME=bookworm
ID=debian
HOME_URL="https://www.debian.org/"
`;
const bytes = (text: string) => new TextEncoder().encode(text);
const valuesOf = (text: string) =>
  Object.fromEntries([...parseOsRelease(text).values].map(([name, { value }]) => [name, value]));

describe("os-release", () => {
  it("is read with the line of each value", () => {
    expect(valuesOf(DEBIAN)).toMatchObject({ ID: "debian", VERSION_ID: "12", VERSION_CODENAME: "bookworm" });
    expect(parseOsRelease(DEBIAN).values.get("ID")).toEqual({ value: "debian", text: "ID=debian", line: 6 });
  });

  it("has its values without their quotes, with comments and other line ends", () => {
    const text = `# a comment\r\nNAME='Alpine Linux'\r\nPRETTY_NAME="a \\"b\\" \\$c"\r\nID=alpine\r\nHOSTNAME=***HIDDEN***\r\n`;
    expect(valuesOf(text)).toEqual({ NAME: "Alpine Linux", PRETTY_NAME: 'a "b" $c', ID: "alpine" });
  });

  it("is known by its content wherever it lies, and other assignments are not", () => {
    expect(osReleaseFormat.recognise(bytes(DEBIAN), "node-a/os.txt")).toBe(true);
    expect(osReleaseFormat.recognise(bytes("ID=7\nPATH=/bin\nHOME=/root\n"), "node-a/environ")).toBe(false);
    expect(osReleaseFormat.recognise(bytes("DISTRIB_ID=Ubuntu\n"), "etc/lsb-release")).toBe(true);
    expect(parseOsRelease("nothing\n").diagnostics[0]?.effect).toBe("unread");
  });

  it("tells of any prefix what its whole lines say", () => {
    const whole = valuesOf(DEBIAN);
    fc.assert(
      fc.property(fc.nat(DEBIAN.length), (length) => {
        const lines = DEBIAN.slice(0, length).split("\n").slice(0, -1);
        for (const [name, value] of Object.entries(valuesOf(`${lines.join("\n")}\n`)))
          expect(whole[name]).toBe(value);
      }),
    );
  });
});
