// Writes docs/rules.schema.json, by which editors check rule files, from the form that the reader goes by. Usage: npm run -s build && node scripts/rules-schema.mjs && npm run format
import { writeFileSync } from "node:fs";
import { rulesJsonSchema } from "../dist/rules/index.js";

writeFileSync("docs/rules.schema.json", `${JSON.stringify(rulesJsonSchema(), null, 2)}\n`);
