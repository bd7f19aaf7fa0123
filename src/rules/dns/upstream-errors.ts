import { defineSymptom } from "../engine/index.ts";
import { count } from "../words.ts";
import type { ServerTrouble } from "./silent-server.ts";
import { serverSubject } from "./silent-server.ts";
import { upstreamFailures } from "./upstream-failures.ts";

/** Failures from which on they are told: one lost packet is nobody's symptom. */
const FEW = 3;

/** What CoreDNS's own log says of the servers that it forwards to. */
export const upstreamErrors = defineSymptom<ServerTrouble>({
  id: "dns/upstream-errors",
  title: "CoreDNS gets no answer from a server that it forwards to",
  description:
    "Lines of the errors plugin in a log of CoreDNS, or of what is made from it, that name a server which timed out, refused or could " +
    "not be reached, at least three times. The log shows no answers: whether the server answers others isn't told.",
  remedy: [
    "Look where the server's address comes from: the Corefile's forward line, and the resolv.conf that it names.",
  ],
  references: ["https://coredns.io/plugins/errors/", "https://coredns.io/plugins/forward/"],
  *detect(host) {
    for (const failures of upstreamFailures(host)) {
      if (failures.count < FEW) continue;
      const { address, names, cites } = failures;
      yield {
        subject: serverSubject(address),
        summary:
          `CoreDNS logged ${count(failures.count, "failure")} at ${address}` +
          `${names.length > 0 ? `, for ${names.join(", ")} among others` : ""}.`,
        evidence: cites,
        data: { server: address },
        weight: failures.count,
      };
    }
  },
});
