import { hierarchy, partition } from "d3-hierarchy";
import type { Flame, FlameNode } from "./flame.ts";

/** Where a call stands in a flame graph that is 1 wide. */
export interface FlameBox {
  readonly node: FlameNode;
  /** 0 for the root. */
  readonly depth: number;
  readonly x: number;
  readonly width: number;
}

/** Lays out a flame graph: callees below their caller, as wide as what was measured in them. */
export function flameBoxes({ root }: Flame, narrowest: number): FlameBox[] {
  const own = ({ weight, children }: FlameNode): number =>
    Number(children.reduce((left, child) => left - child.weight, weight));
  const laid = partition<FlameNode>()(hierarchy(root).sum(own));
  return laid.descendants().flatMap(({ data, depth, x0, x1 }) => {
    const width = x1 - x0;
    return width >= narrowest || depth === 0 ? [{ node: data, depth, x: x0, width }] : [];
  });
}
