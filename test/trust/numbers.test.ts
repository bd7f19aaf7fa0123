import { describe, expect, it } from "vitest";
import { addressesOf, isCapture, mapCapture } from "./captures.ts";
import { changed, textOf } from "./contents.ts";
import type { Files } from "./samples.ts";
import { EXPECTED, filesOf, renamed, judged } from "./samples.ts";

const QUAD = /(?<![\d.])(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})(?![\d.]|\w)/g;

/**
 * Another address of the same kind: host parts are mirrored inside each /24, which keeps networks apart and together, and is its
 * own reverse. What stands for a network, everybody, this host or a group stays.
 */
function otherAddress(address: number): number {
  const first = address >>> 24;
  const last = address & 255;
  const isHost = first !== 0 && first !== 127 && first < 224 && last !== 0 && last !== 255;
  return isHost ? ((address & 0xffffff00) | (255 - last)) >>> 0 : address;
}

const mapText = (text: string): string =>
  text.replace(QUAD, (quad, ...parts: string[]) => {
    const numbers = parts.slice(0, 4).map(Number);
    if (numbers.some((part) => part > 255)) return quad;
    const [a = 0, b = 0, c = 0, d = 0] = numbers;
    const to = otherAddress(((a << 24) | (b << 16) | (c << 8) | d) >>> 0);
    return `${a}.${b}.${c}.${to & 255}`;
  });

function withOtherAddresses(files: Files): Files {
  const all = new Set<number>();
  for (const body of Object.values(files))
    if (isCapture(body)) for (const one of addressesOf(body)) all.add(one);
  const map = new Map([...all].map((address) => [address, otherAddress(address)]));
  return changed(files, { capture: (body) => mapCapture(body, map), text: mapText });
}

/** A pid that this turns into another one. Pid 1 and the kernel's first tasks are what they are by their number. */
const LEAST_PID = 100;
const otherPid = (pid: number): number => (pid < LEAST_PID ? pid : pid + 7001);
const PID_IN_PATH = /(?<=\/(?:proc|task)\/)\d+(?=\/)/g;

function pidsOf(files: Files): Set<number> {
  const paths = Object.keys(files).join("\n");
  const text = textOf(files);
  return new Set(
    [...(paths.match(PID_IN_PATH) ?? []), ...[...text.matchAll(/\bpid[:= ](\d+)/gi)].map(([, pid]) => pid)]
      .map(Number)
      .filter((pid) => pid >= LEAST_PID),
  );
}

/** Every whole number that is a pid of the case, in paths and in texts. A number of something else that is alike changes with it everywhere. */
function withOtherPids(files: Files): Files {
  const pids = pidsOf(files);
  const to = (text: string): string =>
    text.replace(/(?<![\w.])\d{3,7}(?![\w.])/g, (number) =>
      pids.has(Number(number)) ? String(otherPid(Number(number))) : number,
    );
  const texts = changed(files, {
    text: (text, path) => (/\/(?:sysctl|netstat)/.test(path) ? text : to(text)),
  });
  return renamed(texts, (path) => path.replace(PID_IN_PATH, (pid) => String(otherPid(Number(pid)))));
}

describe.each(Object.entries(EXPECTED))("the numbers of sample %s", (sample, expected) => {
  const files = filesOf(sample);

  it.runIf(Object.values(files).some(isCapture) || textOf(files).search(QUAD) !== -1)(
    "with other addresses",
    async () => {
      const others = withOtherAddresses(files);
      expect(others).not.toEqual(files);
      expect(await judged(others)).toEqual(expected);
    },
  );

  it.runIf(pidsOf(files).size > 0)("with other process ids", async () => {
    const others = withOtherPids(files);
    expect(others).not.toEqual(files);
    expect(await judged(others)).toEqual(expected);
  });
});
