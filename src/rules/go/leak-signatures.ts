import type { Advice } from "../engine/index.ts";

/** A leak that others have had, by the stacks that it leaves behind. */
export interface LeakSignature extends Advice {
  /** What leaks, to stand after "known as". */
  readonly name: string;
  /** The stacks that one leaked thing keeps, each by functions that are all in it. */
  readonly stacks: readonly (readonly RegExp[])[];
  /** How many of these stacks must be there, in about equal numbers; one when absent. */
  readonly together?: number;
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
    remedy: [
      "Upgrade kube-apiserver: pull request 83333 ends these goroutines, from 1.17 on and in later patches of 1.14 to 1.16.",
    ],
    references: ["https://github.com/kubernetes/kubernetes/pull/83333"],
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
    remedy: [
      "Move to etcd's version 3 as the store: version 2 went from Kubernetes with 1.13. Until then, find who watches events from resourceVersion 0.",
    ],
    references: [
      "https://github.com/kubernetes/kubernetes/issues/70207",
      "https://github.com/kubernetes/kubernetes/issues/65732",
    ],
  },
  {
    name: "commands that containerd ran for probes, whose children keep their output open",
    stacks: [[/\/(?:pkg|internal)\/(?:cri\/)?(?:server\/)?io\.\(\*ExecIO\)\.Attach\.func\d/]],
    remedy: [
      "Upgrade containerd to 1.7.35, 2.0.12, 2.2.8 or later (CVE-2026-53495), and have no probe leave a process in the background.",
    ],
    references: [
      "https://github.com/containerd/containerd/issues/9668",
      "https://github.com/advisories/GHSA-7jxh-36q5-gcqv",
    ],
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
    remedy: [
      "Upgrade what serves DNS: miekg/dns kept every TCP connection in memory until the end of 2018, and with it k8s-dns " +
        "images (kube-dns, node-cache) before 1.15.8.",
      "See which clients open these connections: node-local DNS asks kube-dns by TCP.",
    ],
    references: ["https://github.com/miekg/dns/issues/807", "https://github.com/kubernetes/dns/issues/334"],
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
      "Where kubelet waits for containerd: 1.5.8 and later have a ttrpc without the deadlock behind it.",
    ],
    references: [
      "https://github.com/kubernetes/kubernetes/issues/106919",
      "https://github.com/containerd/containerd/pull/6229",
    ],
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
