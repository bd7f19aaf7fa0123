import { kernelSymptom } from "./kernel-symptom.ts";

/** Layers of containers lie on a file system that overlayfs can't work with rightly. */
export const overlayDType = kernelSymptom({
  id: "node/overlay-d-type",
  title: "the disk of containers' layers lacks d_type, which overlayfs needs",
  description:
    "`overlayfs: upper fs needs to support d_type` in the kernel's log: the file system below an overlay doesn't tell the types of directory entries, as XFS that was made with ftype=0. Files that a layer removed are " +
    "seen again, directories can't be removed, and images break.",
  kinds: ["overlay-d-type"],
  subjectOf: () => "node",
  summary: () =>
    "An overlay was mounted on a file system without d_type: what a layer removes is still seen in containers.",
  namesItsCause: true,
  missing: [
    {
      text: "how the file system was made",
      command: "xfs_info /var/lib/docker; docker info | grep -i d_type",
    },
  ],
  remedy: [
    "Make the file system anew with mkfs.xfs -n ftype=1 (the default since xfsprogs 3.2.3), or use ext4; it can't be changed in place. Pull the images again.",
  ],
  references: [
    "https://docs.docker.com/engine/storage/drivers/overlayfs-driver/",
    "https://github.com/kubernetes/node-problem-detector/issues/207",
  ],
});
