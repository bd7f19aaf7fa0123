import type { Timed } from "../packets.ts";
import { lookup } from "./lookups.ts";

export const SEARCH = ["shop.svc.cluster.local", "svc.cluster.local", "cluster.local"];
export const CONF = `nameserver 10.96.0.10\nsearch ${SEARCH.join(" ")}\noptions ndots:5\n`;

let port = 20000;

/** Lookups of names outside the cluster, each with every search domain first. */
export const searched = (count: number, from = 0): Timed[] =>
  Array.from({ length: count }, (_, i) =>
    [...SEARCH, ""].map((domain, step) => {
      const name = `www${i}.example.com`;
      return lookup({
        time: from + i + step / 100,
        name: domain === "" ? name : `${name}.${domain}`,
        port: port++,
        ids: [port & 0x7fff, (port & 0x7fff) + 0x8000],
        a: 1,
        aaaa: 2,
        rcode: domain === "" ? 0 : 3,
      });
    }),
  ).flat(2);

/** Names that nobody has, asked for as they are. */
export const missing = (count: number, from = 0): Timed[] =>
  Array.from({ length: count }, (_, i) =>
    lookup({
      time: from + i,
      name: `gone${i}.example.com`,
      port: port++,
      ids: [2 * i, 2 * i + 1],
      a: 1,
      aaaa: 2,
      rcode: 3,
    }),
  ).flat();
