import type { Flame, FlameNode } from "./flame.ts";
import { flameBoxes } from "./flame-boxes.ts";
import { percentage, scaledLabel } from "./measurement.ts";

const WIDTH = 1200;
const ROW = 18;
const TITLE = 30;
/** Width of a letter of the monospaced font, and the box below which no text fits. */
const LETTER = 7;
const LEAST_TEXT = 3 * LETTER;
/** Boxes narrower than this, in pixels, can't be seen. */
const NARROWEST = 0.3;

/**
 * A {@link Flame} as an SVG image, the root on top; each box tells its function and value when it is pointed at. Where a base
 * was taken away, what grew is red and what shrank blue.
 */
export function renderFlameSvg(flame: Flame): string {
  const boxes = flameBoxes(flame, NARROWEST / WIDTH);
  const deepest = boxes.reduce((most, { depth }) => Math.max(most, depth), 0);
  const height = TITLE + (deepest + 1) * ROW + 10;
  const isDiff = boxes.some(({ node }) => node.weight !== node.value);
  const shapes = boxes.map(({ node, depth, x, width }) => {
    const [left, wide] = [x * WIDTH, width * WIDTH];
    const letters = Math.floor((wide - 4) / LETTER);
    const text = wide < LEAST_TEXT ? "" : shortened(node.name, letters);
    const top = TITLE + depth * ROW;
    return (
      `<g data-x="${round(x * 1e6)}" data-w="${round(width * 1e6)}"><title>${xml(about(node, flame))}</title>` +
      `<rect x="${round(left)}" y="${top}" width="${round(wide)}" height="${ROW - 1}" fill="${isDiff ? change(node) : hue(node.name)}"/>` +
      `<text x="${round(left + 2)}" y="${top + 13}">${xml(text)}</text></g>`
    );
  });
  const title = `${flame.type} ${scaledLabel(Number(flame.total), flame.unit, "minimum")}`;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" width="${WIDTH}" height="${height}" font-family="monospace" font-size="12">`,
    `<rect width="100%" height="100%" fill="#fff"/>`,
    `<text x="4" y="20" font-size="14">${xml(title)}</text>`,
    ...shapes,
    "</svg>",
    "",
  ].join("\n");
}

function about({ name, value }: FlameNode, { unit, total }: Flame): string {
  return `${name}: ${scaledLabel(Number(value), unit, "minimum")}, ${percentage(Number(value), Number(total)).trim()}`;
}

const round = (value: number): string => String(Math.round(value * 100) / 100);

const shortened = (name: string, letters: number): string =>
  name.length <= letters ? name : `${name.slice(0, Math.max(0, letters - 1))}…`;

/** A warm colour that is always the same for a package, so that neighbours of one package are seen as one. */
function hue(name: string): string {
  const slash = name.lastIndexOf("/");
  const dot = name.indexOf(".", slash + 1);
  let hash = 0;
  for (const letter of dot === -1 ? name : name.slice(0, dot))
    hash = (hash * 31 + (letter.codePointAt(0) ?? 0)) | 0;
  return `hsl(${(hash >>> 0) % 55} ${65 + ((hash >>> 8) % 25)}% ${62 + ((hash >>> 16) % 14)}%)`;
}

/** Red for what grew, blue for what shrank, the stronger the less of it cancels out. */
function change({ value, weight }: FlameNode): string {
  const share = weight === 0n ? 0 : Number(value) / Number(weight);
  const light = Math.round(92 - Math.abs(share) * 32);
  return `hsl(${share < 0 ? 215 : 5} 75% ${light}%)`;
}

const ENTITIES: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};

/** Text as XML may hold it: markup is escaped, and characters that XML has no place for, or that hide text, are replaced. */
export function xml(text: string): string {
  return text
    .replace(
      /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\ufffe\uffff]/g,
      "\ufffd",
    )
    .replace(/[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g, "\ufffd")
    .replace(/[&<>"']/g, (char) => ENTITIES[char] ?? char);
}
