const OCTET = "(?:25[0-5]|2[0-4]\\d|1?\\d?\\d)";
const IPV4 = new RegExp(`^(?:${OCTET}\\.){3}${OCTET}$`);
const GROUP = /^[0-9a-f]{1,4}$/i;

/** Whether a word is an IPv4 or IPv6 address as files of configuration write it, an IPv6 one perhaps with its zone. */
export function isAddress(word: string): boolean {
  if (IPV4.test(word)) return true;
  const [address = "", zone, more] = word.split("%");
  if (zone === "" || more !== undefined || !address.includes(":")) return false;
  const halves = address.split("::");
  if (halves.length > 2) return false;
  const groups = halves.flatMap((half) => (half === "" ? [] : half.split(":")));
  const last = groups.at(-1);
  const embedded = last !== undefined && IPV4.test(last);
  const count = groups.length + (embedded ? 1 : 0);
  if (halves.length === 1 ? count !== 8 : count > 7) return false;
  return groups.every((group, i) => GROUP.test(group) || (embedded && i === groups.length - 1));
}
