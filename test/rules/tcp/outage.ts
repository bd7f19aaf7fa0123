import type { Attempt, Timed } from "../packets.ts";
import { attempt, capture } from "../packets.ts";

export const LISTENER = "10.0.0.2:8080";
export const NAT = "10.0.0.9";

/** Node files of a kernel that has tcp_tw_recycle, and has it on. */
export const OLD_KERNEL = "Linux node-b 3.10.0-957.el7.x86_64 #1 SMP x86_64 GNU/Linux\n";
export const NEW_KERNEL = "Linux node-b 5.4.0-90-generic #1 SMP x86_64 GNU/Linux\n";
export const sysctl = (recycle: 0 | 1, timestamps: 0 | 1 = 1) =>
  `net.ipv4.tcp_tw_recycle = ${recycle}\nnet.ipv4.tcp_timestamps = ${timestamps}\nnet.ipv4.ip_forward = 1\n`;
export const netstat = (rejected: number) =>
  `Tcp:\n    1 active connection openings\nTcpExt:\n${rejected > 0 ? `    ${rejected} passive connections rejected because of time stamp\n` : ""}    5 delayed acks sent\nIpExt:\n    InOctets: 1\n`;

/**
 * Two clients behind one address, the second's clock an hour behind: every connection of the first is answered, every one
 * of the second is dropped.
 */
export function natOutage(distance = 0): Uint8Array {
  const attempts = Array.from({ length: 12 }, (_, i): Attempt => {
    const ahead = i % 2 === 0;
    return {
      time: i * 1.5,
      from: `${NAT}:${40000 + i}`,
      to: LISTENER,
      tsval: (ahead ? 900_000_000 : 896_400_000) + i * 1500,
      outcome: ahead ? "answered" : "silence",
    };
  });
  return captureOf(attempts.map((each) => ({ ...each, distance })));
}

/** Attempts from several addresses, some lost whatever their timestamp: a queue that overflows, or a lossy path. */
export function randomLoss(): Uint8Array {
  return captureOf(
    Array.from({ length: 24 }, (_, i) => ({
      time: i * 0.5,
      from: `${NAT}:${41000 + i}`,
      to: LISTENER,
      // Kernels of today begin each connection at a random timestamp.
      tsval: Math.imul(i + 1, 2654435761) >>> 0,
      outcome: i % 4 === 3 ? "silence" : "answered",
    })),
  );
}

/** The capture of some attempts, with a last packet late enough to decide them all. */
export function captureOf(attempts: readonly Attempt[]): Uint8Array {
  const end = Math.max(...attempts.map(({ time }) => time)) + 30;
  const last: Timed[] = attempt({
    time: end,
    from: "10.0.0.77:5",
    to: "10.0.0.3:22",
    outcome: "answered",
    tsval: 5,
  });
  return capture([...attempts.flatMap(attempt), ...last]);
}
