import { linesOf } from "./lines.ts";

/** Longest text that may be a complaint and nothing else. */
const MOST_LINES = 6;
const LONGEST_LINE = 1000;

/** What shells and loaders say of a program that they can't run, in the languages that bash has it in most often. */
const NO_PROGRAM =
  "command not found|not found|No such file or directory|Permission denied|cannot execute|Exec format error|" +
  "Kommando nicht gefunden|Befehl nicht gefunden|commande introuvable|orden no encontrada|comando não encontrado|команда не найдена|" +
  "Нет такого файла или каталога|Отказано в доступе|未找到命令|没有那个文件或目录|权限不够|コマンドが見つかりません";
/** What programs say of what they may not do, or can't reach. */
const REFUSED =
  "Operation not (?:permitted|supported)|Operation failed|Input/output error|Connection refused|Connection timed out|timed out|" +
  "you (?:need to|must) be root|must be run as root|superuser|are you root\\?|Protocol not supported|Device or resource busy|Invalid argument";

/**
 * Lines that are complaints and nothing else: each begins with the program that complains, as no line of a log or of output does.
 */
const COMPLAINTS: readonly RegExp[] = [
  // bash: ss: command not found; /bin/sh: 1: ss: not found; cat: /proc/7/stack: Permission denied
  new RegExp(
    `^-?[\\w./+-]+(?: v?\\d[\\w.]*)?(?: \\([\\w -]+\\))?: .*(?:${NO_PROGRAM}|${REFUSED})[.!]?$`,
    "iu",
  ),
  /^(?:exec|OCI runtime exec failed|rpc error): .*executable file not found in \$PATH/,
  /^exec: "[^"]+": /,
  /^[\w./-]+ (?:is )?not installed\.?$/i,
  /^The program '[^']+' is currently not installed/,
  /^(?:timeout|sudo|nsenter|chroot|env|xargs): \S/,
  // kubectl
  /^error: (?:the server doesn't have a resource type|You must be logged in|unable to|no configuration|resource mapping not found|current-context|stat )/i,
  /^Error from server(?: \(\w+\))?: /,
  /^(?:The connection to the server .* was refused|Unable to connect to the server: )/,
  /^(?:Error: )?(?:Cannot|Can't) connect to (?:the )?(?:Docker|containerd|CRI)/i,
  // systemctl, journalctl and timedatectl in a container, or without rights
  /^System has not been booted with systemd as init system/,
  /^Failed to (?:connect to|create|get D-Bus) (?:\w+ )?(?:bus|connection)\b.*: \S/,
  /^(?:curl|wget): (?:\(\d+\) )?(?:Failed|Could not|\()/i,
];
const HINT =
  /^(?:Try |Usage: |usage: |Perhaps |See |Is the docker daemon|Did you |To see |sudo apt|apt |E\d{4} |[A-Z]\d{4} \d\d:)/;

/**
 * The complaint of a command that failed, where a text is an error message and nothing else. Collectors keep such a text under the
 * name of the output that they wanted: that is no output, and says nothing of what it would have told.
 */
export function complaintOf(text: string): string | undefined {
  const lines: string[] = [];
  for (const line of linesOf(text)) {
    const trimmed = line.text.trim();
    if (trimmed.length > LONGEST_LINE) return undefined;
    if (trimmed !== "" && lines.push(trimmed) > MOST_LINES) return undefined;
  }
  const first = lines.find((line) => isComplaint(line));
  if (first === undefined) return undefined;
  return lines.every((line) => isComplaint(line) || HINT.test(line)) ? first : undefined;
}

const isComplaint = (line: string): boolean => COMPLAINTS.some((pattern) => pattern.test(line));
