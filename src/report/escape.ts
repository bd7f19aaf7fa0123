/** Control characters, DEL, C1 controls, and the marks and tags that turn the direction of text or hide it. */
const UNPRINTABLE =
  /[\u0000-\u001f\u007f-\u009f\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\u{e0000}-\u{e007f}]/gu;

/** Makes text from an artifact fit for a terminal: what could move the cursor or mislead the eye is spelt out. */
export function printable(text: string): string {
  return text.replace(UNPRINTABLE, (char) => {
    if (char === "\n" || char === "\t") return " ";
    return escaped(char);
  });
}

/** A character as JSON spells it: one escape for each UTF-16 unit. */
function escaped(char: string): string {
  const units = Array.from({ length: char.length }, (_, i) => char.charCodeAt(i));
  return units.map((unit) => `\\u${unit.toString(16).padStart(4, "0")}`).join("");
}

/** JSON whose strings hold nothing that a terminal would act upon; it parses to the same value. */
export function printableJson(value: unknown, indent = 2): string {
  // Line feeds stand only between tokens here: those inside strings are already escaped.
  return JSON.stringify(value, null, indent).replace(UNPRINTABLE, (char) =>
    char === "\n" ? char : escaped(char),
  );
}
