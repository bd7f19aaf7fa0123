import type { Artifact, Located, ModelOf } from "../bundle/index.ts";
import type {
  CorednsLog,
  HostsFile,
  Iptables,
  KernelRelease,
  LocalAddress,
  LocalAddresses,
  Nsswitch,
  ResolvConf,
  Socket,
  Sockets,
} from "../node/index.ts";
import type { Capture } from "../pcap/index.ts";
import type { GoroutineSet, Profile } from "../pprof/index.ts";
import { goroutinesOf } from "../pprof/index.ts";
import type { BlockingChain, KernelLog, Task } from "../procstack/index.ts";
import { blockingChains, joinTasks } from "../procstack/index.ts";
import { lineCite } from "./agreed.ts";
import type { Cite, Reading } from "./cite.ts";
import { ClusterEvidence } from "./cluster-evidence.ts";
import type { CounterKind, Growth, Snapshot } from "./counters.ts";
import { NETWORK_COUNTERS, growthBetween, growthIn, latestOf, leastOf, snapshotOf } from "./counters.ts";
import { modelsOf } from "./models-of.ts";
import { presentLogs } from "./present-logs.ts";
import type { Process } from "./process.ts";
import { readSysctl } from "./sysctl-reading.ts";
import { takesOf } from "./takes.ts";
import { taskParts } from "./task-takes.ts";
import { isOfOneMoment, processesOf } from "./process.ts";
import { runningKernel } from "./running-kernel.ts";

/** What a host's evidence is read beside. */
interface Beside {
  readonly cluster?: ClusterEvidence | undefined;
  readonly baseline?: HostEvidence | undefined;
  /** What was collected of the host, whether it could be read or not; its artifacts when absent. */
  readonly paths?: ReadonlySet<string>;
  /** What tells the time of the bundle's takes and is of no host. */
  readonly clocks?: readonly Artifact[];
}

/** What is known of one host. Everything derived is computed when first asked for. */
export class HostEvidence {
  /** `null` for the host that the bundle doesn't name. */
  readonly name: string | null;
  readonly artifacts: readonly Artifact[];
  /** What was collected of the host, whether it could be read or not. */
  readonly paths: ReadonlySet<string>;
  /** What the host is compared with: itself at another time where the names are equal, else a peer. */
  readonly baseline: HostEvidence | undefined;
  /** The cluster that the host is a node of, as the bundle lists it. */
  readonly cluster: ClusterEvidence;
  /** What tells the time of the bundle's takes and is of no host. */
  readonly clocks: readonly Artifact[];
  readonly #byKind = new Map<keyof ModelOf, readonly Located<ModelOf[keyof ModelOf]>[]>();
  readonly #bySource = new Map<CounterKind, readonly Snapshot[]>();
  #listening: Map<number, ListeningSocket[]> | undefined;
  #local: Map<string, { local: LocalAddress; cite: Cite }[]> | undefined;
  readonly #sysctl = new Map<string, Reading<string>>();
  #tasks: readonly Task[] | undefined;
  #chains: readonly BlockingChain[] | undefined;
  #goroutines: readonly Located<GoroutineSet>[] | undefined;
  #processes: readonly Process[] | undefined;

  constructor(name: string | null, artifacts: readonly Artifact[], beside: Beside = {}) {
    this.name = name;
    this.artifacts = artifacts;
    this.cluster = beside.cluster ?? new ClusterEvidence([]);
    this.baseline = beside.baseline;
    this.clocks = beside.clocks ?? [];
    this.paths = beside.paths ?? new Set(artifacts.map(({ path }) => path));
  }

  /** Packet captures that were taken on this host. */
  get captures(): readonly Located<Capture>[] {
    return this.models("pcap");
  }

