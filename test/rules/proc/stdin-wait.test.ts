import { describe, expect, it } from "vitest";
import { analyzeFiles, findingOf, verdictsOf } from "../case.ts";
import { filesOf, without } from "./hang-case.ts";

const RULE = "proc/stdin-wait";
const FILES = filesOf("samples/cni-version/bundle");

/** A task that waits for its terminal. */
function reader(comm: string, parent: string, more: Record<string, string> = {}): Record<string, string> {
  const at = "b/proc/900";
  return {
    [`${at}/status`]: `Name:\t${comm}\nState:\tS (sleeping)\nTgid:\t900\nPid:\t900\nPPid:\t800\nTracerPid:\t0\n`,
    [`${at}/stack`]: ["wait_woken", "n_tty_read", "tty_read", "vfs_read"]
      .map((f) => `[<0>] ${f}+0x1/0x2\n`)
      .join(""),
    [`${at}/comm`]: `${comm}\n`,
    "b/proc/800/comm": `${parent}\n`,
    "b/proc/800/stack": "[<0>] do_wait+0x1/0x2\n",
    ...Object.fromEntries(Object.entries(more).map(([file, text]) => [`${at}/${file}`, text])),
  };
}
const seen = async (files: Record<string, string>) => verdictsOf(await analyzeFiles(files), RULE);

describe(RULE, () => {
  it("is seen of a plugin that reads descriptor 0, a terminal", async () => {
    const { evidence, missing } = findingOf(await analyzeFiles(FILES), RULE);
    const texts = evidence.map(({ text }) => text);
    expect(texts).toContain("descriptor 0 is /dev/pts/0");
    expect(texts).toContain("it is in system call 0, read, of descriptor 0");
    expect(texts).toContain("CNI_COMMAND=VERSION");
    expect(missing).toEqual([]);
  });

  it("is seen of what a daemon started, and asks for more", async () => {
    expect(await seen(reader("fetch-image", "kubelet"))).toEqual(["confirmed"]);
    const { missing } = findingOf(await analyzeFiles(reader("fetch-image", "crond")), RULE);
    expect(missing[0]?.command).toContain("environ");
  });

  it("is not seen of people's programs at their terminals", async () => {
    for (const comm of ["bash", "-bash", "less", "vim", "python3"])
      expect(await seen(reader(comm, "kubelet")), comm).toEqual([]);
    expect(await seen(reader("installer", "bash"))).toEqual([]);
    expect(await seen(reader("sh", "containerd-shim"))).toEqual([]);
    expect(await seen(reader("app", "containerd-shim"))).toEqual([]);
  });

  it("is not seen where it is another descriptor that is read, or where 0 is no terminal", async () => {
    const other = "0 0x5 0xc000 0x200 0x0 0x0 0x0 0x7ffc 0x4026\n";
    expect(await seen(reader("tool", "kubelet", { syscall: other }))).toEqual([]);
    const listing = "total 0\nlr-x------ 1 root root 64 Nov 22 13:56 0 -> /dev/null\n";
    expect(await seen(reader("tool", "kubelet", { fd: listing }))).toEqual([]);
  });

  it("takes a pipe only with a VERSION that should read nothing", async () => {
    const pipe = (command: string) =>
      Object.fromEntries(
        Object.entries(
          reader("lab-ipam", "kubelet", {
            environ: `CNI_COMMAND=${command}\nPATH=/opt/cni/bin\n`,
            fd: "lr-x------ 1 root root 64 Nov 22 13:56 0 -> 'pipe:[81231]'\n",
          }),
        ).map(([path, text]) => [
          path,
          text.replace(/wait_woken\+0x1\/0x2\n\[<0>\] n_tty_read/, "pipe_read"),
        ]),
      );
    expect(await seen(pipe("VERSION"))).toEqual(["confirmed"]);
    expect(await seen(pipe("ADD"))).toEqual([]);
  });

  it("goes by the program's place without its environment, and by nothing else", async () => {
    expect(await seen(without(FILES, /environ$/))).toEqual(["confirmed"]);
    expect(await seen(without(FILES, /environ$|cmdline$/))).toEqual([]);
  });
});
