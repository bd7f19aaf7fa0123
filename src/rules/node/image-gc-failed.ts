import { defineLogSymptom } from "../log-symptom.ts";
import { size } from "../words.ts";

/** The disk of the images is above kubelet's high threshold (85%), and the images that no container uses are not enough to bring it down. */
export const imageGcFailed = defineLogSymptom({
  id: "node/image-gc-failed",
  title: "kubelet can't free enough of the images' disk",
  description:
    "The disk of the images is above kubelet's high threshold (85%), and the images that no container uses are not enough to bring it down: at least twice, which is ten minutes apart or nearly.",
  remedy: [
    "Something else than images fills the disk: logs of containers, their writable layers, or another program's files. See docker system df -v or crictl imagefsinfo, and du of /var/lib/containerd, /var/lib/docker and /var/log.",
  ],
  references: ["https://kubernetes.io/docs/concepts/architecture/garbage-collection/"],
  missing: [
    {
      text: "what fills the disk",
      command: "df -h; df -i; crictl imagefsinfo; du -xhd2 /var/lib/containerd /var/lib/docker /var/log",
    },
  ],
  signatures: ["image-gc-failed"],
  inEvents: {},
  least: { lines: 2 },
  says: ({ fields }) =>
    `Kubelet wanted to free ${size(Number(fields["wanted"] ?? 0))} of images and could free ${size(Number(fields["freed"] ?? 0))}.`,
});
