import type { HostEvidence } from "../../evidence/index.ts";
import { folderOf, goVersionsIn } from "../../evidence/index.ts";
import type { About, Answer } from "../engine/index.ts";
import { cantTell, defineCause, fails, holds } from "../engine/index.ts";
import { GO_HOSTS, versionTest } from "../fixes/index.ts";
import { count } from "../words.ts";
import type { DnsTrouble } from "./dns-trouble.ts";
import { citeQueries, namesOf } from "./dns-trouble.ts";
import { failedLookup } from "./failed-lookup.ts";
import { hostsNameAsked } from "./hosts-name-asked.ts";
import type { Bypass } from "./hosts-names.ts";
import { bypassesOf } from "./hosts-names.ts";
import { slowLookup } from "./slow-lookup.ts";

/** What a container runtime puts into any `/etc`, whatever the image has. */
const MOUNTED = new Set(["hosts", "resolv.conf", "hostname", "mtab"]);
const ETC = /(?:^|\/)etc\/$/;
const ROOTFS = /(?:^|\/)rootfs\/etc\/$/;

/** Without nsswitch.conf, Go's resolver used to ask DNS before it read /etc/hosts. */
export const hostsBypassed = defineCause<DnsTrouble>({
  id: "dns/hosts-bypassed",
  title: "names of /etc/hosts are asked in DNS first, for want of nsswitch.conf",
  description:
    "Go's own resolver, before Go 1.16, takes a container without /etc/nsswitch.conf for one whose resolver asks DNS first, as glibc's does " +
    "without that file. Names that /etc/hosts lists are then asked over the network, and wait for it. Images from alpine have no such file.",
  explains: [hostsNameAsked, slowLookup, failedLookup],
  concerns: (about) => involved(about).length > 0,
  tests: [
    {
      statement: "A and AAAA of names that the client's /etc/hosts lists are asked in DNS",
      axis: "traffic",
      holds: "strong",
      answer(about) {
        const { seen } = about;
        const bypasses = involved(about);
        if (!seen || bypasses.length === 0) return cantTell();
        const queries = bypasses.flatMap((bypass) => bypass.queries);
        const isResolver = new Set(queries.map(({ type }) => type)).size === 2;
        const inTrouble = new Set(seen.troubled.map(({ row }) => row));
        const of = { n: queries.filter(({ row }) => inTrouble.has(row)).length, total: seen.troubled.length };
        const cites = [
          citeQueries(seen, queries, `${count(queries.length, "query", "queries")} for ${namesOf(queries)}`),
          ...bypasses.flatMap(({ file, entries }) =>
            entries.map(({ text, line }) => ({ artifact: file.artifact.path, text, where: { line } })),
          ),
        ];
        // A tool such as dig, which never reads the file, asks for one type.
        return holds(cites, { of, ...(!isResolver && { atMost: "weak" }) });
      },
    },
    {
      statement: "the container has no /etc/nsswitch.conf, or one that puts dns before files",
      axis: "config",
      holds: "strong",
      fails: "decisive",
      ask: {
        text: "the container's nsswitch.conf",
        command: "ls -l /proc/PID/root/etc; cat /proc/PID/root/etc/nsswitch.conf",
      },
      answer(about) {
        const answers = involved(about).map((bypass) => answerOrder(about.host, bypass));
        return answers.find(({ is }) => is !== "cant-tell") ?? cantTell();
      },
    },
    versionTest<DnsTrouble>(GO_HOSTS, {
      statement: "the program was built with Go before 1.16",
      holds: "strong",
      fails: "decisive",
      ask: { text: "the Go version of the program that asks", command: "go version -m /proc/PID/exe" },
      told({ host, seen }) {
        const pod = seen && host.cluster.podAt(seen.client);
        return pod?.uid === undefined ? [] : goVersionsIn(host, pod.uid);
      },
    }),
  ],
  fixes: [GO_HOSTS],
  remedy: [...GO_HOSTS.workaround, GO_HOSTS.upgrade],
  references: [...GO_HOSTS.references, "https://man7.org/linux/man-pages/man5/nsswitch.conf.5.html"],
  summary(about) {
    const [first] = involved(about);
    if (!first || !about.seen) return "Names of /etc/hosts are asked in DNS.";
    return (
      `${about.seen.client} asked ${about.seen.server} for ${namesOf(first.queries)}, which its ${first.file.artifact.path} lists: ` +
      `${count(first.queries.length, "query", "queries")} that a resolver which reads files first would not have sent.`
    );
  },
});

/** The names of hosts files among what went wrong. */
function involved({ host, seen }: About<DnsTrouble>): Bypass[] {
  if (!seen) return [];
  const troubled = new Set(seen.troubled.map(({ row }) => row));
  return bypassesOf(host, seen).filter(({ queries }) => queries.some(({ row }) => troubled.has(row)));
}

function answerOrder(host: HostEvidence, { file }: Bypass): Answer {
  const { path: hostsPath } = file.artifact;
  const etc = folderOf(hostsPath);
  const path = `${etc}nsswitch.conf`;
  const own = host.nsswitches.find(({ artifact }) => artifact.path === path);
  const hosts = own?.model.hosts;
  if (own && hosts) {
    const files = hosts.value.indexOf("files");
    const dns = hosts.value.indexOf("dns");
    const cites = [{ artifact: path, text: hosts.text, where: { line: hosts.line } }];
    return files !== -1 && (dns === -1 || files < dns) ? fails(cites) : holds(cites);
  }
  if (host.paths.has(path)) return cantTell("unreadable");
  // Only where others of its folder were collected is a file that isn't there known not to have been.
  if (!ETC.test(etc)) return cantTell("uncovered");
  const beside = [...host.paths]
    .filter((other) => other.startsWith(etc))
    .map((other) => other.slice(etc.length))
    .sort();
  const isWhole = beside.some((name) => !MOUNTED.has(name)) || (ROOTFS.test(etc) && beside.length > 1);
  if (!isWhole) return cantTell("uncovered");
  const text = `${etc} was collected, with ${beside.slice(0, 4).join(", ")}, and has no nsswitch.conf`;
  return holds([{ artifact: `${etc}${beside[0] ?? ""}`, text }]);
}
