/** What stands before a command that was typed: `$ `, `# `, `root@node-b:~# `, `[root@node-b ~]# `, `sh-4.2$ `. */
const PROMPT =
  /^[ \t]*(?:\[?[\w.-]{1,64}@[\w.-]{1,64}[: ][^\]\n#$%]{0,100}\]?|[\w.~/-]{0,64}) ?[#$%] ?(?:sudo )?(?:\/(?:usr\/)?s?bin\/)?(?:sysctl|netstat|nstat|ss|ip|iptables-save|ip6tables-save|conntrack|ethtool|ipvsadm|df|du|docker|uname|hostname|free|mount|cat|grep|head|tail|kubectl|oc)(?: [^\n]{0,300})?$/gm;

/** A text as its commands printed it: of the lines with which they were typed only the line endings are left. */
export const withoutTypedCommands = (text: string): string => text.replace(PROMPT, "");