  /** Goroutine snapshots, whether profiles or text dumps. */
  get goroutines(): readonly Located<GoroutineSet>[] {
    this.#goroutines ??= [
      ...this.models("goroutines"),
      ...this.profiles.flatMap(({ model, artifact }) => {
        const set = isOfOneMoment(model) ? goroutinesOf(model) : undefined;
        return set ? [{ model: set, artifact }] : [];
      }),
    ];
    return this.#goroutines;
  }

  get profiles(): readonly Located<Profile>[] {
    return this.models("pprof");
  }

  /** The processes that profiles and goroutine dumps are of. */
  get processes(): readonly Process[] {
    this.#processes ??= processesOf(this.profiles, this.goroutines, this.tasks);
    return this.#processes;
  }

  get kernelLogs(): readonly Located<KernelLog>[] {
    return this.models("kernel-log");
  }

  /** What resolvers are configured with: the node's, its containers', and the lists that theirs are made of. */
  get resolvConfs(): readonly Located<ResolvConf>[] {
    return this.models("resolv-conf");
  }

  get hostsFiles(): readonly Located<HostsFile>[] {
    return this.models("hosts-file");
  }

  get nsswitches(): readonly Located<Nsswitch>[] {
    return this.models("nsswitch");
  }

  get corednsLogs(): readonly Located<CorednsLog>[] {
    return this.models("coredns-log");
  }

  /** The tasks that the files of `/proc/PID` describe, joined by thread id. */
  get tasks(): readonly Task[] {
    this.#tasks ??= joinTasks(taskParts(this));
    return this.#tasks;
  }

  /** Who waits for whom below each pid namespace that can't be torn down. */
  get blockingChains(): readonly BlockingChain[] {
    this.#chains ??= blockingChains(this.tasks, presentLogs(this));
    return this.#chains;
  }

  /** A kernel parameter; of what the kernel counts the latest. A dump without the key leaves it unknown, as do two that contradict each other. */
  sysctl(key: string): Reading<string> {
    let reading = this.#sysctl.get(key);
    if (!reading) {
      reading = readSysctl(this, key);
      this.#sysctl.set(key, reading);
    }
    return reading;
  }

  /** The collected kernel parameters whose keys match. */
  sysctlKeys(pattern: RegExp): string[] {
    const keys = this.models("sysctl").flatMap(({ model }) => [...model.values.keys()]);
    return [...new Set(keys)].filter((key) => pattern.test(key)).sort();
  }

  /** The running kernel's release. */
  get kernel(): Reading<KernelRelease> {
    return runningKernel(this);
  }

  /**
   * A counter of the network stack by its kernel name (`netstat -s`, `nstat -az`, `/proc/net/netstat`): a total since boot,
   * which alone proves nothing about now. Zero where the whole section was printed without it, as net-tools does. Of several
   * snapshots the latest; where two tools disagree, as when one was asked later, the lesser value, but zero and more is unknown.
   */
  counter(name: string): Reading<number> {
    return leastOf(NETWORK_COUNTERS.map((kind) => latestOf(this.#snapshots(kind), name)));
  }

  /** By how much {@link counter} grew from one snapshot to another, of this bundle or of the host's own baseline. */
  counterGrowth(name: string): Growth {
    return leastOf(NETWORK_COUNTERS.map((kind) => this.#growth(kind, name)));
  }

  /**
   * A counter of connection tracking by its name in `conntrack -S`, summed over all CPUs: a total since the module was
   * loaded. Of several snapshots the latest.
   */
  conntrack(name: string): Reading<number> {
    return latestOf(this.#snapshots("conntrack-S"), name);
  }

  /** By how much {@link conntrack} grew from one snapshot to another, of this bundle or of the host's own baseline. */
  conntrackGrowth(name: string): Growth {
    return this.#growth("conntrack-S", name);
  }

  /** Listings of the host's TCP sockets. */
  get sockets(): readonly Located<Sockets>[] {
    return this.models("sockets");
  }

  /** The sockets among them that listen, on one port or on any, each with what listed it. */
  listeningSockets(port?: number): readonly ListeningSocket[] {
    if (!this.#listening) {
      this.#listening = new Map();
      for (const { model, artifact } of this.sockets) {
        for (const socket of model.sockets) {
          if (socket.state !== "LISTEN") continue;
          const listed = { socket, source: model.source, cite: lineCite(artifact, socket) };
          const others = this.#listening.get(socket.port);
          if (others) others.push(listed);
          else this.#listening.set(socket.port, [listed]);
        }
      }
    }
    return port === undefined ? [...this.#listening.values()].flat() : (this.#listening.get(port) ?? []);
  }

  /** Dumps of the host's iptables rules. */
  get iptables(): readonly Located<Iptables>[] {
    return this.models("iptables-save");
  }

  /** Listings of the host's own addresses: those of its interfaces, and its tables of local routes. */
  get localAddresses(): readonly Located<LocalAddresses>[] {
    return [...this.models("ip-addr"), ...this.models("ip-route-local")];
  }

  /** Where the host says that an address is its own. */
  localAddress(address: string): readonly { readonly local: LocalAddress; readonly cite: Cite }[] {
    if (!this.#local) {
      this.#local = new Map();
      for (const { model, artifact } of this.localAddresses) {
        for (const local of model.addresses) {
          const said = { local, cite: lineCite(artifact, local) };
          const others = this.#local.get(local.address);
          if (others) others.push(said);
          else this.#local.set(local.address, [said]);
        }
      }
    }
    return this.#local.get(address) ?? [];
  }

  #growth(kind: CounterKind, name: string): Growth {
    const growth = growthIn(this.#snapshots(kind), name);
    const { baseline } = this;
    // A peer's counters are another machine's, and so may be those of a host without a name.
    if (growth.known || baseline === undefined || this.name === null || baseline.name !== this.name)
      return growth;
    return growthBetween(baseline.#snapshots(kind), this.#snapshots(kind), name);
  }

  #snapshots(kind: CounterKind): readonly Snapshot[] {
    let snapshots = this.#bySource.get(kind);
    if (!snapshots) {
      snapshots = this.artifacts.flatMap((artifact) => {
        const { content } = artifact;
        const placed = takesOf(this).get(artifact);
        return content?.kind === kind && placed
          ? snapshotOf(content, artifact).map((each) => ({ ...each, ...placed }))
          : [];
      });
      this.#bySource.set(kind, snapshots);
    }
    return snapshots;
  }

  /** The artifacts of one kind, each with its model. */
  models<Kind extends keyof ModelOf>(kind: Kind): readonly Located<ModelOf[Kind]>[] {
    let models = this.#byKind.get(kind);
    if (!models) {
      models = modelsOf(this.artifacts, kind);
      this.#byKind.set(kind, models);
    }
    // What is kept under a kind is of that kind.
    return models as readonly Located<ModelOf[Kind]>[];
  }
}

/** A listening socket, and where it stands. */
export interface ListeningSocket {
  readonly socket: Socket;
  readonly source: Sockets["source"];
  readonly cite: Cite;
}
