import type { Format } from "../bytes/index.ts";
import type { ComponentLog } from "./component-log.ts";
import { LogScanner } from "./log-scanner.ts";
import { looksLikeLog } from "./recognise.ts";

/** What each kind of this room decodes to. */
export interface LogModels {
  "component-log": ComponentLog;
}

const componentLogFormat: Format<"component-log", ComponentLog> = {
  kind: "component-log",
  recognise: looksLikeLog,
  scan: (path) => new LogScanner(path),
  async decode(source, path) {
    const scanner = new LogScanner(path);
    for await (const chunk of source.stream()) scanner.take(chunk);
    return scanner.finish();
  },
};

/** The formats of this room. */
export const logFormats = [componentLogFormat] as const;
