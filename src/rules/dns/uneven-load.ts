import { defineSymptom } from "../engine/index.ts";
import { percent } from "../words.ts";
import type { Talker } from "./load.ts";
import { talkersOf } from "./load.ts";

/** A server whose queries come from one client, or for one name, for the better part. */
export const unevenLoad = defineSymptom<Talker>({
  id: "dns/uneven-load",
  title: "one client or one name makes most of a DNS server's load",
  description:
    "A server that several clients ask, or that is asked for several names, and gets at least half of its queries from one client or for one " +
    "name: a hundred or more, ten or more a second, and five times as many as the next one. A capture in one client's namespace shows one client, and says nothing.",
  remedy: [
    "See whether the server's limits, or its node's, are reached: its CPU, its memory, max_concurrent of CoreDNS's forward plugin.",
  ],
  references: ["https://coredns.io/plugins/forward/"],
  *detect(host) {
    for (const talker of talkersOf(host)) {
      const { capture, server, who, kind, asked, total, next, others } = talker;
      const whose = kind === "client" ? `from ${who}` : `for ${who}`;
      const text = `${asked} of ${total} queries to ${server}, ${percent(asked, total)}, are ${whose}; the next of ${others} others has ${next}`;
      yield {
        subject: { kind: `dns-${kind}`, name: who, server },
        summary: `${text}.`,
        evidence: [{ artifact: capture.artifact.path, text, where: { frames: talker.frames } }],
        data: talker,
        weight: asked,
      };
    }
  },
});
