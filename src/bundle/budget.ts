import type { ByteSource, Diagnostic } from "../bytes/index.ts";
import { isRandom } from "./random-source.ts";

/** Bytes that all that is packed in one file may come to: so many however small it is, and beyond that a ratio. */
const FREE_OUTPUT = 16 * 1024 ** 3;
const MAX_RATIO = 100;
/** Members of all archives in one file, each of which becomes an artifact. */
const MAX_MEMBERS = 200_000;

/** What the archives in one file, and those inside them, may cost together: bombs are made of archives of archives. */
export class Budget {
  #read = 0;
  #unpacked = 0;
  #members = 0;

  /** The file itself: what it is worth grows with its size. */
  counted(file: ByteSource): ByteSource {
    const counted = this.#tallied(file, (length) => {
      this.#read += length;
      return true;
    });
    if (!isRandom(file)) return counted;
    return {
      ...counted,
      read: async (position, length) => {
        const bytes = await file.read(position, length);
        this.#read += bytes.length;
        return bytes;
      },
    };
  }

  /** What was unpacked of it, on any level. It ends where all together is too much, and that is told once for each source. */
  bounded(unpacked: ByteSource, report: (diagnostic: Diagnostic) => void): ByteSource {
    return this.#tallied(unpacked, (length) => {
      this.#unpacked += length;
      if (this.#unpacked <= FREE_OUTPUT + this.#read * MAX_RATIO) return true;
      const message = `what is packed here comes to more than ${FREE_OUTPUT} bytes in all; the rest was left out`;
      report({ effect: "partial", code: "unpacked-limit", message });
      return false;
    });
  }

  /** Whether one more member of an archive may be read. */
  takesMember(): boolean {
    return ++this.#members <= MAX_MEMBERS;
  }

  #tallied(source: ByteSource, goesOn: (length: number) => boolean): ByteSource {
    return {
      ...source,
      async *stream() {
        for await (const chunk of source.stream()) {
          if (!goesOn(chunk.length)) return;
          yield chunk;
        }
      },
    };
  }
}
