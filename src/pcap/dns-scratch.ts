/** Columns that only the filling of a `DnsTable` needs. */
export class DnsScratch {
  ipId: Uint16Array = new Uint16Array(0);
  ttl: Uint8Array = new Uint8Array(0);
  answerIpId: Uint16Array = new Uint16Array(0);
  vni: Int32Array = new Int32Array(0);
  /** The previous query with the same hash of id, type and name, from whom and to whom ever; -1 for none. */
  previousSameQuestion: Int32Array = new Int32Array(0);
}
