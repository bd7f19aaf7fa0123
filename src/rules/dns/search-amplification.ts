import { groupBy } from "../../bytes/index.ts";
import type { HostEvidence } from "../../evidence/index.ts";
import { ndotsOf } from "../../node/index.ts";
import type { Answer } from "../engine/index.ts";
import { cantTell, defineCause, fails, holds } from "../engine/index.ts";
import { count, percent } from "../words.ts";
import type { DnsTrouble } from "./dns-trouble.ts";
import { citeQueries } from "./dns-trouble.ts";
import type { Expansion } from "./expansions.ts";
import { expansionsOf } from "./expansions.ts";
import { isForAddress, manyNxdomain } from "./many-nxdomain.ts";

/** Of the answers without a name, the share that must be expansions, and below which something else asks for them. */
const MOST = 0.5;
const FEW = 0.2;
/** Names that are told with what they cost. */
const NAMED = 5;

/** With ndots:5 each name outside the cluster is tried with every search domain first. */
export const searchAmplification = defineCause<DnsTrouble>({
  id: "dns/search-amplification",
  title: "the search list multiplies DNS queries",
  description:
    "A name with fewer dots than the resolver's ndots is asked with each search domain behind it before it is asked as it stands. With the five dots " +
    "that Kubernetes sets, a name outside the cluster costs as many NXDOMAIN answers as there are search domains, for A and AAAA each.",
  explains: [manyNxdomain],
  tests: [
    {
      statement:
        "the names without success are search-list expansions of names that the client asks for next",
      axis: "traffic",
      holds: "strong",
      fails: "decisive",
      ask: {
        text: "a capture in the client's network namespace, of some lookups",
        command: "nsenter -t PID -n tcpdump -i any -s 0 -w dns.pcap port 53",
      },
      answer({ seen }) {
        if (!seen) return cantTell();
        const found = expansionsOf(seen.exchanges, seen.troubled);
        const of = { n: found.length, total: seen.troubled.length };
        const text = `${count(of.n, "query", "queries")} of ${of.total} answered NXDOMAIN, behind which the same name is asked with less behind it`;
        const cites = [citeQueries(seen, of.n > 0 ? found.map(({ query }) => query) : seen.troubled, text)];
        if (of.n >= MOST * of.total) return holds(cites, { of });
        return of.n < FEW * of.total ? fails(cites, { of }) : holds(cites, { of, atMost: "weak" });
      },
    },
    {
      statement: "the client's resolv.conf has the names tried with the search list first",
      axis: "config",
      holds: "strong",
      fails: "strong",
      ask: { text: "the client's resolv.conf", command: "cat /proc/PID/root/etc/resolv.conf" },
      answer: ({ host, seen }) => (seen ? answerConfiguration(host, seen) : cantTell()),
    },
  ],
  remedy: [
    "Write names outside the cluster with a dot at the end, or set dnsConfig.options ndots to 2 or 1 for the workload.",
    "CoreDNS's autopath plugin, or a DNS cache on each node, makes each lookup cheaper where neither can be done.",
  ],
  references: [
    "https://man7.org/linux/man-pages/man5/resolv.conf.5.html",
    "https://kubernetes.io/docs/concepts/services-networking/dns-pod-service/#pod-dns-config",
    "https://coredns.io/plugins/autopath/",
  ],
  summary({ seen }) {
    if (!seen) return "A search list multiplies queries.";
    const found = expansionsOf(seen.exchanges, seen.troubled);
    const asked = seen.exchanges.filter(isForAddress).length;
    const names = costliest(found).map(([name, n]) => `${name} (${n})`);
    return (
      `${found.length} of ${count(asked, "query", "queries")} for addresses from ${seen.client} to ${seen.server}, ${percent(found.length, asked)}, were ` +
      `search-list expansions that ended in NXDOMAIN${names.length > 0 ? `, most of them for ${names.join(", ")}` : ""}.`
    );
  },
});

/** The names that cost most, with how many queries each. */
function costliest(found: readonly Expansion[]): [name: string, count: number][] {
  return Array.from(
    groupBy(found, ({ base }) => base),
    ([name, group]): [string, number] => [name, group.length],
  )
    .sort((a, b) => b[1] - a[1])
    .slice(0, NAMED);
}

function answerConfiguration(host: HostEvidence, { server, troubled, exchanges }: DnsTrouble): Answer {
  const files = host.resolvConfs.filter(({ model }) =>
    model.nameservers.some(({ value }) => value === server),
  );
  if (files.length === 0) return cantTell();
  const found = expansionsOf(exchanges, troubled);
  const answers = files.map(({ model, artifact }): Answer => {
    const { search } = model;
    const ndots = ndotsOf(model);
    const option = model.options.get("ndots");
    const isFrom = ({ query, base }: Expansion): boolean =>
      search?.value.some((domain) => query.name === `${base}.${domain}`) === true &&
      base.split(".").length - 1 < ndots;
    const explained = found.filter(isFrom).length;
    const place = option ?? search;
    const text = `${option?.text ?? `ndots is ${ndots}`}, ${search?.text ?? "no search list"}: ${explained} of ${found.length} expansions come from it`;
    const cites = [{ artifact: artifact.path, text, ...(place && { where: { line: place.line } }) }];
    return explained > 0 && explained * 2 >= found.length ? holds(cites) : fails(cites);
  });
  return answers.find(({ is }) => is === "holds") ?? answers[0] ?? cantTell();
}
