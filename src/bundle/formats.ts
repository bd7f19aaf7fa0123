import type { Format, Model } from "../bytes/index.ts";
import type { Hostname, NetstatStatistics, Sysctl, Uname } from "../node/index.ts";
import { hostnameFormat, netstatFormat, sysctlFormat, unameFormat } from "../node/index.ts";

/** Every kind of artifact and what it decodes to. */
export interface ModelOf {
  hostname: Hostname;
  "netstat-s": NetstatStatistics;
  sysctl: Sysctl;
  uname: Uname;
}

type FormatOf = { [Kind in keyof ModelOf]: Format<Kind, ModelOf[Kind]> }[keyof ModelOf];

/** Every format, each asked in this order "is this yours?". */
export const FORMATS: readonly FormatOf[] = [hostnameFormat, netstatFormat, sysctlFormat, unameFormat];

/** For code that treats all formats alike. */
export type AnyFormat = Format<string, Model>;
