import type { Located } from "../../bundle/index.ts";
import type { CorednsLog } from "../../node/index.ts";
import { cantTell, defineCause, holds } from "../engine/index.ts";
import { corednsFatal } from "./coredns-fatal.ts";

const LOOPBACK = /^(?:127\.|::1$)/;

/** A resolv.conf with a loopback address makes a CoreDNS that reads it its own server. */
export const forwardLoop = defineCause<Located<CorednsLog>>({
  id: "dns/forward-loop",
  title: "CoreDNS forwards to itself",
  description:
    "CoreDNS takes its upstream servers from the node's resolv.conf. Where that names a local stub, as systemd-resolved's 127.0.0.53, the address means " +
    "CoreDNS itself inside its own network namespace: a query comes back to it, the loop plugin notices, and CoreDNS exits.",
  explains: [corednsFatal],
  concerns: ({ seen }) => seen !== undefined && seen.model.loops.length > 0,
  tests: [
    {
      statement: "CoreDNS's loop plugin saw its own probe come back",
      axis: "state",
      holds: "strong",
      answer({ seen }) {
        const loops = seen?.model.loops ?? [];
        if (!seen || loops.length === 0) return cantTell();
        return holds(
          loops.map(({ text, line }) => ({ artifact: seen.artifact.path, text, where: { line } })),
        );
      },
    },
    {
      statement: "a resolv.conf of the node names a loopback address",
      axis: "config",
      holds: "strong",
      ask: {
        text: "the resolv.conf that the kubelet gives to pods",
        command: "cat /etc/resolv.conf; grep -i resolvConf /var/lib/kubelet/config.yaml",
      },
      answer({ host }) {
        const cites = host.resolvConfs.flatMap(({ model, artifact }) =>
          model.nameservers
            .filter(({ value }) => value !== undefined && LOOPBACK.test(value))
            .map(({ text, line }) => ({ artifact: artifact.path, text, where: { line } })),
        );
        // The loop may be of the Corefile's own making.
        return cites.length > 0
          ? holds(cites)
          : cantTell(host.resolvConfs.length > 0 ? "uncovered" : "absent");
      },
    },
  ],
  remedy: [
    "Have the kubelet hand out the real list: resolvConf: /run/systemd/resolve/resolv.conf in its configuration, and restart the CoreDNS pods.",
    "Or name the upstream servers in the Corefile: forward . ADDRESS.",
  ],
  references: ["https://coredns.io/plugins/loop/#troubleshooting"],
  summary: ({ seen }) => `CoreDNS forwards to itself: ${seen?.model.loops[0]?.text ?? ""}`,
});
