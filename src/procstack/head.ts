import { headText, linesOf, memo } from "../bytes/index.ts";
import { parseFrame } from "./frame.ts";
import { looksLikeKernelLog } from "./looks-like-kernel-log.ts";
import { looksLikePs } from "./ps-listing.ts";
import { type Section, sectionsOf } from "./sections.ts";
import { userStacksIn } from "./user-stacks.ts";
import { FILES, procPath } from "./where.ts";

const STATUS = /^Name:\s/m;
const STATUS_LINES = /^(?:State|Tgid|Pid|PPid):\s/gm;
const STAT = /^\s*\d+ \(.*\) [A-Za-z] -?\d+ -?\d+ -?\d+ -?\d+ -?\d+ \d+ /s;
const CGROUP_LINE = /^\d+:[\w,=.-]*:\//;
const NS_TARGET = /\b(?:cgroup|ipc|mnt|net|pid|pid_for_children|time|time_for_children|user|uts):\[\d+\]/;
const NS_REFUSED = /cannot read symbolic link .{0,40}ns\//;
const NS_LISTED = /^(?:\d{1,5}[.:)]?\s*)?[dl][rwx-]{9}|^ls: |^total \d+$/;
const DESCRIPTOR = /\/proc\/\d{1,7}\/fd\/\d{1,7}['"]? -> \S/;
const LIMITS = /^Limit {5,}Soft Limit {2,}Hard Limit/m;
/**
 * What any text has that names a file of a task, or a task's folder, as a header may: `7/stack`, `stack_7.txt`, `7.stack`, `/proc/7:`, a
 * prompt in the folder of a task, a listing of links. It is looked for much faster than headers are read.
 */
const MENTION = new RegExp(
  String.raw`\d/(?:${FILES})\b|\b(?:${FILES})[._-]\d|(?:^|[\s/'"(=#*+>[-])\d{1,7}[._-](?:${FILES})\b|proc/\d|\d\][#$%>]|l[rwx-]{9}`,
  "m",
);
const MAPS_LINE = /^[0-9a-f]{6,16}-[0-9a-f]{6,16} [r-][w-][x-][ps] [0-9a-f]{8,16} /;

/** What the beginning of an artifact looks like, asked by each format of this room: each question is answered once. */
export const headOf: (bytes: Uint8Array) => Head = memo((bytes) => new Head(bytes));

export class Head {
  readonly #answers = new Map<string, boolean>();
  readonly #text: string;
  readonly isText: boolean;
  #sections: readonly Section[] | undefined;

  constructor(bytes: Uint8Array) {
    const text = headText(bytes);
    this.isText = text !== undefined;
    this.#text = text ?? "";
  }

  get isKernelLog(): boolean {
    return this.#once("log", looksLikeKernelLog);
  }

  get isPs(): boolean {
    return this.#once("ps", looksLikePs);
  }

  get isUserStacks(): boolean {
    return this.#once("user", (text) => userStacksIn(text) !== undefined);
  }

  get isStatus(): boolean {
    return this.#once("status", (text) => STATUS.test(text) && (text.match(STATUS_LINES)?.length ?? 0) >= 2);
  }

  get isStat(): boolean {
    return this.#once("stat", (text) => STAT.test(text));
  }

  get isCgroup(): boolean {
    return this.#once("cgroup", (text) => {
      const lines = linesIn(text);
      return lines.length > 0 && lines.every((line) => CGROUP_LINE.test(line));
    });
  }

  get isLimits(): boolean {
    return this.#once("limits", (text) => LIMITS.test(text));
  }

  get isMaps(): boolean {
    return this.#once("maps", (text) => {
      const lines = linesIn(text);
      return lines.length > 0 && lines.filter((line) => MAPS_LINE.test(line)).length * 2 >= lines.length;
    });
  }

  /** Most lines are what `ls -l` or `readlink` print of `ns/`. */
  get isLinks(): boolean {
    return this.#once("links", (text) => {
      const lines = linesIn(text);
      const links = lines.filter((line) => NS_TARGET.test(line) || NS_LISTED.test(line));
      const sure = links.some((line) => NS_TARGET.test(line) || NS_REFUSED.test(line));
      return sure && links.length * 2 >= lines.length;
    });
  }

  /** A good part of the lines are frames: a text that merely quotes one is something else. */
  get isStack(): boolean {
    return this.#once("stack", (text) => {
      let lines = 0;
      let frames = 0;
      for (const { text: line, number } of linesOf(text)) {
        if (line.trim() === "") continue;
        lines++;
        if (parseFrame(line, number)) frames++;
      }
      return frames > 0 && frames * 10 >= lines && !this.isKernelLog;
    });
  }

  /** It holds the files of several tasks, or names the one task itself: its sections say more than its path. */
  isDump(path: string): boolean {
    if (!this.isText || procPath(path)) return false;
    const isLikely =
      this.#once("mention", (text) => MENTION.test(text)) || this.isStack || this.isStat || this.isLinks;
    if (!isLikely) return false;
    this.#sections ??= sectionsOf(linesOf(this.#text));
    const full = this.#sections.filter(
      ({ named, lines }) => named && lines.some(({ text }) => text.trim() !== ""),
    );
    if (full.length > 1 || this.#isDescriptorsOfOne(full)) return true;
    if (!this.isStack && !this.isStat && !this.isLinks) return false;
    return this.#sections.length > 1 || this.#sections.some((section) => section.owner.pid !== undefined);
  }

  /** `ls -l /proc/7/fd/*` of one process: most lines are its links. */
  #isDescriptorsOfOne([only]: readonly Section[]): boolean {
    if (only?.file !== "fd" || only.owner.pid === undefined) return false;
    const lines = linesIn(this.#text);
    return lines.filter((line) => DESCRIPTOR.test(line)).length * 2 >= lines.length;
  }

  #once(question: string, answer: (text: string) => boolean): boolean {
    const known = this.#answers.get(question);
    if (known !== undefined) return known;
    const now = this.isText && answer(this.#text);
    this.#answers.set(question, now);
    return now;
  }
}

function linesIn(text: string): string[] {
  return text.split(/\r?\n/).filter((line) => line.trim() !== "");
}
