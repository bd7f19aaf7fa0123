import type { Cite } from "../../evidence/index.ts";
import { lacksAddress, listenersAt } from "../../evidence/index.ts";
import { fitsPaws } from "../../pcap/index.ts";
import type { About, Answer } from "../engine/index.ts";
import { cantTell, defineCause, fails, holds } from "../engine/index.ts";
import { count } from "../words.ts";
import type { Behind } from "../behind.ts";
import { behindSockets } from "../behind.ts";
import { backendSilence } from "./backend-silence.ts";
import { citeSyns } from "./listener-loss.ts";
import { answerLogged } from "./logged-drops.ts";
import { isListening, numberOf, ofListener } from "./of-listener.ts";
import { losesData } from "./path-loss.ts";
import { portPairs } from "./port-pairs.ts";
import { queuePattern } from "./queue-pattern.ts";
import { ACCEPT_COUNTER, HALF_OPEN_COUNTER, isFull, listenerSockets, queueOf } from "./queue-state.ts";
import { sourceSplit } from "./source-split.ts";
import type { ListenerLoss } from "./syn-unanswered.ts";
import { synUnanswered } from "./syn-unanswered.ts";
import { citeLostHere, isTelling, sum, timestampTables } from "./timestamp-split.ts";

/** Backlogs up to these are what kernels begin with, and small for a busy listener. */
const SMALL = { "net.core.somaxconn": 128, "net.ipv4.tcp_max_syn_backlog": 1024 } as const;
/** With so many SYNs on both sides of a split, no queue that looks at neither makes it by chance: 1 of 252. */
const SURELY = 5;

/** A listener's queues are of a fixed length. What finds one full is dropped in silence, and the client tries again. */
export const synBacklogOverflow = defineCause<ListenerLoss>({
  id: "tcp/syn-backlog-overflow",
  title: "a listener's queue is too short for its bursts",
  description:
    "A listener has two queues: of half-open connections (tcp_max_syn_backlog), and of those that wait for accept() (the " +
    "backlog of listen(), at most somaxconn). A SYN that finds the accept queue full is dropped in silence; one that finds the " +
    "half-open queue full is, where syncookies are off. In a capture losses come in bursts, or with many half-open " +
    "connections, or SYN-ACKs are sent again though the client's ACK has come.",
  explains: [synUnanswered],
  tests: [
    {
      statement: "the losses go with the load on the listener's queues",
      axis: "traffic",
      holds: "strong",
      fails: "decisive",
      ask: {
        text: "a capture on the listener's node over a time of losses, with both directions",
        command: "tcpdump -i any -s 128 -w syn.pcap 'tcp port PORT'",
      },
      answer: ({ seen }) => answerTraffic(seen),
    },
    {
      statement: "the kernel has counted connections that found a queue full",
      axis: "counter",
      holds: "strong",
      fails: "decisive",
      ask: {
        text: "the counters ListenOverflows and TCPReqQFullDrop of the listener's network namespace, twice with a minute between",
        command: "nstat -az TcpExtListenOverflows TcpExtTCPReqQFullDrop TcpExtTCPReqQFullDoCookies",
      },
      answer: answerCounters,
    },
    {
      statement: "the listener's accept queue was full when it was looked at",
      axis: "state",
      holds: "strong",
      fails: "weak",
      ask: {
        text: "the queues of the listener: Recv-Q at its Send-Q is a full accept queue",
        command: "ss -lnt",
      },
      answer: answerSocket,
    },
    {
      statement: "the kernel logged more half-open connections to the port than its queue holds",
      axis: "time",
      // It says so once for each listener, perhaps long before.
      holds: "weak",
      answer: (about) =>
        answerLogged(
          about,
          "syn-flooding",
          ({ details }) => portOf(details["port"]) === about.seen?.listener.port,
        ),
    },
    {
      statement: "the queues are as short as kernels begin with",
      axis: "config",
      holds: "weak",
      ask: {
        text: "the limits of both queues, and whether a full one of half-open connections sends cookies",
        command: "sysctl net.core.somaxconn net.ipv4.tcp_max_syn_backlog net.ipv4.tcp_syncookies",
      },
      answer: answerLimits,
    },
  ],
  remedy: [
    "Find what keeps the program from accepting: a pause, a lock, too few workers. A longer queue only rides out bursts.",
  ],
  advice: (about) => ({ remedy: [...ownLimit(about), REMEDY[queueOf(about) ?? "either"]], references: [] }),
  references: [
    "https://docs.kernel.org/networking/ip-sysctl.html",
    "https://docs.kernel.org/networking/snmp_counter.html",
    "listen(2)",
  ],
  summary: summarise,
});

const ACCEPT_REMEDY =
  "Raise the backlog that the program gives to listen() and net.core.somaxconn, which limits it; the program must be started anew.";
const HALF_OPEN_REMEDY =
  "Raise net.ipv4.tcp_max_syn_backlog and net.core.somaxconn with the program's own backlog, and turn net.ipv4.tcp_syncookies on.";
