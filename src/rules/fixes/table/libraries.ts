import { defineFix } from "../fix.ts";

/** The CNI library's skel, which plugins are made with. */
export const CNI_VERSION_STDIN = defineFix({
  id: "cni/version-reads-stdin",
  component: "cni",
  defect: "plugins read standard input to its end for VERSION too, which need not have one",
  affected: { fixedIn: ["0.7.0-alpha0"] },
  landed: { written: "2017-09-08T05:48:10Z", merged: "2017-09-14T18:25:24Z" },
  upgrade:
    "Build the plugin with github.com/containernetworking/cni v0.7.0-alpha0 or later, or take a release of it that was. Kill the one that waits.",
  workaround: ["Until then give it an input that ends: CNI_COMMAND=VERSION PLUGIN </dev/null."],
  references: [
    "https://github.com/containernetworking/cni/issues/485",
    "https://github.com/containernetworking/cni/pull/502",
    "https://github.com/containernetworking/cni/releases/tag/v0.7.0-alpha0",
  ],
});

/** Go's own resolver without nsswitch.conf. */
export const GO_HOSTS = defineFix({
  id: "go/hosts-after-dns",
  component: "go",
  defect: "without /etc/nsswitch.conf Go's own resolver asks DNS before it reads /etc/hosts",
  affected: { fixedIn: ["1.16"] },
  upgrade:
    "Build the program with Go 1.16 or later, which reads files first where there is no nsswitch.conf.",
  workaround: ["Give the image an /etc/nsswitch.conf with the line: hosts: files dns"],
  references: [
    "https://github.com/golang/go/issues/35305",
    "https://github.com/golang/go/issues/22846",
    "https://go.dev/doc/go1.16#net",
  ],
});

/** The map of a server's connections, from which none was taken away. */
export const MIEKG_TCP = defineFix({
  id: "miekg-dns/tcp-connections",
  component: "miekg-dns",
  defect: "a server keeps every TCP connection that it ever had in memory",
  affected: { from: "1.0.9", fixedIn: ["1.0.15"] },
  landed: { written: "2018-11-03T09:44:07Z", merged: "2018-11-03T09:44:07Z" },
  upgrade:
    "Upgrade what serves DNS: miekg/dns 1.0.9 to 1.0.14 keeps every TCP connection in memory, and with it k8s-dns images (kube-dns, node-cache) before 1.15.8.",
  workaround: ["See which clients open these connections: node-local DNS asks kube-dns by TCP."],
  references: [
    "https://github.com/miekg/dns/issues/807",
    "https://github.com/miekg/dns/pull/808",
    "https://github.com/kubernetes/dns/issues/334",
  ],
});

/** The same, as its image brings it: 1.15.0 to 1.15.7 have miekg/dns 1.0.14, and 1.15.8 has 1.1.22. */
export const NODE_CACHE_TCP = defineFix({
  id: "k8s-dns-node-cache/tcp-connections",
  component: "k8s-dns-node-cache",
  defect: "NodeLocal DNSCache keeps what it has of each TCP connection",
  affected: { from: "1.15.0", fixedIn: ["1.15.8"] },
  upgrade:
    "Upgrade k8s-dns-node-cache to 1.15.8 or later, whose DNS library is ahead by some twenty versions.",
  workaround: [
    "Until then restart its pods before they reach their limit, and find the clients that ask by TCP: a capture of port 53 or the log plugin names them.",
  ],
  references: ["https://github.com/kubernetes/dns/issues/334", "https://github.com/miekg/dns/issues/807"],
});

/** Ids of the two queries of a lookup, which musl takes from the clock. */
export const MUSL_QUERY_ID = defineFix({
  id: "musl/same-query-id",
  component: "musl",
  defect: "on a coarse clock the A and AAAA queries of a lookup get the same transaction id",
  affected: { fixedIn: ["1.2.4"] },
  upgrade:
    "Use an image with glibc, or a musl of 1.2.4 or later, for the client; or have it ask for one family only.",
  workaround: ["A caching resolver on the node answers both queries in order and makes it rarer."],
  references: ["https://git.musl-libc.org/cgit/musl/commit/?id=6c858d6fd4df8b5498ef2cae66c8f3c3eff1587b"],
});
