import type { Flame } from "./flame.ts";
import { renderFlameSvg, xml } from "./render-flame-svg.ts";

/** Zooms into a box on a click, out again on the topmost one, and marks what is searched for. */
const SCRIPT = `
const svg = document.querySelector("svg");
const boxes = [...svg.querySelectorAll("g")].map((g) => ({
  g, rect: g.querySelector("rect"), text: g.querySelector("text"), name: g.querySelector("title").textContent,
  x: +g.dataset.x / 1e6, w: +g.dataset.w / 1e6, y: +g.querySelector("rect").getAttribute("y"),
}));
const width = svg.viewBox.baseVal.width;
function zoom(to) {
  for (const { g, rect, text, name, x, w, y } of boxes) {
    const above = y < to.y && x <= to.x + 1e-6 && x + w >= to.x + to.w - 1e-6;
    const inside = y >= to.y && x >= to.x - 1e-6 && x + w <= to.x + to.w + 1e-6;
    g.style.display = above || inside ? "" : "none";
    const left = above ? 0 : ((x - to.x) / to.w) * width;
    const wide = above ? width : (w / to.w) * width;
    rect.setAttribute("x", left);
    rect.setAttribute("width", wide);
    text.setAttribute("x", left + 2);
    const letters = Math.floor((wide - 4) / 7);
    const label = name.slice(0, name.lastIndexOf(": "));
    text.textContent = wide < 21 ? "" : label.length <= letters ? label : label.slice(0, letters - 1) + "…";
  }
}
for (const box of boxes) box.g.addEventListener("click", () => zoom(box));
document.querySelector("input").addEventListener("input", ({ target }) => {
  const wanted = target.value.toLowerCase();
  for (const { g, name } of boxes) g.classList.toggle("found", wanted !== "" && name.toLowerCase().includes(wanted));
});
`;

/** A {@link Flame} as a page of its own, which asks for nothing from anywhere: a click zooms, the field searches. */
export function renderFlameHtml(flame: Flame): string {
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'">
<title>${xml(flame.type)} flame graph</title>
<style>
body { margin: 8px; font-family: monospace }
svg { width: 100%; height: auto }
g { cursor: pointer }
g:hover rect { stroke: #000 }
g.found rect { fill: #b5f }
</style>
<input type="search" placeholder="Search" aria-label="Search">
${renderFlameSvg(flame)}<script>${SCRIPT}</script>
</html>
`;
}
