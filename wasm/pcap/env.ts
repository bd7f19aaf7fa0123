// What the loops call: rare things, which src/pcap/core.ts does.

/** There may be no room for the next packet's addresses. */
export declare function makeRoomForAddresses(): void;

/** Told where each query goes when some are dropped, before they are: words from `to` on, -1 for those. */
export declare function dropQueries(to: usize): void;

/** Told of each connection that is dropped, by the address of its row. */
export declare function dropConnection(row: usize): void;
