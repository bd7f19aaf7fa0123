/** Columns that tell the copies of a row before and after address translation, as in `HandshakeTable` and `DnsTable`. */
interface TranslatedColumns {
  linked: Int32Array;
  counted: Uint8Array;
  originalClient: Int32Array;
  originalClientPort: Uint16Array;
}

/** Links a row to the copy that was seen just before it, which then counts no second time. */
export function linkCopies(columns: TranslatedColumns, before: number, row: number): void {
  const { linked, counted, originalClient, originalClientPort } = columns;
  linked[before] = row;
  linked[row] = before;
  counted[before] = 0;
  originalClient[row] = originalClient[before] as number;
  originalClientPort[row] = originalClientPort[before] as number;
}
