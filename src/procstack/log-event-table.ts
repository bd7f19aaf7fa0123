/** What a one-line event of the kernel's log is about. */
export type EventKind =
  | "conntrack-full"
  | "filesystem-error"
  | "filesystem-shutdown"
  | "fork-rejected"
  | "hardware-error"
  | "io-error"
  | "ipvs-no-destination"
  | "martian-source"
  | "neighbour-overflow"
  | "nvme-timeout"
  | "oops"
  | "over-mtu"
  | "overlay-d-type"
  | "syn-flooding"
  | "tcp-memory"
  | "tcp-orphans"
  | "time-wait-overflow"
  | "xfs-allocation-deadlock"
  | "xid"
  | "zfs-suspended";

/** How one kind of line is told. */
export interface EventRow {
  readonly kind: EventKind;
  /** Its named groups become the event's details. Anchored, or led by a literal: each runs on one line only. */
  readonly pattern: RegExp;
}

/**
 * The lines, by the words of the kernel's own format strings; where kernels differ, of all of them. The first row that fits
 * has the line.
 */
export const EVENT_ROWS: readonly EventRow[] = [
  // net/netfilter/nf_conntrack_core.c; before 3.x `ip_conntrack`, with a repeated prefix since 4.x, and the namespace since 6.16.
  {
    kind: "conntrack-full",
    pattern: /^(?:(?:nf|ip)_conntrack: )+table full(?: in netns (?<netns>\d+))?,(?: dropping packet|$)/,
  },
  // net/core/neighbour.c: `neighbour: arp_cache: neighbor table overflow!`, before 4.3 `Neighbour table overflow.`
  {
    kind: "neighbour-overflow",
    pattern: /^(?:(?:IPv[46]: )?(?:neighbour: )?(?:(?<table>\w+): )?neighbou?r table overflow)/i,
  },
  // net/ipv4/tcp_input.c: `TCP: request_sock_TCP: Possible SYN flooding on port 80. Sending cookies.`, newer `on port 10.0.0.1:80.`
  {
    kind: "syn-flooding",
    pattern:
      /^(?:TCP: )?(?:\w+: )?possible SYN flooding on port (?<port>[\w.:[\]]*\w)\. (?<action>Sending cookies|Dropping request)/i,
  },
  // net/ipv4/tcp.c, tcp_check_oom.
  { kind: "tcp-memory", pattern: /^(?:TCP: )?out of memory -- consider tuning tcp_mem/ },
  { kind: "tcp-orphans", pattern: /^(?:TCP: )?too many (?:of )?orphaned sockets/i },
  { kind: "time-wait-overflow", pattern: /^(?:TCP: )?time wait bucket table overflow/ },
  // block/blk-core.c, print_req_error and its predecessors; `op` since 4.20.
  {
    kind: "io-error",
    pattern:
      /^(?:blk_update_request: |print_req_error: |end_request: )?(?<what>I\/O|critical medium|critical target|critical nexus|critical space allocation|timeout) error, dev (?<device>[\w/!.-]+)(?:, sector (?<sector>\d+))?(?: op (?<op>0x\w+:\(\w+\)))?/,
  },
  // fs/buffer.c.
  {
    kind: "io-error",
    pattern: /^Buffer (?<what>I\/O) error on dev(?:ice)? (?<device>[\w/!.-]+), logical block (?<sector>\d+)/,
  },
  // drivers/nvme/host/pci.c: `nvme nvme0: I/O 12 QID 3 timeout, aborting`; since 6.0 `I/O tag 12 (500c) opcode 0x2 … QID 3 timeout`.
  {
    kind: "nvme-timeout",
    pattern:
      /^nvme (?<device>nvme\d+): I\/O (?:tag )?\d+ .{0,80}?QID (?<queue>\d+) timeout, (?<action>[a-z ]+)/,
  },
  {
    kind: "filesystem-shutdown",
    pattern:
      /^XFS \((?<device>[\w/!.-]+)\): .{0,300}?(?:Shutting down filesystem|Filesystem has been shut down)/,
  },
  {
    kind: "filesystem-shutdown",
    pattern:
      /^(?<fs>EXT[234]-fs|JBD2?|BTRFS)(?: .{0,80}?)??[ (](?:device )?(?<device>[\w/!.-]+)\)?:.{0,120}?[Rr]emounting filesystem read-only/,
  },
  {
    kind: "filesystem-error",
    pattern: /^(?<fs>EXT[234]-fs) error \(device (?<device>[\w/!.-]+)\): (?<what>.{0,300})/,
  },
  {
    kind: "filesystem-error",
    pattern:
      /^(?<fs>XFS) \((?<device>[\w/!.-]+)\): (?<what>(?:Internal error|Corruption|Metadata corruption|metadata I\/O error).{0,300})/i,
  },
  // arch/x86/mm/fault.c: the second form since 5.1.
  {
    kind: "oops",
    pattern:
      /^BUG: (?:unable to handle kernel )?(?:kernel )?(?<what>NULL pointer dereference)(?: at|, address:) ?(?<address>\(null\)|[0-9a-fx]+)/,
  },
  {
    kind: "oops",
    pattern:
      /^BUG: (?<what>unable to handle (?:kernel paging request|page fault))(?: at| for address:) ?(?<address>[0-9a-fx]+)/,
  },
  // arch/arm64/mm/fault.c.
  {
    kind: "oops",
    pattern:
      /^Unable to handle kernel (?<what>NULL pointer dereference|paging request)[a-z ]*at virtual address (?<address>[0-9a-f]+)/,
  },
  // arch/x86/kernel/traps.c, since 5.6 with `, probably for non-canonical address …`; a program's own begins with `traps:`.
  {
    kind: "oops",
    pattern:
      /^(?<what>general protection fault)(?:, [\w -]{1,60} 0x(?<address>[0-9a-f]+))?: [0-9a-f]{4} \[#\d+\]/,
  },
  // lib/bug.c.
  { kind: "oops", pattern: /^kernel BUG at (?<what>[\w/.-]{1,200}:\d+)!/ },
  // kernel/cgroup/pids.c.
  { kind: "fork-rejected", pattern: /^cgroup: fork rejected by pids controller in (?<cgroup>\S.{0,1000})/ },
  // net/ipv4/route.c, ip_handle_martian_source.
  {
    kind: "martian-source",
    pattern:
      /^(?:IPv4: )?martian source (?<destination>[\d.]+) from (?<source>[\d.]+), on dev (?<device>\S+)/,
  },
  // fs/xfs/kmem.c.
  {
    kind: "xfs-allocation-deadlock",
    pattern:
      /^XFS: (?:(?<comm>.{1,64})\((?<pid>\d+)\) )?possible memory allocation deadlock(?: size (?<size>\d+))?/,
  },
  // net/netfilter/ipvs: ip_vs_scheduler_err.
  {
    kind: "ipvs-no-destination",
    pattern:
      /^IPVS: (?<scheduler>\w+): (?:(?<protocol>TCP|UDP|SCTP) (?<address>\S+)|FWM \d+ \S+) - no destination available/,
  },
  { kind: "xid", pattern: /^NVRM: Xid \((?<device>PCI:[^)]{1,60})\): (?<code>\d+)/ },
  // arch/x86/kernel/cpu/mce/core.c, drivers/edac.
  // drivers/acpi/apei/ghes.c puts the number of its report before each line, drivers/acpi/apei/bert.c none.
  {
    kind: "hardware-error",
    pattern: /^(?:mce: )?(?:\{(?<report>\d+)\})?\[Hardware Error\]: +(?<what>.{1,300})/,
  },
  {
    kind: "hardware-error",
    pattern: /^(?:mce: )?(?<what>Uncorrected hardware memory error in user-access at [0-9a-f]+)/,
  },
  {
    kind: "hardware-error",
    pattern: /^EDAC (?<device>\w+): \d+ (?<what>[UC]E .{1,200}) on /,
  },
  // fs/overlayfs/super.c, ovl_make_workdir; before 4.13 or so it went on with `This is an invalid configuration.`
  { kind: "overlay-d-type", pattern: /^overlayfs: upper fs needs to support d_type\b/ },
  // OpenZFS, module/zfs/zio.c, zio_suspend: since 2.2 with the reason behind it.
  {
    kind: "zfs-suspended",
    pattern:
      /^WARNING: Pool '(?<pool>[^']{1,255})' has encountered an uncorrectable I\/O failure and has been suspended/,
  },
  // net/core/dev.c and drivers of overlays.
  { kind: "over-mtu", pattern: /^(?:(?<device>\S+): )?dropped over-mtu packet: (?<size>\d+) > (?<mtu>\d+)/ },
];

/** What any of these lines has in it: nearly all other lines of a log have none of it. */
export const EVENT_HINT =
  /table full|table overflow|SYN flooding|tuning tcp_mem|orphaned|error, dev|Buffer I\/O|nvme\d+: I\/O|Shutting down f|been shut down|filesystem read-only|-fs error|XFS \(|NULL pointer|nable to handle|fork rejected|martian source|allocation deadlock|no destination|Xid|Hardware Error|EDAC |over-mtu|has been suspended|kernel BUG at|general protection|support d_type|Uncorrected hardware/;
