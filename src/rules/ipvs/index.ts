import type { Rule } from "../engine/index.ts";
import { drainedServer } from "./drained-server.ts";
import { idleServers } from "./idle-servers.ts";
import { removedServer } from "./removed-server.ts";
import { reuseDelay } from "./reuse-delay.ts";
import { unevenConnections } from "./uneven-connections.ts";

/** Rules about IPVS. */
export const IPVS_RULES: readonly Rule[] = [
  idleServers,
  unevenConnections,
  reuseDelay,
  drainedServer,
  removedServer,
];
