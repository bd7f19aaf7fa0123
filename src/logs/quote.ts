/** Characters of a line that are kept whole; of a longer one its beginning, and so many about what was found in it. */
const LONGEST = 480;
const BEGINNING = 100;
const BEFORE = 60;
const BEHIND = 300;

/** What is kept of a line, with marks where something was left out. `at` is about where the signature is. */
export function quote(text: string, at: number): string {
  if (text.length <= LONGEST) return text;
  const from = Math.max(0, Math.min(at - BEFORE, text.length - BEHIND));
  const to = Math.min(text.length, at + BEHIND);
  const rest = to < text.length ? "…" : "";
  if (from <= BEGINNING) return text.slice(0, Math.max(to, LONGEST)) + (to < text.length ? "…" : "");
  return `${text.slice(0, BEGINNING)}…${text.slice(from, to)}${rest}`;
}
