import { columnAt, starts, stacks } from "./decode";

/** What a node weighs, and one more than the last sample that it was counted in: recursion counts once. */
@unmanaged
class Node {
  cum: f64;
  stamp: u32;
}
const NODE: usize = 16;

/** By code: nodes, and what those weigh whose stacks end in them. */
export let cums: usize = 0;
export let flats: usize = 0;
/** From this code on a location stands for several nodes: by such, where its nodes begin in the list behind; they end where the next's begin. */
export let firstSeveral: u32 = 0;
export let severalStarts: usize = 0;
export let severalNodes: usize = 0;

/** Sum of all absolute values, of what has no stack, and whether a value is negative. */
export let total: f64 = 0;
export let noStack: f64 = 0;
export let isNegative: bool = false;

/**
 * Adds up the samples of the window.
 *
 * @param first which sample the first of them is
 */
export function sum(column: u32, first: u32, count: u32): void {
  const measured = columnAt(column);
  const nodes = cums;
  const several = firstSeveral;
  for (let sample: u32 = 0; sample < count; sample++) {
    const value = load<f64>(measured + ((<usize>sample) << 3));
    if (value == 0) continue;
    if (value < 0) isNegative = true;
    total += abs(value);
    const start = starts + ((<usize>sample) << 2);
    let frame = stacks + ((<usize>load<u32>(start)) << 2);
    const stop = stacks + ((<usize>load<u32>(start, 4)) << 2);
    if (frame == stop) {
      noStack += value;
      continue;
    }
    const leaf = load<u32>(frame);
    const flat = flats + ((<usize>(leaf < several ? leaf : load<u32>(nodesOf(leaf)))) << 3);
    store<f64>(flat, load<f64>(flat) + value);
    const stamp = first + sample + 1;
    for (; frame < stop; frame += 4) {
      const code = load<u32>(frame);
      if (code < several) add(nodes, code, stamp, value);
      else {
        const last = nodesOf(code + 1);
        for (let node = nodesOf(code); node < last; node += 4) add(nodes, load<u32>(node), stamp, value);
      }
    }
  }
}

/** Where the nodes of a code stand that has several. */
function nodesOf(code: u32): usize {
  return severalNodes + ((<usize>load<u32>(severalStarts + ((<usize>(code - firstSeveral)) << 2))) << 2);
}

function add(nodes: usize, code: u32, stamp: u32, value: f64): void {
  const node = changetype<Node>(nodes + <usize>code * NODE);
  if (node.stamp == stamp) return;
  node.stamp = stamp;
  node.cum += value;
}
