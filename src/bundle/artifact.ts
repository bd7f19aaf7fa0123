import type { Model } from "../bytes/index.ts";
import type { ModelOf } from "./formats.ts";
import type { SearchedText } from "./text-search.ts";

/** A decoded model, with its kind to tell it by. */
export type Content = {
  [Kind in keyof ModelOf]: { readonly kind: Kind; readonly model: ModelOf[Kind] };
}[keyof ModelOf];

/** One artifact of a bundle. A file that holds several kinds gives one artifact a kind. */
export interface Artifact {
  /** The path as it was given (its last component), then what is below it, archive members included; `-` for standard input. */
  readonly path: string;
  /** What it is: a key of {@link ModelOf}; `unknown`; or `archive` and `folder` where one could not be opened. */
  readonly kind: string;
  /** The host that it testifies about; `null` where the bundle doesn't tell. */
  readonly host: string | null;
  /**
   * Where the bundle has several hosts' evidence and doesn't tell of which of them this is: what it may be joined with, which is all
   * that has the same text here. `host` is `null` then.
   */
  readonly apart?: string;
  /** Whether it belongs to the healthy or earlier bundle that the case is compared with. */
  readonly baseline: boolean;
  readonly status: "read" | "partial" | "unread";
  /** What is missing and why; absent when all was read. */
  readonly reason?: string;
  /** The model; absent when nothing could be read, and where another artifact holds it: see `partOf`. */
  readonly content?: Content;
  /** Of the model of several files in a row, as a capture that was rotated: their paths, in its order. */
  readonly files?: readonly string[];
  /** Of one of those files but the first: the path of the artifact that holds the model of them all. */
  readonly partOf?: string;
  /** What was found in its text, where something was looked for in it. */
  readonly searched?: SearchedText;
}

/** An artifact before the bundle's hosts are known. */
export type FoundArtifact = Omit<Artifact, "host" | "baseline" | "apart"> & {
  /** The hosts that its lines name, where it is a log. */
  readonly logHosts?: readonly string[];
};

/** A model together with the artifact that it came from, so that what it says can be cited. */
export interface Located<M extends Model> {
  readonly model: M;
  readonly artifact: Artifact;
}
