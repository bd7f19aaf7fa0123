/** Forms that are known by their first line, and not read. */
const UNREAD: readonly (readonly [pattern: RegExp, code: string, what: string])[] = [
  [
    /^--- (?:threadz \d+ ---|Thread [0-9a-fA-F]+ \(name: )/,
    "threadz",
    "stacks of a C++ program's threads (threadz)",
  ],
  [/^--- contentionz \d+ ---/, "contentionz", "a contention profile of C++ or Java (contentionz)"],
  [/^--- heapz \d+ ---/, "java-heapz", "a heap profile of Java (heapz)"],
  [/^--- symbol\r?\n(?:binary=|0x)/, "symbolized", "a profile with symbols, as google-pprof --raw writes it"],
];

/** A form of profile that is recognised and not read: its name, and what it is. */
export interface UnreadForm {
  readonly code: string;
  readonly what: string;
}

export const JAVA_CPU: UnreadForm = { code: "java-cpu", what: "a CPU profile of Java" };

/** The form that a text's first line is of, if it is one of those. */
export function unreadForm(bytes: Uint8Array): UnreadForm | undefined {
  const head = String.fromCharCode(...bytes.subarray(0, 100));
  const [, code, what] = UNREAD.find(([pattern]) => pattern.test(head)) ?? [];
  return code === undefined || what === undefined ? undefined : { code, what };
}
