import type { Diagnostic } from "../../bytes/index.ts";
import { ProfileBuilder } from "../profile-builder.ts";
import type { Profile } from "../profile.ts";
import { readContention } from "./contention.ts";
import { readCountProfile } from "./counts.ts";
import { cpuHeader, readCpu } from "./cpu.ts";
import { readHeap } from "./heap.ts";
import { readJemalloc } from "./jemalloc.ts";
import { legacyHeader } from "./legacy-header.ts";
import { findStart, type LegacyForm, type LegacyStart } from "./starts.ts";
import { JAVA_CPU, type UnreadForm, unreadForm } from "./unread-forms.ts";

const READERS: Readonly<Record<LegacyForm, (bytes: Uint8Array, start: LegacyStart) => Profile>> = {
  heap: readHeap,
  jemalloc: readJemalloc,
  contention: readContention,
  count: readCountProfile,
};

/** Reads a profile in any other form than profile.proto; `undefined` where the bytes are none. */
export function readLegacy(bytes: Uint8Array): Profile | undefined {
  const cpu = cpuHeader(bytes);
  if (cpu) return cpu.isJava ? unread(JAVA_CPU) : readCpu(bytes, cpu);
  const form = unreadForm(bytes);
  if (form) return unread(form);
  const start = findStart(bytes);
  return start && READERS[start.form](bytes, start);
}

function unread({ code, what }: UnreadForm): Profile {
  const diagnostic: Diagnostic = { effect: "unread", code, message: `${what}: not a form that is read` };
  const builder = new ProfileBuilder(0);
  return builder.build(legacyHeader(builder.strings, [], ["", ""], 0n), [diagnostic]);
}
