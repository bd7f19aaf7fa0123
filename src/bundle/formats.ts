import type { Format, Model } from "../bytes/index.ts";
import type { KubeModels } from "../kube/index.ts";
import { kubeFormats } from "../kube/index.ts";
import type { LogModels } from "../logs/index.ts";
import { logFormats } from "../logs/index.ts";
import type { MetricsModels } from "../metrics/index.ts";
import { clusterMetricsFormat, metricsFormats } from "../metrics/index.ts";
import type { NodeModels } from "../node/index.ts";
import { nodeFormats } from "../node/index.ts";
import type { Capture } from "../pcap/index.ts";
import { captureFormat } from "../pcap/index.ts";
import type { GoroutineSet, Profile } from "../pprof/index.ts";
import { goroutineFormat, profileFormat } from "../pprof/index.ts";
import type { KernelFileModels, ProcModels } from "../procstack/index.ts";
import { kernelFileFormats, procFormats } from "../procstack/index.ts";

/** A text that no decoder knows and that was searched. */
export interface PlainText extends Model {
  readonly lines: number;
}

/** Every kind of artifact and what it decodes to. */
export interface ModelOf
  extends KernelFileModels, KubeModels, LogModels, MetricsModels, NodeModels, ProcModels {
  goroutines: GoroutineSet;
  pcap: Capture;
  pprof: Profile;
  text: PlainText;
}

/** For code that treats all formats alike. */
export type AnyFormat = Format<keyof ModelOf, Model>;

/** Every format, each asked "is this yours?": an artifact may be of several. */
export const FORMATS: readonly AnyFormat[] = [
  captureFormat,
  profileFormat,
  goroutineFormat,
  ...procFormats,
  ...kernelFileFormats,
  ...nodeFormats,
  ...kubeFormats,
  ...metricsFormats,
  ...logFormats,
];

/** The kinds of artifacts that a text may be of. */
export const KINDS: ReadonlySet<string> = new Set(["text", ...FORMATS.map(({ kind }) => kind)]);

/** Kinds that testify about the cluster, whichever host's folder they lie in. */
const CLUSTER_WIDE: ReadonlySet<string> = new Set(
  [...kubeFormats, clusterMetricsFormat].map(({ kind }) => kind),
);

/** Whether an artifact is of no host. */
export function isClusterWide({ kind }: { readonly kind: string }): boolean {
  return CLUSTER_WIDE.has(kind);
}
