import { firstOf } from "../bytes/index.ts";
import type { Subject } from "../rules/index.ts";
import { subjectName } from "../rules/index.ts";

/** What stands before the name of a subject, where its kind is no word of its own. */
const WORDS: Readonly<Record<string, string>> = {
  Endpoints: "Endpoints",
  "address-range": "address range",
  budget: "PodDisruptionBudget",
  autoscaler: "HorizontalPodAutoscaler",
  call: "calls of",
  coredns: "CoreDNS of",
  dns: "DNS client",
  "dns-client": "DNS client",
  "dns-name": "the name",
  "dns-server": "DNS server",
  filesystem: "file system",
  heap: "heap of",
  "java-threads": "Java threads",
  lock: "lock in",
  member: "etcd member",
  path: "from",
  "pid-namespace": "pid namespace",
  queue: "work queue",
};

/** Tasks that are named before the rest is counted. */
const NAMED_TASKS = 3;

/** What a finding is about, for people: `listener 10.0.0.1:80`, `cat (8300)`, `pod shop/web and 29 more`. */
export function subjectInWords(subject: Subject): string {
  const { kind, count } = subject;
  const others = typeof count === "number" && count > 1 ? ` and ${count - 1} more` : "";
  return `${nameInWords(subject, kind)}${others}`;
}

function nameInWords(subject: Subject, kind: string): string {
  const { tasks, waitsFor } = subject;
  // Of a wait the tasks tell more than the kernel's name for the place.
  if (kind.endsWith("-wait")) {
    if (Array.isArray(tasks) && tasks.length > 0)
      return firstOf(tasks.map(String), NAMED_TASKS, "more tasks");
    if (typeof waitsFor === "string") return `tasks that wait for ${waitsFor}`;
  }
  const name = subjectName(subject);
  if (name === `the ${kind}`) return name;
  if (kind === "file-lock") return `a file's lock that ${name} waits for`;
  return `${Object.hasOwn(WORDS, kind) ? (WORDS[kind] ?? kind) : kind} ${name}`;
}

/** What may stand in a command that somebody pastes into a shell: names as the API server takes them, and nothing else. */
const PLAIN = /^[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?$/;

/** A command or an advice with the subject's own names in place of the words that stand for them. */
export function withNames(text: string, subject: Subject): string {
  const { namespace, pod, container, pid, port } = subject;
  let named = text;
  const fill = (word: RegExp, by: unknown): void => {
    if ((typeof by === "string" && PLAIN.test(by)) || Number.isSafeInteger(by))
      named = named.replace(word, String(by));
  };
  if (typeof namespace === "string" && PLAIN.test(namespace))
    named = named.replace(/\bkubectl (?=logs POD\b)/g, `kubectl -n ${namespace} `);
  fill(/\bNAMESPACE\b/g, namespace);
  fill(/\bPOD\b/g, pod);
  if (typeof container === "string" && container !== pod) fill(/(?<=-c )CONTAINER\b/g, container);
  fill(/(?<=\/proc\/|-p |-t )PID\b/g, pid);
  fill(/(?<=\bport )PORT\b/g, port);
  return named;
}
