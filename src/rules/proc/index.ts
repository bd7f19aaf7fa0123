import type { Rule } from "../engine/index.ts";
import { frozenFilesystem } from "./frozen-filesystem.ts";
import { javaDeadlock } from "./java-deadlock.ts";
import { pidNamespaceZapHang } from "./pid-namespace-zap-hang.ts";
import { s6Sync } from "./s6-sync.ts";

/** Rules about tasks of the kernel's process table. */
export const PROC_RULES: readonly Rule[] = [pidNamespaceZapHang, frozenFilesystem, s6Sync, javaDeadlock];
