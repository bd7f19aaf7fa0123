import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { HEAD_LENGTH, sourceOf } from "../../src/bytes/index.ts";
import {
  joinTasks,
  type KernelLog,
  type PathedPart,
  procFormats,
  type Task,
  type TaskPart,
  type UserStacks,
} from "../../src/procstack/index.ts";

const ROOT = fileURLToPath(new URL("../fixtures/procstack/", import.meta.url));

/** All files of a fixture, as a bundle would hand them over. */
export function filesOf(fixture: string): { path: string; bytes: Uint8Array }[] {
  return readdirSync(join(ROOT, fixture), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .sort()
    .map((file) => ({ path: file.slice(ROOT.length), bytes: new Uint8Array(readFileSync(file)) }));
}

export const textOf = (fixture: string): string => readFileSync(join(ROOT, fixture), "utf8");

/** The kinds that recognise an artifact. */
export function kindsOf(path: string, content: Uint8Array | string): string[] {
  const bytes = typeof content === "string" ? new TextEncoder().encode(content) : content;
  const head = bytes.subarray(0, HEAD_LENGTH);
  return procFormats.filter((format) => format.recognise(head, path)).map((format) => format.kind);
}

export interface Evidence {
  readonly parts: PathedPart[];
  readonly logs: KernelLog[];
  readonly tasks: Task[];
  readonly userStacks: { path: string; model: UserStacks }[];
}

/** What the formats make of files; each file goes to every format that recognises it. */
export async function evidenceOf(files: readonly { path: string; bytes: Uint8Array }[]): Promise<Evidence> {
  const parts: PathedPart[] = [];
  const logs: KernelLog[] = [];
  const userStacks: Evidence["userStacks"] = [];
  for (const { path, bytes } of files) {
    for (const format of procFormats) {
      if (!format.recognise(bytes.subarray(0, HEAD_LENGTH), path)) continue;
      const model = await format.decode(sourceOf(bytes), path);
      if ("hung" in model) logs.push(model);
      else if ("threads" in model && "deadlocks" in model) userStacks.push({ path, model });
      else if ("parts" in model) parts.push(...model.parts.map((part: TaskPart) => ({ part, path })));
      else parts.push({ part: model, path });
    }
  }
  return { parts, logs, tasks: joinTasks(parts), userStacks };
}

export const bytesOf = (text: string): Uint8Array => new TextEncoder().encode(text);
