/** What compilers and linkers append to a clone of a function: `lo_rw_aio.isra.0`, `foo.constprop.3.part.1`, `bar.cold`. */
const CLONE = /(?:\.(?:isra|constprop|part|cold|llvm|lto_priv|cfi|cfi_jt|localalias)(?:\.\d+)?)+$/;

/** The names under which one system call's function appears, over kernels and architectures. */
const SYSCALL =
  /^(?:__(?:x64|arm64|ia32|x32|s390x?|riscv|powerpc|loongarch|se|do)_(?:compat_)?sys_|(?:compat_)?(?:SyS|SYSC|sys)_|C_SYSC_|ksys_)(?=[a-z])/;

/**
 * One name for a kernel function, whatever its build called it: clone suffixes go, ppc64's leading dot goes, and
 * `SyS_x`, `SYSC_x`, `__x64_sys_x`, `__arm64_sys_x`, `__se_sys_x`, `__do_sys_x` and `ksys_x` all become `sys_x`.
 */
export function foldSymbol(raw: string): string {
  const known = folded.get(raw);
  if (known !== undefined) return known;
  const bare = raw.replace(/^\.(?=[A-Za-z_])/, "").replace(CLONE, "");
  const symbol = bare.replace(SYSCALL, "sys_");
  // A kernel's log names the same few hundred functions again and again.
  if (folded.size < 4096) folded.set(raw, symbol);
  return symbol;
}

const folded = new Map<string, string>();

/** Frames by which a kernel stack ends: the entry from user space, or a thread's birth. */
const BOTTOM =
  /^(?:entry_|ret_from_(?!intr)|ret_fast_syscall$|ret_slow_syscall$|el0|system_call|syscall_call$|sysenter|int_signal$|sysret_|retint_(?!kernel)|stub_|tracesys)/;

/** Whether a frame of this folded name is the outermost of a stack, or one of the few that follow each other there. */
export function isBottom(symbol: string): boolean {
  return BOTTOM.test(symbol);
}
