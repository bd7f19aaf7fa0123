import type { Rule } from "../engine/index.ts";
import { idleServers } from "./idle-servers.ts";
import { unevenConnections } from "./uneven-connections.ts";

/** Rules about IPVS. */
export const IPVS_RULES: readonly Rule[] = [idleServers, unevenConnections];
