/** A page of WebAssembly's memory, in bytes. */
export const PAGE: number = 1 << 16;

/** WebAssembly's linear memory, as far as it is used here: of a fixed size, so that views of it stay what they are. */
export interface WasmMemory {
  readonly buffer: ArrayBuffer;
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
  const pages = Math.ceil(bytes / PAGE);
  return new WebAssembly.Memory({ initial: pages, maximum: pages });
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
