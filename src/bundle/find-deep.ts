import type { ByteSource } from "../bytes/index.ts";
import { concat, HEAD_LENGTH, headText } from "../bytes/index.ts";
import { chunksOf } from "./chunks.ts";
import { type AnyFormat, FORMATS } from "./formats.ts";

/** A format whose {@link AnyFormat.occursIn} is asked. */
type DeepFormat = AnyFormat & Required<Pick<AnyFormat, "occursIn">>;

/** Most bytes of a text that are searched, and of a line that is put together from chunks. */
const MOST_SEARCHED = 2 ** 30;
const LONGEST_LINE = 1024 * 1024;
const NEWLINE = 10;

/** The formats that may begin behind the head of a text, which is not of their kind. */
export function deepFormats(head: Uint8Array, recognised: readonly AnyFormat[]): DeepFormat[] {
  if (head.length < HEAD_LENGTH || headText(head) === undefined) return [];
  return FORMATS.filter(
    (format): format is DeepFormat => format.occursIn !== undefined && !recognised.includes(format),
  );
}

/**
 * Searches a text for the first artifact that begins in it. What stands before it is never held.
 *
 * @returns the text from about there on, which may be streamed once; `undefined` where nothing was found
 */
export async function findDeep(
  source: ByteSource,
  formats: readonly DeepFormat[],
): Promise<{ format: AnyFormat; source: ByteSource } | undefined> {
  if (formats.length === 0) return undefined;
  const chunks = chunksOf(source);
  let rest: Uint8Array = new Uint8Array(0);
  let searched = 0;
  for (let ended = false; !ended && searched < MOST_SEARCHED;) {
    const next = await chunks.next();
    ended = next.done === true;
    const chunk = next.done === true ? new Uint8Array(0) : next.value;
    searched += chunk.length;
    const text = concat([rest, chunk], rest.length + chunk.length);
    const isWhole = ended || text.length > LONGEST_LINE + chunk.length;
    const stop = isWhole ? text.length : text.lastIndexOf(NEWLINE) + 1;
    const format = formats.find((one) => one.occursIn(text.subarray(0, stop)));
    if (format) return { format, source: { size: undefined, stream: () => followed(text, chunks) } };
    rest = text.slice(stop);
  }
  await chunks.return(undefined);
  return undefined;
}

async function* followed(first: Uint8Array, chunks: AsyncGenerator<Uint8Array>): AsyncGenerator<Uint8Array> {
  try {
    yield first;
    yield* chunks;
  } finally {
    await chunks.return(undefined);
  }
}
