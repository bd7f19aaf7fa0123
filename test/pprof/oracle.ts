import fc from "fast-check";
import protobuf from "protobufjs";

/** The messages of profile.proto, for protobufjs: names and numbers, nothing else. */
const MESSAGES: Record<string, Record<string, [id: number, type: string, repeated?: true]>> = {
  Profile: {
    sampleType: [1, "ValueType", true],
    sample: [2, "Sample", true],
    mapping: [3, "Mapping", true],
    location: [4, "Location", true],
    function: [5, "Function", true],
    stringTable: [6, "string", true],
    dropFrames: [7, "int64"],
    keepFrames: [8, "int64"],
    timeNanos: [9, "int64"],
    durationNanos: [10, "int64"],
    periodType: [11, "ValueType"],
    period: [12, "int64"],
    comment: [13, "int64", true],
    defaultSampleType: [14, "int64"],
    docUrl: [15, "int64"],
  },
  ValueType: { type: [1, "int64"], unit: [2, "int64"] },
  Sample: { locationId: [1, "uint64", true], value: [2, "int64", true], label: [3, "Label", true] },
  Label: { key: [1, "int64"], str: [2, "int64"], num: [3, "int64"], numUnit: [4, "int64"] },
  Mapping: {
    id: [1, "uint64"],
    memoryStart: [2, "uint64"],
    memoryLimit: [3, "uint64"],
    fileOffset: [4, "uint64"],
    filename: [5, "int64"],
    buildId: [6, "int64"],
  },
  Location: { id: [1, "uint64"], mappingId: [2, "uint64"], address: [3, "uint64"], line: [4, "Line", true] },
  Line: { functionId: [1, "uint64"], line: [2, "int64"] },
  Function: {
    id: [1, "uint64"],
    name: [2, "int64"],
    systemName: [3, "int64"],
    filename: [4, "int64"],
    startLine: [5, "int64"],
  },
};

const root = new protobuf.Root();
for (const [name, fields] of Object.entries(MESSAGES)) {
  const type = new protobuf.Type(name);
  for (const [field, [id, of, repeated]] of Object.entries(fields))
    type.add(
      new protobuf.Field(field, id, of, repeated === true ? "repeated" : undefined, undefined, {
        packed: true,
      }),
    );
  root.add(type);
}
const PROFILE = root.lookupType("Profile");

/** A number as its decimal digits: protobufjs takes and gives 64 bits so. */
type Digits = string;
interface Decoded {
  sampleType?: { type: Digits; unit: Digits }[];
  sample?: {
    locationId?: Digits[];
    value?: Digits[];
    label?: { key: Digits; str: Digits; num: Digits; numUnit: Digits }[];
  }[];
  mapping?: Record<"id" | "memoryStart" | "memoryLimit" | "fileOffset" | "filename" | "buildId", Digits>[];
  location?: {
    id: Digits;
    mappingId: Digits;
    address: Digits;
    line?: { functionId: Digits; line: Digits }[];
  }[];
  function?: Record<"id" | "name" | "systemName" | "filename" | "startLine", Digits>[];
  stringTable?: string[];
  dropFrames: Digits;
  keepFrames: Digits;
  timeNanos: Digits;
  durationNanos: Digits;
  periodType?: { type: Digits; unit: Digits };
  period: Digits;
  comment?: Digits[];
  defaultSampleType: Digits;
  docUrl: Digits;
}

/** Decodes with protobufjs' reflection. */
export function oracle(bytes: Uint8Array): Decoded {
  const options = { longs: String, defaults: true, arrays: true } as const;
  return PROFILE.toObject(PROFILE.decode(bytes), options) as unknown as Decoded;
}

/** Encodes with protobufjs' reflection, which packs every repeated number. */
export function encode(profile: object): Uint8Array {
  return PROFILE.encode(PROFILE.fromObject(profile)).finish();
}

// Profiles for property tests, written in every way that protobuf allows.

const int64 = fc.oneof(
  fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }),
  fc.bigInt({ min: -3n, max: 300n }),
  fc.constantFrom(2n ** 53n, 2n ** 53n + 1n, -(2n ** 53n), -(2n ** 53n) - 1n, -(2n ** 63n), 2n ** 63n - 1n),
);
const uint64 = fc.bigInt({ min: 0n, max: 2n ** 64n - 1n });

type Packing = "packed" | "unpacked" | "mixed";
type Write = (writer: protobuf.Writer) => void;

function varint(field: number, value: bigint): Write {
  return (writer) => {
    writer.uint32(field << 3).uint64(BigInt.asUintN(64, value).toString());
  };
}
function message(field: number, parts: readonly Write[]): Write {
  return (writer) => {
    writer.uint32((field << 3) | 2).fork();
    for (const part of parts) part(writer);
    writer.ldelim();
  };
}
function numbers(field: number, values: readonly bigint[], packing: Packing): Write[] {
  if (packing === "unpacked") return values.map((value) => varint(field, value));
  if (packing === "mixed") {
    const half = values.length >> 1;
    return [
      ...numbers(field, values.slice(0, half), "packed"),
      ...numbers(field, values.slice(half), "unpacked"),
    ];
  }
  const run: Write = (writer) => {
    writer.uint32((field << 3) | 2).fork();
    for (const value of values) writer.uint64(BigInt.asUintN(64, value).toString());
    writer.ldelim();
  };
  return [run];
}

