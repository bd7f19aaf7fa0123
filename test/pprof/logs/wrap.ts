const TIME = "2024-05-01T10:00:00.123456789Z";

const lines = (text: string): string[] => text.replace(/\n$/, "").split("\n");
const each = (text: string, wrap: (line: string) => string): string =>
  lines(text)
    .map((line) => `${wrap(line)}\n`)
    .join("");
const chunks = (text: string, length: number): string[] =>
  text.match(new RegExp(`[^]{1,${length}}`, "g")) ?? [""];
/** As Go's encoding/json writes a string. */
const goJson = (text: string): string =>
  JSON.stringify(text).replaceAll(
    /[<>&\u2028\u2029]/g,
    (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );

/** What loggers make of a program's text, each by its name. */
export const WRAPPERS: Readonly<Record<string, (text: string) => string>> = {
  CRI: (text) => each(text, (line) => `${TIME} stderr F ${line}`),
  "CRI in another time zone, blank lines trimmed": (text) =>
    each(text, (line) => `2024-05-01T10:00:00.123456789+08:00 stderr F ${line}`.trimEnd()),
  "CRI in parts": (text) =>
    each(text, (line) => {
      const parts = chunks(line, 17);
      return parts.map((part, i) => `${TIME} stderr ${i + 1 < parts.length ? "P" : "F"} ${part}`).join("\n");
    }),
  "CRI with another stream between the lines": (text) =>
    each(
      text,
      (line) =>
        `${TIME} stderr F ${line}\n${TIME} stdout F main.served(0x1)\n${TIME} stdout F \t/a.go:7 +0x1`,
    ),
  "CRI with an unfinished part of another stream before each line": (text) =>
    each(text, (line) => `${TIME} stdout P {"served":\n${TIME} stderr F ${line}`),
  "kubectl logs --timestamps": (text) => each(text, (line) => `${TIME} ${line}`),
  "json-file": (text) =>
    each(text, (line) => `{"log":${goJson(`${line}\n`)},"stream":"stderr","time":"${TIME}"}`),
  "json-file with attributes, in parts": (text) =>
    lines(text)
      .flatMap((line) => chunks(`${line}\n`, 17))
      .map((part) => `{"log":${goJson(part)},"stream":"stderr","attrs":{"tag":"a/b"},"time":"${TIME}"}\n`)
      .join(""),
  "json-file with another stream between the lines": (text) =>
    each(
      text,
      (line) =>
        `{"log":${goJson(`${line}\n`)},"stream":"stderr","time":"${TIME}"}\n{"log":"main.served(0x1)\\n","stream":"stdout","time":"${TIME}"}`,
    ),
  "the journal": (text) => each(text, (line) => `May 01 10:00:00 node-a kubelet[812]: ${line}`),
  "the journal without the host": (text) => each(text, (line) => `May 01 10:00:00 kubelet[812]: ${line}`),
  "the journal in Chinese": (text) => each(text, (line) => `4月 03 09:26:34 node-a kubelet[812]: ${line}`),
  "the journal in Russian": (text) => each(text, (line) => `мая 01 10:00:00 node-a kubelet[812]: ${line}`),
  "the journal, short-iso": (text) =>
    each(text, (line) => `2024-05-01T10:00:00+0000 node-a kubelet[812]: ${line}`),
  "the journal, short-full": (text) =>
    each(text, (line) => `Wed 2024-05-01 10:00:00 UTC node-a kubelet[812]: ${line}`),
  "the journal, which drops blank lines and indents": (text) =>
    each(
      text.replaceAll(/\n{2,}/g, "\n"),
      (line) => `May 01 10:00:00.123456 node-a kubelet[812]: ${line.trim()}`,
    ),
  "the journal with other programs between the lines": (text) =>
    each(
      text,
      (line) =>
        `May 01 10:00:00 node-a kubelet[812]: ${line}\nMay 01 10:00:00 node-a sshd[7]: Accepted publickey for root from 10.0.0.7`,
    ),
  "the journal, a message of many lines": (text) => {
    const prefix = "May 01 10:00:00 node-a dockerd[812]: ";
    return prefix + each(text, (line) => " ".repeat(prefix.length) + line).slice(prefix.length);
  },
  syslog: (text) => each(text, (line) => `May  1 10:00:00 node-a kubelet: ${line.replaceAll("\t", "#011")}`),
  klog: (text) => `E0501 10:00:00.123456       1 runtime.go:78] ${text}`,
  "klog in CRI": (text) =>
    each(`E0501 10:00:00.123456       1 runtime.go:78] ${text}`, (line) => `${TIME} stderr F ${line}`),
  "a message of logrus": (text) =>
    `time="${TIME}" level=info msg=${JSON.stringify(`=== BEGIN ===\n${text}\n=== END ===`)}\n`,
  "a message of logrus that the journal splits": (text) =>
    chunks(
      `time="${TIME}" level=info msg=${JSON.stringify(`=== BEGIN ===\n${text}\n=== END ===`)} module=x`,
      2047,
    )
      .map((part) => `Aug 09 13:49:31 dockerd[1802]: ${part}\n`)
      .join(""),
};
