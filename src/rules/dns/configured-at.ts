import type { Cite, HostEvidence } from "../../evidence/index.ts";
import { resolvconfPart } from "../../node/index.ts";

/** The lines that name a server for a resolver, those of resolvconf's lists among them. */
export function configuredAt(host: HostEvidence, server: string): Cite[] {
  return host.resolvConfs.flatMap(({ model, artifact }) =>
    model.nameservers
      .filter(({ value }) => value === server)
      .map(({ text, line }) => {
        const part = resolvconfPart(artifact.path);
        const origin =
          part === undefined
            ? ""
            : ` (resolvconf puts what stands in ${part} into every resolv.conf that it makes)`;
        return { artifact: artifact.path, text: `${text}${origin}`, where: { line } };
      }),
  );
}
