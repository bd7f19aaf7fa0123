import { defineLogSymptom } from "../log-symptom.ts";

/** A component could not connect, or refused others, because of a certificate whose time is over, or has not come by this machine's clock. */
export const certificateExpired = defineLogSymptom({
  id: "kube/certificate-expired",
  title: "a certificate has expired, or is not valid yet",
  description:
    "A component could not connect, or refused others, because of a certificate whose time is over, or has not come by this machine's clock. At least twice.",
  remedy: [
    "Find which: kubeadm certs check-expiration, and openssl x509 -enddate -noout -in FILE for those in /var/lib/kubelet/pki and /etc/kubernetes/pki. Renew it (kubeadm certs renew) and restart who uses it.",
    "Where it is not valid yet, set the machine's clock.",
  ],
  references: [
    "https://kubernetes.io/docs/tasks/administer-cluster/kubeadm/kubeadm-certs/",
    "https://github.com/kubernetes/kubernetes/issues/65991",
  ],
  missing: [
    {
      text: "the ends of the certificates, and the clock",
      command: "kubeadm certs check-expiration; timedatectl",
    },
  ],
  namesItsCause: true,
  signatures: ["certificate-expired"],
  least: { lines: 2 },
  says: ({ fields }) =>
    `A certificate is ${fields["which"] === "before" ? "not valid yet by this machine's clock" : "past its end"}${limit(fields)}.`,
});

/** `: 2024-04-11T09:00:00Z`, where the line tells. */
const limit = ({ limit }: Readonly<Record<string, string>>): string =>
  limit === undefined ? "" : `: ${limit}`;