/** Ids of a table: small, huge, or both. */
const ids = (length: number) =>
  fc
    .oneof(
      fc.constant(Array.from({ length }, (_, index) => BigInt(index + 1))),
      fc.uniqueArray(fc.bigInt({ min: 1n, max: 2n ** 64n - 1n }), { minLength: length, maxLength: length }),
      fc.uniqueArray(fc.bigInt({ min: 1n, max: 200n }), { minLength: length, maxLength: length }),
      fc.constant(Array.from({ length }, (_, index) => 0x7fff_0000_0000n + 16n * BigInt(index))),
    )
    .filter((found) => found.length === length);

const optional = (field: number, value: fc.Arbitrary<bigint>): fc.Arbitrary<Write[]> =>
  fc.option(value).map((given) => (given === null ? [] : [varint(field, given)]));
/** Fields that no profile.proto has today. */
const unknown: Write = (writer) => {
  writer
    .uint32((16 << 3) | 5)
    .fixed32(7)
    .uint32((31 << 3) | 1)
    .fixed64(8)
    .uint32((17 << 3) | 2)
    .string("new");
};

const sizes = fc.record({
  strings: fc.array(fc.string({ unit: "binary", maxLength: 12 }), { maxLength: 8 }),
  mappings: fc.nat(3),
  functions: fc.integer({ min: 1, max: 8 }),
  locations: fc.integer({ min: 1, max: 40 }),
  samples: fc.nat(12),
  types: fc.integer({ min: 1, max: 4 }),
});

/** The bytes of a sound profile, its fields in any order. */
export const profileBytes: fc.Arbitrary<Uint8Array> = sizes
  .chain((size) => fc.tuple(fc.constant(size), ids(size.mappings), ids(size.functions), ids(size.locations)))
  .chain(([size, mappingIds, functionIds, locationIds]) => {
    const index = fc.bigInt({ min: 0n, max: BigInt(size.strings.length) });
    const all = (...parts: fc.Arbitrary<Write[]>[]) => fc.tuple(...parts).map((given) => given.flat());
    const one = (field: number, value: bigint): fc.Arbitrary<Write[]> =>
      fc.constant<Write[]>([varint(field, value)]);
    const many = (length: number, item: fc.Arbitrary<Write>) =>
      fc.array(item, { minLength: length, maxLength: length });
    const packing = fc.constantFrom<Packing>("packed", "unpacked", "mixed");
    const run = (field: number, of: fc.Arbitrary<bigint>, limits: fc.ArrayConstraints) =>
      fc.tuple(fc.array(of, limits), packing).map(([values, how]) => numbers(field, values, how));

    const valueType = (field: number) =>
      all(optional(1, index), optional(2, index)).map((parts) => message(field, parts));
    const line = all(
      fc.constantFrom(...functionIds).map((id) => [varint(1, id)]),
      optional(2, fc.bigInt({ min: 0n, max: 9999n })),
    ).map((parts) => message(4, parts));
    const label = all(optional(1, index), optional(2, index), optional(3, int64), optional(4, index));
    const sample = all(
      run(1, fc.constantFrom(...locationIds), { maxLength: 150 }),
      run(2, int64, { minLength: size.types, maxLength: size.types }),
      fc.array(
        label.map((parts) => message(3, parts)),
        { maxLength: 3 },
      ),
    );
    const mapping = (id: bigint) =>
      all(
        one(1, id),
        optional(2, uint64),
        optional(3, uint64),
        optional(4, uint64),
        optional(5, index),
        optional(6, index),
      );
    const location = (id: bigint) =>
      all(
        one(1, id),
        mappingIds.length === 0 ? fc.constant([]) : optional(2, fc.constantFrom(...mappingIds)),
        optional(3, uint64),
        fc.array(line, { maxLength: 3 }),
      );
    const func = (id: bigint) =>
      all(
        one(1, id),
        optional(2, index),
        optional(3, index),
        optional(4, index),
        optional(5, fc.bigInt(0n, 999n)),
      );
    const rows = (field: number, of: readonly bigint[], row: (id: bigint) => fc.Arbitrary<Write[]>) =>
      fc.tuple(...of.map((id) => row(id).map((parts) => message(field, parts))));
    const strings = ["", ...size.strings].map((content): Write => (writer) => {
      writer.uint32((6 << 3) | 2).string(content);
    });
    const kinds = fc.tuple(
      many(size.types, valueType(1)),
      many(
        size.samples,
        sample.map((parts) => message(2, parts)),
      ),
      rows(3, mappingIds, mapping),
      rows(4, locationIds, location),
      rows(5, functionIds, func),
      fc.constant(strings),
      all(
        optional(7, index),
        optional(8, index),
        optional(9, int64),
        optional(10, int64),
        optional(12, int64),
      ),
      all(optional(14, index), optional(15, index), run(13, index, { maxLength: 3 })),
      fc.option(valueType(11)).map((given) => (given === null ? [] : [given])),
      fc.constantFrom<Write[]>([], [unknown]),
    );
    return fc.tuple(kinds, fc.infiniteStream(fc.nat(1000)));
  })
  .map(([kinds, random]) => {
    // Fields of one number keep their order; which number comes next is chance, as is whether a kind comes as a block.
    const [inBlocks = 0] = random.take(1);
    const queues = kinds.map((writes) => [...writes]).filter((writes) => writes.length > 0);
    const writer = protobuf.Writer.create();
    while (queues.length > 0) {
      const [draw = 0] = random.take(1);
      const queue = queues[draw % queues.length] ?? [];
      for (const write of queue.splice(0, inBlocks % 2 === 0 ? queue.length : 1)) write(writer);
      if (queue.length === 0) queues.splice(queues.indexOf(queue), 1);
    }
    return writer.finish();
  });
