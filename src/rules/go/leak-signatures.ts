import type { Advice } from "../engine/index.ts";
import type { ProgramFix } from "../fixes/index.ts";
import {
  APISERVER_TIMEOUT,
  CONTAINERD_EXEC_SYNC,
  CONTAINERD_TTRPC,
  ETCD2_WATCH,
  MIEKG_TCP,
  remedyOf,
} from "../fixes/index.ts";

/** A row of the table of fixes whose component's version can be told of a program that was dumped. */
export type LeakFix = ProgramFix & { readonly component: "containerd" | "kube-apiserver" | "miekg-dns" };

/** A leak that others have had, by the stacks that it leaves behind. */
export interface LeakSignature extends Advice {
  /** What leaks, to stand after "known as". */
  readonly name: string;
  /** The stacks that one leaked thing keeps, each by functions that are all in it. */
  readonly stacks: readonly (readonly RegExp[])[];
  /** How many of these stacks must be there, in about equal numbers; one when absent. */
  readonly together?: number;
  /** Since which versions it is mended. */
  readonly fix?: LeakFix;
  /** What the goroutines wait for. */
  readonly waits?: RegExp;
  /** Whether a function started them that no goroutine is in any more. */
  readonly creatorGone?: true;
  /** Whether any server of many clients looks the same: then it is an explanation of what leaks, if something does. */
  readonly general?: true;
  /** Whether its program ends what has been idle for seconds: what has waited for minutes was forgotten. */
  readonly endsIdle?: true;
}

