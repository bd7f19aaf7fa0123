import { readFileSync } from "node:fs";

const fixture = (name: string) => readFileSync(`test/fixtures/dns/coredns-loop/${name}`, "utf8");

/** The log of a CoreDNS that found that it asks itself, and gave up. */
export const LOOP_LOG = fixture("coredns.log");
/** The resolv.conf that had it do so. */
export const LOOP_CONF = fixture("etc/resolv.conf");
