/**
 * Stands in for the package of that name when the command is bundled: yargs measures its help with it, which is ours and
 * plain, and loading the tables of emoji and of wide letters would cost every start more than all else together.
 */
export default function stringWidth(text) {
  return Array.from(String(text).replaceAll(/\u001b\[[\d;]*m/g, "")).length;
}
