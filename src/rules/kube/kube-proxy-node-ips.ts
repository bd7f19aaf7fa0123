import type { ToldVersion } from "../../evidence/index.ts";
import type { Profile } from "../../pprof/index.ts";
import type { About } from "../engine/index.ts";
import { cantTell, defineCause, fails, holds } from "../engine/index.ts";
import { componentVersions, PROXY_NODE_IPS, remedyOf, versionTest } from "../fixes/index.ts";
import type { Burn } from "../go/burns.ts";
import { weightOf } from "../go/burns.ts";
import type { Hotspot } from "../go/cpu-hotspot.ts";
import { cpuHotspot } from "../go/cpu-hotspot.ts";
import { percent } from "../words.ts";

const SYNC = "k8s.io/kubernetes/pkg/proxy/ipvs.(*Proxier).syncProxyRules";
const NODE_IPS = "k8s.io/kubernetes/pkg/proxy/ipvs.(*realIPGetter).NodeIPs";
/** The other list of addresses that was made for every service. */
const NODE_ADDRESSES = "k8s.io/kubernetes/pkg/proxy/util.GetNodeAddresses";

/** Share of a hotspot that makes it this one. */
const MOST = 0.5;

/** kube-proxy in IPVS mode listed the addresses of the node anew for every service with a node port. */
export const kubeProxyNodeIps = defineCause<Hotspot>({
  id: "kube/kube-proxy-node-ips",
  title: "kube-proxy lists the node's addresses once for every NodePort service",
  description:
    "In IPVS mode kube-proxy asked the kernel for all addresses of the node for every service with a node port, in every " +
    "sync; from Kubernetes 1.16 on it does so once a sync. Thousands of addresses on kube-ipvs0 make each list long.",
  explains: [cpuHotspot],
  concerns: ({ seen }) => seen?.burns.some(({ path }) => path.includes(SYNC)) === true,
  tests: [
    {
      statement: "the time goes into listing the node's addresses",
      axis: "state",
      holds: "strong",
      fails: "decisive",
      answer({ seen }) {
        if (!seen) return cantTell();
        const listing = seen.burns.filter(listsAddresses);
        const share = weightOf(listing) / weightOf(seen.burns);
        const stack = [NODE_IPS, NODE_ADDRESSES].filter((name) =>
          listing.some(({ path }) => path.includes(name)),
        );
        const cite = {
          artifact: seen.profile.artifact.path,
          text: `${percent(share, 1)} of it is in and below ${stack.join(" and ") || NODE_IPS}`,
          where: { stack: [...stack, SYNC] },
        };
        return share >= MOST ? holds([cite]) : fails([cite]);
      },
    },
    versionTest<Hotspot>(PROXY_NODE_IPS, {
      statement: "this version of kube-proxy lists them for every such service",
      holds: "strong",
      fails: "decisive",
      ask: {
        text: "the version of kube-proxy: 1.15 and older do this",
        command:
          "kubectl -n kube-system get pods -l k8s-app=kube-proxy -o jsonpath='{.items[*].spec.containers[*].image}'",
      },
      told: versionsOf,
    }),
  ],
  fixes: [PROXY_NODE_IPS],
  remedy: remedyOf(PROXY_NODE_IPS),
  references: PROXY_NODE_IPS.references,
  summary({ seen }) {
    if (!seen) return "";
    const share = percent(weightOf(seen.burns.filter(listsAddresses)), weightOf(seen.burns));
    return `${share} of what kube-proxy burns there is spent on listing the node's addresses, which its sync asks for again and again.`;
  },
});

const listsAddresses = ({ path }: Burn): boolean =>
  path.includes(NODE_IPS) || (path.includes(NODE_ADDRESSES) && path.includes(SYNC));

/** What tells the version of what was profiled: the profile itself, else the image of the kube-proxy on the node. */
function versionsOf({ seen, host }: About<Hotspot>): readonly ToldVersion[] {
  const built = seen && buildOf(seen.profile.model);
  // Profile and listing may lie on either side of an upgrade: what the program itself tells decides, its image speaks.
  if (!built) return componentVersions(host, "kube-proxy").map((told) => ({ ...told, isIndirect: true }));
  const text = `kube-proxy was built as ${built.version} by its source paths; ${PROXY_NODE_IPS.affected.fixedIn[0]} was the first that lists them once a sync`;
  const cite = { artifact: seen.profile.artifact.path, text, where: { file: built.file } };
  return [{ written: built.version, isIndirect: false, cite }];
}

/** The version in the paths of sources: release builds had it until 1.19 (anago), builds from modules have it. */
function buildOf(profile: Profile): { readonly version: string; readonly file: string } | undefined {
  const { functions } = profile;
  for (let row = 1; row < functions.count; row++) {
    if (profile.string(functions.name[row] ?? 0) !== SYNC) continue;
    const file = profile.string(functions.filename[row] ?? 0);
    const release = /\/(?:anago-|kubernetes@)(v1\.\d+\.\d+)/.exec(file);
    if (release) return { version: release[1] ?? "", file };
  }
  return undefined;
}
