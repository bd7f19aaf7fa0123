/** A page of WebAssembly's memory, in bytes. */
const PAGE = 1 << 16;
const MOST_PAGES = 1 << 16;

/** WebAssembly's linear memory. Views of it are good until it grows. */
export interface WasmMemory {
  readonly buffer: ArrayBuffer;
  grow(pages: number): number;
}

/** What is used of the API, whose types come with a browser's. */
interface WasmApi {
  readonly Memory: new (size: { initial: number; maximum: number }) => WasmMemory;
  readonly Module: new (code: Uint8Array) => object;
  readonly Instance: new (module: object, imports: object) => { readonly exports: unknown };
}

const { WebAssembly } = globalThis as unknown as { readonly WebAssembly: WasmApi };
const modules = new Map<string, object>();

/** A memory of zeros of at least that many bytes. What is never touched costs nothing. */
export function wasmMemory(bytes: number): WasmMemory {
  return new WebAssembly.Memory({ initial: Math.ceil(bytes / PAGE), maximum: MOST_PAGES });
}

/** Makes a memory at least that many bytes large. */
export function growTo(memory: WasmMemory, bytes: number): void {
  const missing = bytes - memory.buffer.byteLength;
  if (missing > 0) memory.grow(Math.ceil(missing / PAGE));
}

/**
 * Makes an instance of a module that `scripts/wasm.mjs` has compiled. Modules are small: each is compiled where it is first
 * needed, and once.
 *
 * @param text the module in base64
 * @param memory the one that it works in
 * @param imports functions that it calls, by name
 */
export function instantiate(
  text: string,
  memory: WasmMemory,
  imports: Readonly<Record<string, (...args: number[]) => number | void>> = {},
): unknown {
  let module = modules.get(text);
  if (module === undefined) {
    const code = atob(text);
    const bytes = new Uint8Array(code.length);
    for (let at = 0; at < code.length; at++) bytes[at] = code.charCodeAt(at);
    module = new WebAssembly.Module(bytes);
    modules.set(text, module);
  }
  return new WebAssembly.Instance(module, { env: { memory, ...imports } }).exports;
}
