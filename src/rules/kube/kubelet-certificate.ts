import type { About } from "../engine/index.ts";
import { cantTell, defineCause, holds } from "../engine/index.ts";
import type { LogSighting } from "../log-symptom.ts";
import { citesOf } from "../log-symptom.ts";
import { timeOf } from "../words.ts";
import { nodeNotReady, type UnreadyNode } from "./node-not-ready.ts";
import { isSilent, kubeletSays } from "./silent-kubelet.ts";

const LEAST = { lines: 2 };
/** What is of the API server, and not of a registry, a webhook or a volume's server. */
const OF_API =
  /currently active client certificate|bootstrap client certificate|\/api\/v1\/|\/apis\/|:6443\b/;
/** A connection that stands outlives the certificate it was made with by so much. */
const DAY = 86_400;
/** Clocks differ. */
const MINUTES = 600;

const saysOf = (about: About<UnreadyNode>): LogSighting[] =>
  kubeletSays(about, "certificate-expired", LEAST, "which").filter(
    ({ fields }) => fields["which"] !== "before",
  );

const isOfApi = ({ last, run }: LogSighting): boolean =>
  OF_API.test(last.text) || OF_API.test(run.first.text);

/** Since 1970, in seconds. */
function endOf({ fields }: LogSighting): number | undefined {
  const end = Date.parse((fields["limit"] ?? "").replace(" ", "T"));
  return Number.isNaN(end) ? undefined : end / 1000;
}

/** A kubelet whose certificate, or whose API server's, is past its end is refused. */
export const kubeletCertificate = defineCause<UnreadyNode>({
  id: "kube/kubelet-certificate",
  title: "the node's kubelet can't reach the API server: a certificate has expired",
  description:
    "Nothing is heard of the node's kubelet, and its own log shows why: up to its end it says that a certificate between it and the API server is past its end.",
  explains: [nodeNotReady],
  concerns: (about) => isSilent(about.seen) && saysOf(about).length > 0,
  tests: [
    {
      statement: "the kubelet's log says that a certificate for the API server has expired",
      axis: "state",
      holds: "strong",
      ask: {
        text: "the kubelet's log, and the ends of its certificates",
        command:
          "journalctl --no-pager -u kubelet; openssl x509 -enddate -noout -in /var/lib/kubelet/pki/kubelet-client-current.pem",
      },
      answer(about) {
        const [first] = saysOf(about);
        return first ? holds(citesOf(first), isOfApi(first) ? {} : { atMost: "weak" }) : cantTell();
      },
    },
    {
      statement: "the node was last heard of when that certificate ended",
      axis: "time",
      holds: "strong",
      ask: { text: "the node's conditions with their times", command: "kubectl get nodes -o yaml" },
      answer(about) {
        const { seen, host } = about;
        const heard = seen?.ready.heartbeat;
        const node = seen?.node;
        for (const says of saysOf(about)) {
          const end = endOf(says);
          if (!node || end === undefined || heard === undefined || !isOfApi(says)) continue;
          if (heard < end - MINUTES || heard > end + DAY) continue;
          return holds([
            host.cluster.cite(
              node.object,
              `node ${node.name} was last heard of at ${timeOf(heard)}; the certificate ended at ${timeOf(end)}`,
            ),
          ]);
        }
        return cantTell("uncovered");
      },
    },
  ],
  remedy: [
    "Renew it: restart the kubelet where it rotates its own (rotateCertificates), approve its CSR (kubectl get csr), or join the node anew with a bootstrap token.",
    "Where it is the API server's: kubeadm certs renew all, on each control-plane node.",
  ],
  references: [
    "https://kubernetes.io/docs/tasks/tls/certificate-rotation/",
    "https://kubernetes.io/docs/tasks/administer-cluster/kubeadm/kubeadm-certs/",
  ],
  summary(about) {
    const { seen } = about;
    const [first] = saysOf(about);
    if (!seen || !first) return "";
    const end = endOf(first);
    const since = end === undefined ? "" : `, since ${timeOf(end)}`;
    return `The kubelet of node ${seen.node.name} runs, and can't reach the API server: a certificate is past its end${since}.`;
  },
});
