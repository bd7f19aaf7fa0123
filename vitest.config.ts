import { defineConfig } from "vitest/config";
import { fileURLToPath } from "node:url";

export default defineConfig({
  resolve: {
    alias: { "#gunzip": fileURLToPath(new URL("./src/bytes/gunzip-node.ts", import.meta.url)) },
  },
  test: {
    include: ["test/**/*.test.ts"],
    testTimeout: 30_000,
    // Files share their modules, which keep nothing of a test: loading them anew for each took as long as the tests.
    isolate: false,
  },
});
