import { defineLogSymptom } from "../log-symptom.ts";

/** Kubelet says so itself and ends (with Docker), or the runtime refuses each container, since kubelet names its cgroup in the other way. */
export const cgroupDriverMismatch = defineLogSymptom({
  id: "kube/cgroup-driver-mismatch",
  title: "kubelet and the container runtime manage cgroups differently",
  description:
    "Kubelet says so itself and ends (with Docker), or the runtime refuses each container, since kubelet names its cgroup in the other way.",
  remedy: [
    "Set both to systemd where systemd is the init: cgroupDriver in kubelet's configuration, SystemdCgroup = true for containerd's runc, native.cgroupdriver=systemd for Docker. Drain the node first: the cgroups of running pods change.",
  ],
  references: [
    "https://kubernetes.io/docs/tasks/administer-cluster/kubeadm/configure-cgroup-driver/",
    "https://github.com/kubernetes/kubernetes/issues/43805",
    "https://github.com/containerd/containerd/issues/4857",
  ],
  missing: [
    {
      text: "both settings",
      command:
        "grep cgroupDriver /var/lib/kubelet/config.yaml; crictl info | grep -i systemdcgroup; docker info | grep -i cgroup",
    },
  ],
  namesItsCause: true,
  signatures: ["cgroup-driver-mismatch"],
  inEvents: {},
  least: { lines: 1 },
  says: ({ fields }) =>
    `Kubelet is set to ${fields["kubelet"]}, the container runtime to ${fields["runtime"]}.`,
});
