import { type Format, headText, linesOf, type Model } from "../bytes/index.ts";
import { type FileLocks, looksLikeFileLocks, parseFileLocks } from "./file-locks.ts";
import { type GoBuilds, looksLikeGoBuilds, parseGoBuilds } from "./go-build.ts";
import { kernelFileName, type KernelFiles, looksLikeKernelFiles, parseKernelFiles } from "./kernel-files.ts";
import { looksLikeMounts, type MountList, mountsOf } from "./mounts.ts";
import { textOf } from "./text-of.ts";

/** What the kinds of texts decode to that say why tasks wait, and are no file of one task. */
export interface KernelFileModels {
  "file-locks": FileLocks;
  "go-build": GoBuilds;
  "kernel-files": KernelFiles;
  mounts: MountList;
}

/** Most bytes of such a text; a node with ten thousand mounts has a few megabytes of them. */
const LIMIT = 64 * 1024 * 1024;
/** `proc/locks` may be empty; then only its place tells what it is. */
const LOCKS = /(?:^|\/)proc\/locks$/;
const MOUNTS_OF = /(?:^|\/)(\d{1,7})\/(?:mountinfo|mounts)(?:\.txt)?$/;

function textFormat<Kind extends keyof KernelFileModels>(format: {
  readonly kind: Kind;
  recognise(head: string, path: string): boolean;
  /** Where an empty file says something by its place. */
  named?(path: string): boolean;
  parse(text: string, path: string): KernelFileModels[Kind];
}): Format<Kind, KernelFileModels[Kind]> {
  return {
    kind: format.kind,
    recognise(head, path) {
      if (head.length === 0) return format.named?.(path) === true;
      const text = headText(head);
      return text !== undefined && format.recognise(text, path);
    },
    async decode(source, path) {
      const { text, diagnostics } = await textOf(source, LIMIT);
      const model: KernelFileModels[Kind] & Model = format.parse(text, path);
      if (diagnostics.length === 0) return model;
      return { ...model, diagnostics: [...model.diagnostics, ...diagnostics] };
    },
  };
}

/** The formats of these texts. */
export const kernelFileFormats = [
  textFormat({
    kind: "file-locks",
    recognise: (head, path) => LOCKS.test(path) || looksLikeFileLocks(head),
    named: (path) => LOCKS.test(path),
    parse: parseFileLocks,
  }),
  textFormat({ kind: "go-build", recognise: looksLikeGoBuilds, parse: parseGoBuilds }),
  textFormat({
    kind: "kernel-files",
    recognise: looksLikeKernelFiles,
    named: (path) => kernelFileName(path) !== undefined,
    parse: parseKernelFiles,
  }),
  textFormat({
    kind: "mounts",
    recognise: looksLikeMounts,
    parse(text, path) {
      const pid = MOUNTS_OF.exec(path)?.[1];
      const list = mountsOf(linesOf(text));
      return pid === undefined ? list : { ...list, pid: Number(pid) };
    },
  }),
] as const;
