import type { Format, Model } from "../bytes/index.ts";
import { decodeText, isText, readAll } from "../bytes/index.ts";

/** Most bytes of one node-state text that are read; real ones stay below a few megabytes. */
const TEXT_LIMIT = 64 * 1024 * 1024;

/** A format of small texts, from a recogniser and a parser of decoded text. */
export function textFormat<Kind extends string, M extends Model>(format: {
  readonly kind: Kind;
  recognise(head: string, path: string): boolean;
  parse(text: string, path: string): M;
}): Format<Kind, M> {
  return {
    kind: format.kind,
    recognise: (head, path) => isText(head) && format.recognise(decodeText(head), path),
    async decode(source, path) {
      const { bytes, complete } = await readAll(source, TEXT_LIMIT);
      const model = format.parse(decodeText(bytes), path);
      if (complete) return model;
      const cut = `only the first ${TEXT_LIMIT} bytes were read`;
      return {
        ...model,
        diagnostics: [...model.diagnostics, { effect: "partial", code: "text-limit", message: cut }],
      };
    },
  };
}
