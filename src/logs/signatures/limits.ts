import type { Signature } from "../signature.ts";

/** Limits of the machine that any program may run into, and says so in its own log. */
export const limitSignatures = [
  {
    // Of a path the first four parts: containers and snapshots have each a folder of their own.
    // What inotify and the memory cgroup call so has nothing to do with a disk.
    id: "no-space",
    means: "a file system is full: its blocks, its inodes, or a quota",
    literals: ["no space left on device", "No space left on device"],
    pattern:
      /(?:\b(?<call>open|openat|write|mkdir|mkdirat|symlink|link|copy|copying|sync|rename|truncate|fallocate|create) (?<path>(?:\/[^\s:"/]{1,100}){1,4})[^\s:"]{0,300}: )?[Nn]o space left on device/,
    except: /inotify|fsnotify|\/sys\/fs\/cgroup\//,
    keys: ["path"],
  },
  {
    id: "inotify-exhausted",
    means: "there are no more inotify watches or instances for the user",
    literals: ["no space left on device", "too many open files"],
    pattern: /(?:inotify|fsnotify).{0,400}(?:no space left on device|too many open files)/i,
    keys: [],
  },
  {
    id: "cgroup-ids-exhausted",
    means: "the kernel has no more ids for memory cgroups",
    literals: ["no space left on device"],
    pattern: /mkdir \/sys\/fs\/cgroup\/memory\/\S{1,300}: no space left on device/,
    keys: [],
  },
  {
    id: "thread-limit",
    means: "a Go program died of too many threads",
    literals: ["runtime: program exceeds "],
    pattern: /runtime: program exceeds (?<limit>\d{1,9})-thread limit/,
  },
  {
    id: "thread-limit",
    means: "a Go program died of too many threads",
    literals: ["runtime: failed to create new OS thread"],
    pattern: /failed to create new OS thread \(have (?<have>\d{1,9}) already; errno=(?<errno>\d{1,4})\)/,
    keys: ["errno"],
  },
  {
    id: "max-map-count",
    means: "a program does not start with so few memory areas as vm.max_map_count allows",
    literals: ["max virtual memory areas vm.max_map_count"],
    pattern:
      /vm\.max_map_count \[(?<value>\d{1,12})\](?: likely)? (?:is )?too low, increase to at least \[(?<needed>\d{1,12})\]/,
  },
] as const satisfies readonly Signature[];
