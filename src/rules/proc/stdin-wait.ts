import type { Cite, HostEvidence, ProcessFiles } from "../../evidence/index.ts";
import { citeOfTask, processFilesOf } from "../../evidence/index.ts";
import type { Task } from "../../procstack/index.ts";
import { nameOf, waitInWords } from "../../procstack/index.ts";
import type { Missing } from "../engine/index.ts";
import { defineSymptom } from "../engine/index.ts";

/** A program that nobody types to and that waits for somebody to type. */
export interface StdinWait {
  readonly task: Task;
  readonly files: ProcessFiles;
  /** The program's path or name, where it is known. */
  readonly program: string | undefined;
  /** What shows that nobody sits at it. */
  readonly because: Cite;
  readonly on: "terminal" | "pipe";
}

/** Where CNI plugins lie: the default, and those of distributions that have their own. */
const CNI_FOLDER =
  /(?:^|\/)(?:opt\/cni\/bin|libexec\/cni|lib\/cni|cni\/bin|cni\/networking\/plugins)\/[^/]+$/;
/** Programs that run others by themselves. Shims and conmon are not among them: they run what people sit at, too. */
const DAEMON =
  /^(?:kubelet|dockerd|containerd|crio|cri-dockerd|cron|crond|anacron|atd|systemd-udevd|supervisord|runsvdir|monit|kube-proxy|multus|puppet|chef-client|salt-minion|ansible)$/;
/** Programs whose work is to read what is typed. */
const INTERACTIVE =
  /^-?(?:ba|da|a|z|k|c|tc|fi|)sh$|^(?:login|su|sudo|agetty|getty|mingetty|sulogin|less|more|most|man|vim?|nano|emacs|ed|top|htop|screen|tmux|script|ssh|mysql|psql|redis-cli|gdb|dlv|python[\d.]*|node|irb|bc|cat)$/;

const COLLECT: Missing = {
  text: "what the program was started with, and what its descriptors are",
  command: "tr '\\0' '\\n' < /proc/PID/environ; ls -l /proc/PID/fd; cat /proc/PID/syscall   # as root",
};

/** A program without a person that waits for its standard input. */
export const stdinWait = defineSymptom<StdinWait>({
  id: "proc/stdin-wait",
  title: "a program that nobody types to waits for its standard input",
  description:
    "A task that a daemon started (a CNI plugin, a job of cron, a helper of the kubelet) waits for input of a terminal, which it has inherited. A " +
    "shell at its prompt, a pager, an editor, and whatever a person runs at a terminal are normal. On a pipe only a CNI plugin that should read nothing counts: servers wait on pipes all day.",
  remedy: [
    "Start the program with </dev/null, or with the input that it expects. One that waits already can be killed.",
  ],
  references: ["https://man7.org/linux/man-pages/man3/termios.3.html"],
  *detect(host) {
    for (const wait of waitsOf(host)) {
      const { task, because, on } = wait;
      const what = on === "terminal" ? "its terminal" : "a pipe";
      const where = task.cites.stack ?? task.cites.wchan;
      yield {
        subject: { kind: "process", name: nameOf(task), ...(task.tid !== undefined && { pid: task.tid }) },
        summary: `${nameOf(task)} waits for input of ${what}, and nobody sits at it: ${because.text}.`,
        evidence: [...(where ? [citeOfTask(where, waitInWords(task), task)] : []), ...stdinOf(wait), because],
        data: wait,
        weight: 1,
        missing: wait.files.environ && wait.files.descriptors ? [] : [COLLECT],
      };
    }
  },
});

function waitsOf(host: HostEvidence): StdinWait[] {
  const files = processFilesOf(host);
  return host.tasks.flatMap((task) => {
    const on = task.site?.id === "tty-read" ? "terminal" : task.site?.id === "pipe-read" ? "pipe" : undefined;
    if (on === undefined || task.kernelThread === true || task.moved) return [];
    // Its threads share the descriptors; the first stands for the process.
    const own = files.get(task.pid ?? -1) ?? files.get(task.tid ?? -1) ?? {};
    const program = task.cmdline?.[0] ?? own.maps?.value.binary ?? task.comm;
    if (!isStdin(own, on)) return [];
    const because = reasonOf(task, own, program, on, host);
    return because ? [{ task, files: own, program, because, on }] : [];
  });
}

/** Whether it is descriptor 0 that it reads, as far as anything tells. */
function isStdin({ reads, descriptors }: ProcessFiles, on: StdinWait["on"]): boolean {
  if (reads && reads.value !== 0) return false;
  const zero = descriptors?.find(({ value }) => value.fd === 0);
  if (descriptors && !zero) return false;
  // On a pipe nothing but the listing shows that it is the standard input.
  return zero ? zero.value.kind === on : on === "terminal";
}

function reasonOf(
  task: Task,
  { environ, maps }: ProcessFiles,
  program: string | undefined,
  on: StdinWait["on"],
  host: HostEvidence,
): Cite | undefined {
  const command = environ?.get("CNI_COMMAND");
  // ADD and DEL read their network's configuration there, as they should.
  if (on === "pipe") return command?.value === "VERSION" ? command.cite : undefined;
  if (command) return command.cite;
  if (INTERACTIVE.test(baseName(program ?? "")) || INTERACTIVE.test(task.comm ?? "")) return undefined;
  const path = [task.cmdline?.[0], maps?.value.binary].find(
    (one) => one !== undefined && CNI_FOLDER.test(one),
  );
  const where = task.cites.cmdline ?? task.cites.comm;
  if (path !== undefined && where) return citeOfTask(where, `its program is the CNI plugin ${path}`, task);
  const parent = host.tasks.find(({ tid }) => tid !== undefined && tid === task.ppid);
  const by = parent?.cites.comm ?? parent?.cites.cmdline;
  if (!parent || !by || !DAEMON.test(parent.comm ?? "")) return undefined;
  return citeOfTask(by, `its parent is ${nameOf(parent)}, a daemon`, parent);
}

/** Whether a program lies where CNI plugins do. */
export const isPluginPath = (path: string): boolean => CNI_FOLDER.test(path);

const baseName = (path: string): string => path.split("/").at(-1) ?? "";

function stdinOf({ files }: StdinWait): Cite[] {
  const zero = files.descriptors?.find(({ value }) => value.fd === 0);
  return [...(zero ? [zero.cite] : []), ...(files.reads ? [files.reads.cite] : [])];
}
