export * from "./decode";
export * from "./edges";
export * from "./sums";
