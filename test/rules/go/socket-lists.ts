/** What `ss -tanp` lists of a process, as iproute2 6.1 prints it. */
export function list(
  states: Readonly<Record<string, number>>,
  { pid = 77, comm = "orders", listeners = 2 }: { pid?: number; comm?: string; listeners?: number } = {},
): string {
  const users = `users:(("${comm}",pid=${pid},fd=3))`;
  const rows = Array.from({ length: listeners }, (_, i) => `LISTEN 0 4096 *:${8080 + i} *:* ${users}`);
  for (const [state, count] of Object.entries(states))
    for (let i = 0; i < count; i++)
      rows.push(`${state} 0 0 10.0.0.5:8080 10.0.${i >> 8}.${i & 255}:40000 ${users}`);
  return `State Recv-Q Send-Q Local Address:Port Peer Address:Port Process\n${rows.join("\n")}\n`;
}
