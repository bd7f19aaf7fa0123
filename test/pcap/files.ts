// Writes capture files for tests.
import { join } from "./frames.ts";

/** A frame with its time, in whole nanoseconds since 1970. */
export interface Timed {
  time: bigint;
  frame: Uint8Array;
  /** Bytes on the wire, where the frame was cut. */
  length?: number;
  /** Kuznetzov's packet type, or the direction bits of pcapng. */
  type?: number;
}

export interface Order {
  littleEndian?: boolean;
}

const SECOND = 1_000_000_000n;

/** Numbers of a size in bytes, in one byte order. */
const writer =
  (littleEndian: boolean) =>
  (size: number, ...values: (number | bigint)[]): Uint8Array =>
    join(
      ...values.map((value) => {
        const big = BigInt.asUintN(64, BigInt(value));
        const out = Uint8Array.from({ length: size }, (_, i) => Number((big >> BigInt(8 * i)) & 255n));
        return littleEndian ? out : out.toReversed();
      }),
    );

export interface PcapOptions extends Order {
  nanoseconds?: boolean;
  /** Kuznetzov's variant. */
  long?: boolean;
  linkType?: number;
  snaplen?: number;
  minor?: number;
}

export function pcap(frames: readonly Timed[], options: PcapOptions = {}): Uint8Array {
  const {
    littleEndian = true,
    nanoseconds = false,
    long = false,
    linkType = 1,
    snaplen = 262_144,
    minor = 4,
  } = options;
  const n = writer(littleEndian);
  const magic = long ? 0xa1b2cd34 : nanoseconds ? 0xa1b23c4d : 0xa1b2c3d4;
  const records = frames.map(({ time, frame, length = frame.length, type = 0 }) => {
    const fraction = (time % SECOND) / (nanoseconds ? 1n : 1000n);
    const tail = long ? join(n(4, 3), n(2, 0x0800), n(1, type, 0)) : new Uint8Array(0);
    const lengths = minor < 3 ? [length, frame.length] : [frame.length, length];
    return join(n(4, time / SECOND, fraction, ...lengths), tail, frame);
  });
  return join(n(4, magic), n(2, 2, minor), n(4, 0, 0, snaplen, linkType), ...records);
}

/** A pcapng block of any type. */
export function block(type: number, body: Uint8Array, { littleEndian = true }: Order = {}): Uint8Array {
  const n = writer(littleEndian);
  const padded = join(body, new Uint8Array((4 - (body.length % 4)) % 4));
  const length = padded.length + 12;
  return join(n(4, type, length), padded, n(4, length));
}

export function option(code: number, value: Uint8Array, { littleEndian = true }: Order = {}): Uint8Array {
  const n = writer(littleEndian);
  return join(n(2, code, value.length), value, new Uint8Array((4 - (value.length % 4)) % 4));
}

export function section(order: Order = {}): Uint8Array {
  const n = writer(order.littleEndian ?? true);
  return block(0x0a0d0d0a, join(n(4, 0x1a2b3c4d), n(2, 1, 0), n(8, -1)), order);
}

export interface InterfaceOptions extends Order {
  linkType?: number;
  snaplen?: number;
  /** if_tsresol, as its byte. */
  resolution?: number;
  /** if_tsoffset, in seconds. */
  offset?: number;
}

export function interfaceBlock(options: InterfaceOptions = {}): Uint8Array {
  const { linkType = 1, snaplen = 0, resolution, offset } = options;
  const n = writer(options.littleEndian ?? true);
  const extra = [
    ...(resolution === undefined ? [] : [option(9, Uint8Array.of(resolution), options)]),
    ...(offset === undefined ? [] : [option(14, n(8, offset), options)]),
  ];
  return block(1, join(n(2, linkType, 0), n(4, snaplen), ...extra), options);
}

/** Ticks of a resolution byte in a time that counts from an offset. */
export function ticksOf(time: bigint, resolution = 6, offset = 0): bigint {
  const unit = (resolution & 0x80 ? 2n : 10n) ** BigInt(resolution & 0x7f);
  return ((time - BigInt(offset) * SECOND) * unit) / SECOND;
}

export function packetBlock(from: number, ticks: bigint, timed: Timed, order: Order = {}): Uint8Array {
  const n = writer(order.littleEndian ?? true);
  const { frame, length = frame.length, type } = timed;
  const padding = new Uint8Array((4 - (frame.length % 4)) % 4);
  const flags = type === undefined ? new Uint8Array(0) : option(2, n(4, type), order);
  return block(
    6,
    join(n(4, from, ticks >> 32n, ticks & 0xffffffffn, frame.length, length), frame, padding, flags),
    order,
  );
}

export function obsoletePacketBlock(
  from: number,
  ticks: bigint,
  timed: Timed,
  order: Order = {},
): Uint8Array {
  const n = writer(order.littleEndian ?? true);
  const { frame, length = frame.length } = timed;
  return block(
    2,
    join(n(2, from, 7), n(4, ticks >> 32n, ticks & 0xffffffffn, frame.length, length), frame),
    order,
  );
}

export const simplePacketBlock = (frame: Uint8Array, order: Order = {}): Uint8Array =>
  block(3, join(writer(order.littleEndian ?? true)(4, frame.length), frame), order);

/** Interface statistics with ifdrop and osdrop. */
export function statisticsBlock(from: number, ifdrop: number, osdrop: number, order: Order = {}): Uint8Array {
  const n = writer(order.littleEndian ?? true);
  const options = [option(5, n(8, ifdrop), order), option(7, n(8, osdrop), order)];
  return block(5, join(n(4, from, 0, 0), ...options), order);
}

/** One section with one interface. */
export function pcapng(frames: readonly Timed[], options: InterfaceOptions = {}): Uint8Array {
  const { resolution, offset } = options;
  return join(
    section(options),
    interfaceBlock(options),
    ...frames.map((each) => packetBlock(0, ticksOf(each.time, resolution, offset), each, options)),
  );
}

/** Frames at seconds behind a fixed start, as a classic file. */
export function scene(
  frames: readonly (readonly [seconds: number, frame: Uint8Array])[],
  options?: PcapOptions,
): Uint8Array {
  return pcap(
    frames.map(([seconds, frame]) => ({
      time: 1_700_000_000n * SECOND + BigInt(Math.round(seconds * 1e9)),
      frame,
    })),
    options,
  );
}