/** Functions are spelt as in a stack, without what is before `vendor/`. More special leaks stand before general ones. */
export const LEAK_SIGNATURES: readonly LeakSignature[] = [
  {
    name: "requests that kube-apiserver timed out",
    stacks: [[/^k8s\.io\/apiserver\/pkg\/server\/filters\.\(\*timeoutHandler\)\.ServeHTTP\.func\d+$/]],
    waits: /^chan send/,
    fix: APISERVER_TIMEOUT,
    remedy: remedyOf(APISERVER_TIMEOUT),
    references: APISERVER_TIMEOUT.references,
  },
  {
    name: "watches whose client has gone while kube-apiserver's cache still sends to them",
    stacks: [[/^k8s\.io\/apiserver\/pkg\/storage\/cacher\.\(\*cacheWatcher\)\.sendWatchCacheEvent$/]],
    remedy: [
      "Upgrade kube-apiserver, and find the clients that watch and don't read: slow ones block these goroutines too.",
    ],
    references: [
      "https://github.com/kubernetes/kubernetes/issues/38670",
      "https://github.com/kubernetes/kubernetes/issues/137631",
    ],
  },
  {
    name: "watches of events that kube-apiserver kept in etcd's old store",
    stacks: [
      [/^k8s\.io\/apiserver\/pkg\/storage\/etcd\.(?:convertRecursiveResponse|\(\*etcdWatcher\)\.\w+)$/],
    ],
    fix: ETCD2_WATCH,
    remedy: remedyOf(ETCD2_WATCH),
    references: ETCD2_WATCH.references,
  },
  {
    name: "commands that containerd ran for probes, whose children keep their output open",
    stacks: [[/\/(?:pkg|internal)\/(?:cri\/)?(?:server\/)?io\.\(\*ExecIO\)\.Attach\.func\d/]],
    fix: CONTAINERD_EXEC_SYNC,
    remedy: remedyOf(CONTAINERD_EXEC_SYNC),
    references: CONTAINERD_EXEC_SYNC.references,
  },
  {
    name: "requests to dockerd about a container whose lock is not given back",
    stacks: [[/^github\.com\/docker\/docker\/daemon\.\(\*Daemon\)\.ContainerInspect(?:Current)?$/]],
    waits: /^semacquire|^sync\.(?:RW)?Mutex/,
    remedy: [
      "Find the goroutine that holds that container's lock: it is at its start, its health check or an exec, and waits for containerd or the kernel. Kubelet asks again and again meanwhile.",
    ],
    references: ["https://github.com/moby/moby/issues/36661", "https://github.com/moby/moby/issues/18848"],
  },
  {
    name: "connections of a DNS server that serves TCP with miekg/dns",
    stacks: [[/^github\.com\/miekg\/dns\.\(\*Server\)\.(?:serveTCPConn|serve|readTCP)$/]],
    waits: /^IO wait/,
    // Its idle timeout is 8 seconds, unless the program sets another.
    endsIdle: true,
    fix: MIEKG_TCP,
    remedy: remedyOf(MIEKG_TCP),
    references: MIEKG_TCP.references,
  },
  {
    name: "HTTP responses whose bodies are neither read to their end nor closed",
    stacks: [[/^net\/http\.\(\*persistConn\)\.readLoop$/], [/^net\/http\.\(\*persistConn\)\.writeLoop$/]],
    together: 2,
    waits: /^select/,
    remedy: ["Read every response's body to its end and close it, also where only the status matters."],
    references: ["https://github.com/golang/go/issues/16953"],
  },
  {
    name: "gRPC calls that are neither answered nor ended, and have no deadline",
    stacks: [
      [
        /^google\.golang\.org\/grpc\/internal\/transport\.\(\*(?:Client)?Stream\)\.waitOnHeader$|^google\.golang\.org\/grpc\/internal\/transport\.\(\*recvBufferReader\)\.read\w*Client$/,
      ],
    ],
    remedy: [
      "Give each call a context with a deadline, and look at the server: it has as many calls open.",
      ...remedyOf(CONTAINERD_TTRPC),
    ],
    references: CONTAINERD_TTRPC.references,
  },
  {
    name: "informers of client-go that are started again and again and never stopped",
    stacks: [
      [/^k8s\.io\/client-go\/tools\/cache\.\(\*processorListener\)\.run/],
      [/^k8s\.io\/client-go\/tools\/cache\.\(\*processorListener\)\.pop$/],
      [/^k8s\.io\/client-go\/tools\/cache\.\(\*sharedProcessor\)\.run$/],
      [/^k8s\.io\/client-go\/tools\/cache\.\(\*Reflector\)\.(?:ListAndWatch|watch|watchHandler)$/],
      [/^k8s\.io\/apimachinery\/pkg\/watch\.\(\*StreamWatcher\)\.receive$/],
    ],
    together: 2,
    remedy: [
      "Keep one informer for each kind and share it; where one must be replaced, close its stop channel and remove its event handlers.",
    ],
    references: [
      "https://github.com/linkerd/linkerd2/pull/10833",
      "https://github.com/kcp-dev/kcp/issues/3016",
    ],
  },
  {
    name: "work queues of client-go that are not shut down",
    stacks: [
      [/^k8s\.io\/client-go\/util\/workqueue\.\(\*(?:Type|Typed)(?:\[.*\])?\)\.updateUnfinishedWorkLoop$/],
      [/^k8s\.io\/client-go\/util\/workqueue\.\(\*delayingType(?:\[.*\])?\)\.waitingLoop$/],
    ],
    remedy: ["Call ShutDown of every queue that is not needed any more, and don't make one for each object."],
    references: [
      "https://github.com/prometheus/prometheus/issues/7692",
      "https://github.com/kubernetes/kubernetes/issues/94811",
    ],
  },
  {
    name: "results on an unbuffered channel that nobody receives, because who started the goroutine has left",
    stacks: [[]],
    waits: /^chan send$/,
    creatorGone: true,
    remedy: [
      "Give the result's channel a buffer of one: then the goroutine ends whether or not anybody still waits.",
    ],
    references: [
      "https://github.com/kubernetes/kubernetes/pull/83333",
      "https://github.com/kubernetes/kubernetes/pull/91160",
    ],
  },
  {
    name: "connections of a protocol of the program's own, waiting for peers that may be gone",
    stacks: [[/^net\.\(\*conn\)\.Read$|^crypto\/tls\.\(\*Conn\)\.Read$/, /^main\.|^[^/(]+\.[^/(]+\//]],
    waits: /^IO wait/,
    general: true,
    remedy: [
      "Set a read deadline before each read, or an idle timeout, so that a connection whose peer is gone ends.",
    ],
    references: ["https://github.com/stripe/veneur/pull/141"],
  },
];
