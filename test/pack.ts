import { crc32, deflateRawSync } from "node:zlib";

type Files = Readonly<Record<string, Uint8Array>>;

const bytes = (size: number, fill: (view: DataView) => void): Buffer => {
  const buffer = Buffer.alloc(size);
  fill(new DataView(buffer.buffer, buffer.byteOffset, size));
  return buffer;
};

/** A zip archive with deflated members and a directory, as of APPNOTE.TXT 6.3. */
export function packZip(files: Files): Uint8Array {
  const parts: Buffer[] = [];
  const directory: Buffer[] = [];
  let at = 0;
  for (const [path, content] of Object.entries(files)) {
    const name = Buffer.from(path);
    const packed = deflateRawSync(content);
    // From the needed version to the extra field's length, which both headers have alike.
    const common = bytes(26, (view) => {
      view.setUint16(0, 20, true);
      view.setUint16(2, 0x800, true);
      view.setUint16(4, 8, true);
      view.setUint32(10, crc32(content), true);
      view.setUint32(14, packed.length, true);
      view.setUint32(18, content.length, true);
      view.setUint16(22, name.length, true);
    });
    const local = Buffer.concat([Buffer.from("PK\x03\x04"), common, name, packed]);
    const tail = bytes(14, (view) => view.setUint32(10, at, true));
    directory.push(Buffer.concat([Buffer.from("PK\x01\x02\x14\x00"), common, tail, name]));
    parts.push(local);
    at += local.length;
  }
  const length = directory.reduce((sum, entry) => sum + entry.length, 0);
  const end = bytes(18, (view) => {
    view.setUint16(4, directory.length, true);
    view.setUint16(6, directory.length, true);
    view.setUint32(8, length, true);
    view.setUint32(12, at, true);
  });
  return new Uint8Array(Buffer.concat([...parts, ...directory, Buffer.from("PK\x05\x06"), end]));
}

/** An xz file of one block whose LZMA2 chunks are not compressed, as of The .xz File Format 1.1. */
export function packXz(content: Uint8Array): Uint8Array {
  const withCrc = (part: Buffer): Buffer =>
    Buffer.concat([part, bytes(4, (view) => view.setUint32(0, crc32(part), true))]);
  const padded = (part: Buffer): Buffer => Buffer.concat([part, Buffer.alloc((4 - (part.length % 4)) % 4)]);
  const number = (value: number): number[] =>
    value < 128 ? [value] : [(value % 128) + 128, ...number(Math.floor(value / 128))];
  const flags = Buffer.from([0, 1]);
  const header = withCrc(Buffer.from([2, 0, 0x21, 1, 0x16, 0, 0, 0]));
  const chunks: Buffer[] = [];
  for (let at = 0; at < content.length; at += 65536) {
    const piece = content.subarray(at, at + 65536);
    chunks.push(
      Buffer.from([at === 0 ? 1 : 2, (piece.length - 1) >> 8, (piece.length - 1) & 255]),
      Buffer.from(piece),
    );
  }
  const data = Buffer.concat([...chunks, Buffer.from([0])]);
  const check = bytes(4, (view) => view.setUint32(0, crc32(content), true));
  const index = withCrc(
    padded(Buffer.from([0, 1, ...number(header.length + data.length + 4), ...number(content.length)])),
  );
  const back = bytes(4, (view) => view.setUint32(0, index.length / 4 - 1, true));
  const tail = Buffer.concat([back, flags]);
  const footer = Buffer.concat([
    bytes(4, (view) => view.setUint32(0, crc32(tail), true)),
    tail,
    Buffer.from("YZ"),
  ]);
  const magic = Buffer.from([0xfd, 0x37, 0x7a, 0x58, 0x5a, 0]);
  const start = Buffer.concat([magic, withCrc(flags)]);
  return new Uint8Array(Buffer.concat([start, header, padded(data), check, index, footer]));
}

/** A Zstandard frame of blocks that are not compressed, as of RFC 8878. */
export function packZstd(content: Uint8Array): Uint8Array {
  const size = 131_072;
  // One segment, whose length stands in four bytes.
  const header = bytes(9, (view) => {
    view.setUint32(0, 0xfd2fb528, true);
    view.setUint8(4, 0xa0);
    view.setUint32(5, content.length, true);
  });
  const blocks: Buffer[] = [];
  for (let at = 0; at === 0 || at < content.length; at += size) {
    const piece = content.subarray(at, at + size);
    const head = (at + size >= content.length ? 1 : 0) | (piece.length << 3);
    blocks.push(Buffer.from([head & 255, (head >> 8) & 255, head >> 16]), Buffer.from(piece));
  }
  return new Uint8Array(Buffer.concat([header, ...blocks]));
}
