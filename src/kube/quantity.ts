/** Powers of 1,024 and of 1,000 that a quantity may end in. */
const SUFFIXES: ReadonlyMap<string, number> = new Map([
  ["", 1],
  ["n", 1e-9],
  ["u", 1e-6],
  ["m", 1e-3],
  ["k", 1e3],
  ["M", 1e6],
  ["G", 1e9],
  ["T", 1e12],
  ["P", 1e15],
  ["E", 1e18],
  ["Ki", 2 ** 10],
  ["Mi", 2 ** 20],
  ["Gi", 2 ** 30],
  ["Ti", 2 ** 40],
  ["Pi", 2 ** 50],
  ["Ei", 2 ** 60],
]);
const QUANTITY =
  /^([-+]?(?:\d{1,30}(?:\.\d{0,30})?|\.\d{1,30}))(?:([eE][-+]?\d{1,3})|([numkMGTPE]|[KMGTPE]i)?)$/;

/**
 * The number that a quantity of the API stands for, such as 0.25 for `250m` and 134217728 for `128Mi`: cores of `cpu`, bytes of
 * `memory`. The grammar is that of apimachinery's `resource.Quantity`.
 *
 * @returns `undefined` for what is none
 */
export function quantityOf(written: string): number | undefined {
  const [, digits, exponent = "", suffix = ""] = QUANTITY.exec(written) ?? [];
  const unit = SUFFIXES.get(suffix);
  return digits === undefined || unit === undefined ? undefined : Number(digits + exponent) * unit;
}
