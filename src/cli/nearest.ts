/** Letters of a word for each that may be wrong in it. */
const LETTERS_PER_FAULT = 3;

/** The word that was meant by one that is not known: the one it begins or, failing that, the one that the fewest typing errors lead to. */
export function nearest(typed: string, known: Iterable<string>): string | undefined {
  const words = [...known];
  const begun = typed.length > 1 ? words.filter((word) => word.startsWith(typed)) : [];
  if (begun.length === 1) return begun[0];
  let best: { word: string; faults: number } | undefined;
  for (const word of words) {
    const faults = typingErrors(typed, word);
    if (faults * LETTERS_PER_FAULT > word.length) continue;
    if (best === undefined || faults < best.faults) best = { word, faults };
  }
  return best?.word;
}

/** Letters that are too many, missing, other ones, or swapped with their neighbour (the distance of Damerau, restricted). */
function typingErrors(typed: string, word: string): number {
  let before: number[] = [];
  let last = Array.from({ length: word.length + 1 }, (_, at) => at);
  for (let row = 1; row <= typed.length; row++) {
    const now = [row];
    for (let column = 1; column <= word.length; column++) {
      const same = typed[row - 1] === word[column - 1];
      const swapped = typed[row - 1] === word[column - 2] && typed[row - 2] === word[column - 1];
      now.push(
        Math.min(
          (last[column] ?? 0) + 1,
          (now[column - 1] ?? 0) + 1,
          (last[column - 1] ?? 0) + (same ? 0 : 1),
          swapped ? (before[column - 2] ?? 0) + 1 : Number.POSITIVE_INFINITY,
        ),
      );
    }
    [before, last] = [last, now];
  }
  return last[word.length] ?? 0;
}
