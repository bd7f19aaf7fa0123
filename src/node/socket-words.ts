import type { Socket } from "./sockets.ts";

/** States that tools spell otherwise than `ss` does. */
const SPELLED: ReadonlyMap<string, string> = new Map(
  Object.entries({
    ESTABLISHED: "ESTAB",
    FIN_WAIT1: "FIN-WAIT-1",
    FIN_WAIT2: "FIN-WAIT-2",
  }),
);

/** A state of any tool as `ss` names it. */
export const stateName = (state: string): string => SPELLED.get(state) ?? state.replaceAll("_", "-");

/** A port; 0 for any. */
export const portOf = (port: string | undefined): number =>
  port === undefined || port === "*" ? 0 : Number(port);

/** `[::1]` and `fe80::1%eth0` as plain addresses; netstat's `::` and ss's `*` stay as they are. */
export const bareAddress = (address: string): string =>
  address
    .replace(/^\[|\]$/g, "")
    .replace(/%\w[\w.-]*/, "")
    .replace(/\]$/, "")
    .replace(/^::ffff:(?=\d+\.)/, "");

/** A row of `ss` or `netstat` as they print it. */
export interface PrintedRow {
  readonly state: string;
  readonly recvQ: string | undefined;
  readonly sendQ: string | undefined;
  readonly address: string;
  readonly port: string | undefined;
  readonly peer: string;
  readonly peerPort: string | undefined;
  /** 0 where there is none. */
  readonly inode: number;
}

/** What the row says of the socket, whichever tool printed it. */
export const rowValues = (row: PrintedRow): Pick<Socket, keyof PrintedRow> => ({
  state: stateName(row.state),
  recvQ: Number(row.recvQ),
  sendQ: Number(row.sendQ),
  address: bareAddress(row.address),
  port: portOf(row.port),
  peer: bareAddress(row.peer),
  peerPort: portOf(row.peerPort),
  ...(row.inode > 0 && { inode: row.inode }),
});
