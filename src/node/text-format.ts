import type { Format, Model } from "../bytes/index.ts";
import { decodeText, headText, readAll } from "../bytes/index.ts";
import { commandFailure } from "./command-failure.ts";
import { withoutTypedCommands } from "./typed-commands.ts";

/** Most bytes of one node-state text that are read; real ones stay below a few megabytes. */
const TEXT_LIMIT = 64 * 1024 * 1024;

/** How the failure of the command that gives a text is told from other commands'. */
export interface Failure {
  /** What the complaint names. */
  readonly program: RegExp;
  /** What the path of the text must have in it: one program gives several kinds of text. */
  readonly path: RegExp;
}

/**
 * A format of small texts, from a recogniser and a parser of decoded text. Where the text is the complaint of a command that
 * failed, the artifact is there and unread, and says why. Who pastes what a terminal shows pastes the command as well: such lines are
 * no part of the text.
 */
export function textFormat<Kind extends string, M extends Model>(format: {
  readonly kind: Kind;
  readonly failure?: Failure;
  recognise(head: string, path: string): boolean;
  parse(text: string, path: string): M;
}): Format<Kind, M> {
  const failureOf = (text: string, path: string): string | undefined =>
    format.failure?.path.test(path) === true ? commandFailure(text, format.failure.program) : undefined;
  return {
    kind: format.kind,
    recognise(head, path) {
      const shown = headText(head);
      if (shown === undefined) return false;
      const text = withoutTypedCommands(shown);
      return format.recognise(text, path) || failureOf(text, path) !== undefined;
    },
    async decode(source, path) {
      const { bytes, complete } = await readAll(source, TEXT_LIMIT);
      const text = withoutTypedCommands(decodeText(bytes));
      const model = format.parse(text, path);
      const failure = failureOf(text, path);
      if (failure !== undefined) {
        const message = `the command failed: ${failure}`;
        return { ...model, diagnostics: [{ effect: "unread", code: "command-failed", message }] };
      }
      if (complete) return model;
      const cut = `only the first ${TEXT_LIMIT} bytes were read`;
      return {
        ...model,
        diagnostics: [...model.diagnostics, { effect: "partial", code: "text-limit", message: cut }],
      };
    },
  };
}
