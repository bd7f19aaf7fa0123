/** Columns that only the filling of a `HandshakeTable` needs. */
export class HandshakeScratch {
  /** Of the latest try; signed. */
  lastTsval: Int32Array = new Int32Array(0);
  lastIpId: Uint16Array = new Uint16Array(0);
  /** Of the latest SYN-ACK. */
  serverIsn: Int32Array = new Int32Array(0);
  synAckTsval: Int32Array = new Int32Array(0);
  synsAtSynAck: Uint16Array = new Uint16Array(0);
  /** The first and the last kept retry, in `Retries`; -1 for none. */
  firstRetry: Int32Array = new Int32Array(0);
  lastRetry: Int32Array = new Int32Array(0);
}
