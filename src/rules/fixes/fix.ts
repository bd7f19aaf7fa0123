import type { Component } from "./component.ts";
import type { KernelRange } from "./kernel-range.ts";
import type { VersionRange } from "./version-range.ts";

/** When a fix came to be, for versions that tell a commit and no release. */
export interface Landed {
  /** When the commit was written: what is older lacks it. ISO 8601. */
  readonly written: string;
  /** When it came to the branch that everything is developed on: what is of later has it. ISO 8601. */
  readonly merged: string;
}

interface FixText {
  /** The component and the defect, such as `linux/tcp-tw-recycle`. Fixed: rules, pages and users' rules use it. */
  readonly id: string;
  /** What is wrong, in one line without a full stop. */
  readonly defect: string;
  /** What helps while it can't be upgraded, in sentences. */
  readonly workaround: readonly string[];
  /** What to upgrade to, in a sentence. */
  readonly upgrade: string;
  /** Issues, changes and release notes that say so. */
  readonly references: readonly string[];
}

/** A known defect of Linux, and in which kernels it was mended. */
export interface KernelFix extends FixText {
  readonly component: "linux";
  readonly affected: KernelRange;
}

/** A known defect of a program or a library, and in which versions it was mended. */
export interface ProgramFix extends FixText {
  readonly component: Exclude<Component, "linux">;
  readonly affected: VersionRange;
  readonly landed?: Landed;
}

/**
 * A known defect and its fix, as a row of the table: rules ask it for a verdict on versions, and for their remedy. What was
 * removed, or came late, is a row as well: then the "defect" is what only the versions between have.
 */
export type Fix = KernelFix | ProgramFix;

/** Makes a row, of the table or of one's own. */
export const defineFix = <F extends Fix>(fix: F): F => fix;

/** What a rule that is about a fix advises: the upgrade, then what helps until then. */
export const remedyOf = ({ upgrade, workaround }: Fix): readonly string[] => [upgrade, ...workaround];