const REMEDY = {
  accept: ACCEPT_REMEDY,
  "half-open": HALF_OPEN_REMEDY,
  either: `${ACCEPT_REMEDY} For half-open connections: ${HALF_OPEN_REMEDY}`,
} as const;

/** Where the length of the accept queue is less than somaxconn, it is the program that asked for no more. */
function ownLimit(about: About<ListenerLoss>): string[] {
  const socket = listenerSockets(about).find(isFull);
  const limit = numberOf(about.host.sysctl("net.core.somaxconn"));
  if (!socket || !limit.known || socket.sendQ >= limit.value) return [];
  return [
    `The program asked listen() for ${socket.sendQ}, and net.core.somaxconn would allow ${limit.value}: the program's own backlog is what to raise.`,
  ];
}

/** `80`, or `10.0.0.1:80` and `[::]:80` as newer kernels have it. */
const portOf = (text = ""): number => Number(text.slice(text.lastIndexOf(":") + 1));

function answerTraffic(seen: ListenerLoss | undefined): Answer {
  if (!seen) return cantTell();
  const contrary = whyNot(seen);
  if (contrary) return contrary;
  const { burst, ackIgnored, halfOpen } = queuePattern(seen);
  const cites: Cite[] = [];
  if (burst) {
    const text =
      `${burst.lost} SYNs to ${seen.listener.key} were lost in bursts: within ${burst.seconds} s before them ${burst.median} others ` +
      `had come (median), and fewer before those that were answered at once`;
    cites.push(citeSyns(seen, seen.lost, text));
  }
  if (halfOpen !== undefined) {
    const text = `SYNs to ${seen.listener.key} were lost while ${halfOpen} connections (median) were half open`;
    cites.push(citeSyns(seen, seen.lost, text));
  }
  const ignored = ackIgnored.length > 1;
  if (ignored) {
    const text = `${ackIgnored.length} SYN-ACKs of ${seen.listener.key} were sent again though the client's ACK had come`;
    cites.push(citeSyns(seen, ackIgnored, text));
  }
  if (cites.length === 0) return cantTell("uncovered");
  // At the client nobody sees whether its ACK arrived; and a path that loses packets loses ACKs.
  const onlyIgnored = ignored && cites.length === 1;
  const isDoubtful = onlyIgnored && (seen.atClient || losesData(seen, ackIgnored));
  // A host that dies in a rush looks like one whose queue stays full, until it sends something.
  const onlyBurst = burst !== undefined && cites.length === 1;
  const isWeak = isDoubtful || (onlyBurst && !("spoke" in backendSilence(seen)));
  return holds(cites, {
    of: { n: seen.lost.length, total: seen.lost.length },
    ...(isWeak ? { atMost: "weak" } : {}),
  });
}

/** A queue looks neither at timestamps nor at addresses, and drops only what comes to it. */
function whyNot(seen: ListenerLoss): Answer | undefined {
  const total = seen.lost.length;
  if (seen.lostHere.length * 2 > total) return fails([citeLostHere(seen)]);
  const splits = timestampTables(seen).filter(fitsPaws);
  const behind = sum(splits, (table) => table.regressedUnanswered);
  if (behind * 2 >= total && isTelling(splits)) {
    const clean = sum(splits, (table) => table.monotoneAnswered);
    const text = `the timestamps of ${behind} of ${total} lost SYNs went back for their source address; those of ${clean} answered ones did not`;
    return fails(
      [citeSyns(seen, seen.lost, text)],
      behind >= SURELY && clean >= SURELY ? {} : { atMost: "strong" },
    );
  }
  const pairs = portPairs(seen);
  if (pairs.length * 2 > total && pairs.length > 1) {
    const text = `${pairs.length} of ${total} lost SYNs shared their source port with another address's at that moment`;
    const rows = pairs.map(({ loser }) => loser);
    return fails([citeSyns(seen, rows, text)], { atMost: "strong" });
  }
  const { silenced, othersAnswered, othersLost } = sourceSplit(seen);
  if (othersLost > 0 || othersAnswered === 0 || silenced.length === 0) return undefined;
  const beside = silenced.reduce((sum, source) => sum + source.triesBesideAnswers, 0);
  if (beside === 0) return undefined;
  const text =
    `all lost SYNs are of ${count(silenced.length, "address", "addresses")} that never got an answer; others were answered ` +
    `within a second of ${beside} of their tries`;
  const isSure = beside >= SURELY && othersAnswered >= SURELY;
  return fails([citeSyns(seen, seen.lost, text)], isSure ? {} : { atMost: "strong" });
}

