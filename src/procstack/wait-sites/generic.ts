import { names } from "./row.ts";

/** What a frame that only says *that* a task sleeps tells about how. */
export type Crossing = "percpu" | "rwsem" | "mutex" | "other";

/**
 * Frames of the scheduler and of locks' slow paths. x86 leaves most of them out of `/proc/PID/stack` (they stand in
 * `.sched.text`); other architectures and the kernel log show them. Order matters: the first that fits is taken.
 */
const GENERIC: readonly (readonly [Crossing, readonly string[]])[] = [
  [
    "percpu",
    names("percpu_rwsem_wait __percpu_down_read* percpu_down_read* percpu_down_write _percpu_down_write"),
  ],
  [
    "rwsem",
    names("rwsem_* call_rwsem_* down_read* down_write* __down_read* __down_write* rwbase_* __rwbase_*"),
  ],
  [
    "mutex",
    names(`
      mutex_lock* __mutex_lock* mutex_* ww_mutex_* __ww_mutex_* rt_mutex_* __rt_mutex_* rt_spin_lock* down
      __down* down_killable down_interruptible down_timeout lock_sock_nested __lock_sock`),
  ],
  [
    "other",
    names(`
      schedule schedule_timeout* schedule_hrtimeout* schedule_preempt_disabled schedule_idle __schedule*
      preempt_schedule* io_schedule* __switch_to* context_switch __cond_resched _cond_resched
      wait_for_completion* __wait_for_common do_wait_for_common wait_for_common* wait_woken
      bit_wait* __wait_on_bit* out_of_line_wait_on_bit* wait_on_bit* sleep_on_page* sleep_on_buffer
      __sleep_on_page* wait_var_event* out_of_line_wait_on_atomic* __wait_on_atomic*
      msleep* usleep_range* fsleep prepare_to_wait* closure_sync cv_wait_common __cv_wait* cv_wait*
      rcuwait_* swait_* do_wait_intr* freezable_* wait_event*`),
  ],
];

const EXACT = new Map<string, Crossing>();
const PREFIXES: (readonly [string, Crossing])[] = [];
for (const [crossing, names] of GENERIC) {
  for (const name of names) {
    if (name.endsWith("*")) PREFIXES.push([name.slice(0, -1), crossing]);
    else EXACT.set(name, crossing);
  }
}

/** What a generic frame says; `undefined` for any other. */
export function genericFrame(symbol: string): Crossing | undefined {
  return EXACT.get(symbol) ?? PREFIXES.find(([prefix]) => symbol.startsWith(prefix))?.[1];
}
