import type { Format, Model } from "../bytes/index.ts";
import { decodeText, headText, readAll } from "../bytes/index.ts";
import { AUDIT_VERSION } from "./audit-log.ts";
import { eventOf } from "./event.ts";
import { KubeObject } from "./kube-object.ts";
import { splitJson } from "./split-json.ts";
import { splitYaml } from "./split-yaml.ts";
import { withoutLogs } from "./without-logs.ts";

/** Objects of the Kubernetes API in one artifact. */
export interface KubeObjects extends Model {
  readonly objects: readonly KubeObject[];
}

/** Most bytes of a listing that are read. */
const LIMIT = 256 * 1024 * 1024;

/** The objects of a text of JSON or YAML. Nothing throws; what can't be split or parsed is left out. */
export function parseKubeObjects(bytes: Uint8Array): KubeObjects {
  // PowerShell writes UTF-16, and marks the byte order of UTF-8.
  const isUtf8 = bytes[0] !== 0xff;
  const text = isUtf8 ? bytes : new TextEncoder().encode(decodeText(bytes));
  return parseUtf8(text[0] === 0xef && text[1] === 0xbb && text[2] === 0xbf ? text.subarray(3) : text);
}

function parseUtf8(dump: Uint8Array): KubeObjects {
  const { bytes, logs } = withoutLogs(dump);
  const isJson = /^\s*[{[]/.test(decodeText(bytes.subarray(0, 1024)));
  const { spans, diagnostics } = isJson ? splitJson(bytes) : splitYaml(decodeText(bytes));
  const objects = spans.map((span) => new KubeObject(span));
  // Whoever looks at events looks at all of them, and needs nothing of the objects beyond that.
  for (const object of objects) eventOf(object);
  if (logs === 0) return { objects, diagnostics };
  const message = `the logs of ${logs} containers between the objects were left out`;
  return { objects, diagnostics: [...diagnostics, { effect: "note", code: "logs-between", message }] };
}

/** By their `apiVersion` and `kind`, in JSON or YAML. */
export const kubeObjectsFormat: Format<"kube-objects", KubeObjects> = {
  kind: "kube-objects",
  recognise(head) {
    const text = headText(head);
    if (text === undefined) return false;
    if (/^\s*[{[]/.test(text)) return isOfApi(text);
    return /^(?:- )?apiVersion: *\S+\s*$/m.test(text) && /^ *(?:- )?kind: *[A-Z]\w*\s*$/m.test(text);
  },
  async decode(source) {
    const { bytes, complete } = await readAll(source, LIMIT);
    const model = parseKubeObjects(bytes);
    if (complete) return model;
    const message = `only the first ${LIMIT} bytes were read`;
    return {
      ...model,
      diagnostics: [...model.diagnostics, { effect: "partial", code: "text-limit", message }],
    };
  },
};

/** Whether JSON with a kind is of Kubernetes: it has a version with it, such as `v1` or `apps/v1`. */
function isOfApi(text: string): boolean {
  // Events of an audit log are no objects that the API keeps.
  return !AUDIT_VERSION.test(text) && /"apiVersion"\s*:\s*"(?:[a-z0-9.-]+\/)?v\d\w*"/.test(text);
}