function answerCounters(about: About<ListenerLoss>): Answer {
  const { host, seen } = about;
  if (seen?.atClient === true) return cantTell("uncovered");
  const names = [ACCEPT_COUNTER, HALF_OPEN_COUNTER];
  const growths = names.map((name) => host.counterGrowth(name));
  const grown = growths.flatMap((growth) => (growth.known && growth.value > 0 ? [growth.cite] : []));
  // A namespace that hasn't the listener's address counts other listeners' losses.
  const isOthers = ({ artifact }: Cite): boolean =>
    seen !== undefined && lacksAddress(host, artifact, seen.listener.address);
  if (grown.length > 0) {
    // All listeners of the namespace count in one: that it was this one, its losses or its socket must show.
    const isThis =
      seen !== undefined &&
      !grown.every(isOthers) &&
      (isListening(about) || answerTraffic(seen).is === "holds" || listenerSockets(about).some(isFull));
    return holds(grown, isThis ? {} : { atMost: "weak" });
  }
  // What a whole life has counted says nothing where nothing is wrong.
  if (!seen) return cantTell("uncovered");
  const totals = names.map((name) => host.counter(name));
  const counted = totals.flatMap((total) => (total.known && total.value > 0 ? [total.cite] : []));
  const still = growths.flatMap((growth) => (growth.known ? [growth.cite] : []));
  if (counted.length > 0) {
    // They did not move while somebody looked; whether that was the time of the losses isn't known.
    if (still.length > 0) return fails(still, { atMost: "weak" });
    const traffic = answerTraffic(seen);
    // A total since boot that is less than what was lost here is of other times.
    const drops = totals.reduce((all, total) => all + (total.known ? total.value : 0), 0);
    const isShown =
      traffic.is === "holds" &&
      traffic.atMost === undefined &&
      drops >= seen.lost.length &&
      !counted.every(isOthers);
    return holds(counted, isShown ? {} : { atMost: "weak" });
  }
  const [accept] = totals;
  if (accept === undefined) return cantTell();
  if (!accept.known) return cantTell(accept.why);
  const zero = totals.flatMap((total) => (total.known ? [total.cite] : []));
  // A pod's counters are its own: zero on the node says nothing of a listener in a pod.
  return fails(zero, isListening(about) ? {} : { atMost: "strong" });
}

function answerSocket(about: About<ListenerLoss>): Answer {
  const sockets = listenerSockets(about);
  const full = sockets.filter(isFull);
  if (full.length > 0) {
    const cites = full.map(({ cite, recvQ, sendQ }) => ({
      ...cite,
      text: `${recvQ} connections wait in an accept queue for ${sendQ}: ${cite.text}`,
    }));
    cites.push(...behindOf(about).cites.slice(1));
    return holds(cites, about.seen ? {} : { atMost: "weak" });
  }
  if (!about.seen) return cantTell("uncovered");
  const told = sockets.filter(({ tellsLength }) => tellsLength);
  if (told.length > 0) return fails(told.map(({ cite }) => cite));
  return cantTell(about.host.sockets.length > 0 ? "uncovered" : "absent");
}

function answerLimits(about: About<ListenerLoss>): Answer {
  if (!about.seen) return cantTell();
  const keys = Object.entries(SMALL);
  const answers = keys.map(([key, small]) =>
    ofListener(about, numberOf(about.host.sysctl(key)), (value, cites) =>
      value <= small ? holds(cites) : fails(cites),
    ),
  );
  const small = answers.flatMap((answer) => (answer.is === "holds" ? answer.cites : []));
  if (small.length > 0) return holds(small);
  return answers.find(({ is }) => is === "cant-tell") ?? answers[0] ?? cantTell();
}

function summarise(about: About<ListenerLoss>): string {
  const { seen, host } = about;
  const queue = queueOf(about);
  const which =
    queue === "accept"
      ? "the accept queue, of connections that the program has not accepted yet"
      : queue === "half-open"
        ? "the queue of half-open connections"
        : undefined;
  if (!seen)
    return `Connections find ${which ?? "a listener's queue"} full on this node; no unanswered SYN was seen.`;
  const { burst, ackIgnored, halfOpen } = queuePattern(seen);
  const seenAs = [
    ...(burst
      ? [
          `${burst.lost} SYNs were lost in bursts, after some ${burst.median} others within ${burst.seconds} s`,
        ]
      : []),
    ...(halfOpen === undefined ? [] : [`SYNs were lost while ${halfOpen} connections were half open`]),
    ...(ackIgnored.length > 1
      ? [`${ackIgnored.length} SYN-ACKs were sent again behind the client's ACK`]
      : []),
  ];
  const traffic =
    seenAs.length > 0
      ? `At ${seen.listener.key} ${seenAs.join(", and ")}.`
      : `The capture doesn't show whether the ${count(seen.lost.length, "SYN")} lost at ${seen.listener.key} met a full queue.`;
  const counters = [ACCEPT_COUNTER, HALF_OPEN_COUNTER].flatMap((name) => {
    const total = host.counter(name);
    return total.known && total.value > 0 && !seen.atClient ? [`${name} ${total.value}`] : [];
  });
  const counted = counters.length > 0 ? ` The node has counted ${counters.join(" and ")}.` : "";
  return `${traffic}${counted}${which === undefined ? "" : ` What is full is ${which}.`}${behindOf(about).said}`;
}

/** The program that listens there, where it is known which. */
function behindOf({ host, seen }: About<ListenerLoss>): Behind {
  if (!seen || seen.atClient) return { said: "", cites: [] };
  const { address, port } = seen.listener;
  return behindSockets(
    host,
    listenersAt(host, address, port),
    "When sockets were listed, it listened there:",
  );
}
