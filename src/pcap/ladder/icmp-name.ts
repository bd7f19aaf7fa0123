const V4 = new Map<string, string>([
  ["3/0", "network unreachable"],
  ["3/1", "host unreachable"],
  ["3/2", "protocol unreachable"],
  ["3/3", "port unreachable"],
  ["3/4", "fragmentation needed"],
  ["3/9", "network prohibited"],
  ["3/10", "host prohibited"],
  ["3/13", "administratively prohibited"],
  ["5/0", "redirect for the network"],
  ["5/1", "redirect for the host"],
  ["11/0", "TTL exceeded"],
  ["11/1", "reassembly time exceeded"],
]);
const V6 = new Map<string, string>([
  ["1/0", "no route"],
  ["1/1", "administratively prohibited"],
  ["1/3", "address unreachable"],
  ["1/4", "port unreachable"],
  ["1/5", "source address refused by policy"],
  ["2/0", "packet too big"],
  ["3/0", "hop limit exceeded"],
  ["3/1", "reassembly time exceeded"],
]);

/** What an ICMP error says, in IANA's words shortened; its type and code for a rare one. */
export function icmpName({ type, code, v6 }: { type: number; code: number; v6: boolean }): string {
  return (v6 ? V6 : V4).get(`${type}/${code}`) ?? `type ${type} code ${code}`;
}
