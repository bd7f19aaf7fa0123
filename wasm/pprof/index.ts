export * from "./decode";
export * from "./edges";
export * from "./outline";
export * from "./stop";
export * from "./sums";
export * from "./tables";
