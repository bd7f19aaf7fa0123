// Builds the package: the library as plain ES modules with types (tsc), the command as one bundled, split file (esbuild).
import { execFileSync } from "node:child_process";
import { readFileSync, rmSync } from "node:fs";
import { bundle } from "./bundle.mjs";

const { version } = JSON.parse(readFileSync("package.json", "utf8"));

rmSync("dist", { recursive: true, force: true });
execFileSync("node_modules/.bin/tsc", ["-p", "tsconfig.build.json"], { stdio: "inherit" });
rmSync("dist/cli", { recursive: true, force: true });
await bundle("src/cli/main.ts", "dist/cli", { INQUEST_VERSION: JSON.stringify(version) });
