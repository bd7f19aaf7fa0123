// Reads a capture and no more: what `inquest` does before its rules.
// Usage: node bench/read-capture.mjs FILE; bench/run.mjs bundles it first, as the command is bundled
import { openBundle } from "../dist/bundle/index.js";

const { artifacts } = await openBundle(process.argv[2]);
if (artifacts.some(({ content }) => content === undefined)) throw new Error("the capture was not read");
