import type { CpuBacktrace } from "../../procstack/index.ts";
import { IPVS_ESTIMATION, remedyOf } from "../fixes/index.ts";

/** What it means that a CPU is long at a function. */
export interface CpuSite {
  /** Goes on a sentence that begins with the function's name. */
  readonly means: string;
  readonly remedy?: string;
  readonly reference?: string | undefined;
}

interface Row extends CpuSite {
  readonly functions: RegExp;
}

/** What is known of functions that CPUs are found at. The first that fits decides. */
const SITES: readonly Row[] = [
  {
    functions:
      /^(?:smp_call_function_(?:many|single)\w*|csd_lock_wait\w*|generic_exec_single|flush_tlb_\w+|native_flush_tlb_\w+|on_each_cpu\w*|multi_cpu_stop|stop_machine_\w+)$/,
    means: "it waits for other CPUs to answer its call: one of them does not, and is the one to look at",
    remedy:
      "Look at the CPU that does not answer: in its own lockup or stall, in what a hard lockup says, and in a virtual machine at steal time.",
    reference: "https://github.com/kubernetes/kubernetes/issues/65142",
  },
  {
    functions:
      /^(?:native_|__pv_)?queued_(?:spin|read|write)_lock_slowpath$|^(?:do|_|__)?_?raw_(?:spin|read|write)_lock\w*$|^queued_\w+_lock_slowpath$|^xen_(?:poll_irq\w*|lock_spinning)$|^__lock_text_start$/,
    means: "it spins for a lock that another CPU holds",
    remedy: "Look for the CPU that holds the lock: one that is long at a function below the same lock.",
  },
  {
    functions:
      /^(?:nf_nat_l4proto_unique_tuple|nf_nat_used_tuple|get_unique_tuple|nf_conntrack_tuple_taken|nf_nat_setup_info)$/,
    means: "it searches a free port for an address translation, which takes long where hardly any is left",
    remedy:
      "Give SNAT more ports or addresses: --random-fully, a wider port range, fewer connections to one destination.",
  },
  {
    functions: /^(?:estimation_timer|ip_vs_read_cpu_stats|ip_vs_estimation_\w+|ip_vs_chain_estimation)$/,
    means:
      "IPVS works out the statistics of all its services in one timer, which takes longer with each service and CPU",
    remedy: remedyOf(IPVS_ESTIMATION).join(" "),
    reference: IPVS_ESTIMATION.references[0],
  },
  {
    functions:
      /^(?:memcg_stat_show|mem_cgroup_\w*stat\w*|memcg_sum_events|memory_stat_(?:show|format)|mem_cgroup_iter|css_next_descendant_\w+|cgroup_rstat_\w+)$/,
    means:
      "someone reads a cgroup's statistics, which takes long where cgroups that were deleted are still there",
    remedy:
      "Count the cgroups in /proc/cgroups against those under /sys/fs/cgroup; dropping caches lets the dead ones go, and newer kernels do so themselves.",
    reference: "https://github.com/google/cadvisor/issues/1774",
  },
  {
    functions: /^(?:kauditd_\w+|audit_filter\w*|audit_log_\w+|__audit_\w+|audit_\w*tree\w*)$/,
    means: "it works for the audit subsystem",
    remedy: "Take rules away (auditctl -D) to see whether it ends.",
    reference: "https://github.com/amazonlinux/amazon-linux-2023/issues/988",
  },
  {
    functions:
      /^(?:move_expired_inodes|writeback_sb_inodes|wb_writeback|queue_io|inode_switch_wbs\w*|cleanup_offline_cgwbs_workfn)$/,
    means: "write-back goes through long lists of inodes",
    reference: "https://github.com/awslabs/amazon-eks-ami/issues/454",
  },
  {
    functions:
      /^(?:shrink_\w+|isolate_\w+|compact_\w+|__alloc_pages_slowpath|try_to_free_\w+|list_lru_\w+|super_cache_scan|prune_\w+|__list_lru_walk_one)$/,
    means: "it looks for memory to free and finds little",
    remedy: "Look at memory: what takes it, and whether a limit or the node is at its end.",
  },
  {
    functions:
      /^(?:dput|d_walk|shrink_dcache_\w+|__d_lookup\w*|__fsnotify_\w+|iput|evict_inodes|invalidate_\w+)$/,
    means: "it goes through a very large number of cached files",
  },
  {
    functions:
      /^(?:ipt_do_table|ip6t_do_table|nft_do_chain|nf_hook_slow|xt_\w+|ipt_\w+|get_counters|nft_\w+)$/,
    means: "a packet goes through very many rules, or a table of them is replaced",
    remedy: "Count the rules (iptables-save | wc -l): kube-proxy's grow with each service and endpoint.",
  },
  {
    functions: /^(?:gc_worker|nf_ct_iterate_\w+|get_next_corpse|nf_conntrack_\w+|__nf_conntrack_\w+)$/,
    means: "it goes through a very large table of connections",
  },
  {
    functions:
      /^(?:zap_pte_range|unmap_page_range|free_pages_and_swap_cache|release_pages|copy_page_range|clear_page\w*|clear_huge_page|change_protection\w*|free_unref_page\w*)$/,
    means: "it copies or gives back a very large memory map",
  },
  {
    functions:
      /^(?:handle_softirqs|__do_softirq|net_rx_action|process_backlog|__napi_poll|napi_poll|run_timer_softirq|tasklet_action\w*|ksoftirqd)$/,
    means: "it works through interrupts of devices or timers that do not end",
    remedy: "Look at /proc/softirqs and /proc/interrupts twice: which of them grows.",
  },
  {
    functions:
      /^(?:native_safe_halt|pv_native_safe_halt|default_idle\w*|acpi_idle_\w+|acpi_safe_halt|intel_idle\w*|mwait_idle\w*|cpuidle_\w+|cpu_idle\w*|do_idle|finish_task_switch)$/,
    means:
      "the CPU had nothing to do, or was about to do it: it most likely was not run at all, as in a virtual machine that was paused or starved",
    remedy: "In a virtual machine, look at steal time, live migrations and snapshots at that moment.",
  },
];

/** What is known of the place that a CPU was found at: by its function, else by those that called it. */
export function cpuSite({ at, stack }: CpuBacktrace): { function: string; site: CpuSite } | undefined {
  const callers = stack?.frames.flatMap(({ reliable, symbol }) => (reliable ? symbol : [])) ?? [];
  for (const name of [...(at === undefined ? [] : [at]), ...callers.slice(0, CALLERS)]) {
    const site = SITES.find(({ functions }) => functions.test(name));
    if (site) return { function: name, site };
  }
  return undefined;
}

/** Callers that may still say what a loop is about. */
const CALLERS = 8;
