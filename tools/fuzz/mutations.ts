/** New inputs from golden ones, by a seed: what wires, cables and strangers do to bytes. */

export type Random = () => number;

/** Mulberry32, public domain: 32 bits of state are enough to choose bytes by. */
export function seeded(seed: number): Random {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** Longer inputs only repeat what shorter ones show. */
export const INPUT_BYTES_MAX = 4_096;
const MUTATIONS_MAX = 4;
/** Bytes at which counts and lengths turn over. */
const EXTREMES = [0x00, 0x01, 0x7f, 0x80, 0xfe, 0xff];

export function below(random: Random, limit: number): number {
  return Math.floor(random() * limit);
}
function oneOf<T>(random: Random, values: readonly [T, ...T[]] | readonly T[]): T {
  return values[below(random, values.length)] as T;
}
function randomBytes(random: Random, length: number): Uint8Array {
  return Uint8Array.from({ length }, () => below(random, 256));
}
const join = (...parts: readonly Uint8Array[]): Uint8Array => Uint8Array.from(Buffer.concat(parts));

interface Slice {
  readonly from: number;
  readonly to: number;
}
function slice(random: Random, length: number): Slice {
  const from = below(random, length + 1);
  return { from, to: from + below(random, length - from + 1) };
}

type Mutation = (bytes: Uint8Array, random: Random, golden: readonly Uint8Array[]) => Uint8Array;

function changed(bytes: Uint8Array, random: Random, change: (byte: number) => number): Uint8Array {
  const copy = Uint8Array.from(bytes);
  const at = below(random, copy.length);
  if (copy.length > 0) copy[at] = change(copy[at] ?? 0);
  return copy;
}

const MUTATIONS: readonly Mutation[] = [
  // A bit turned.
  (bytes, random) => changed(bytes, random, (byte) => byte ^ (1 << below(random, 8))),
  // A byte replaced.
  (bytes, random) => changed(bytes, random, () => below(random, 256)),
  (bytes, random) => changed(bytes, random, () => oneOf(random, EXTREMES)),
  (bytes, random) => changed(bytes, random, (byte) => (byte + (random() < 0.5 ? 1 : 255)) & 0xff),
  // A cut: the front, the back, or the middle is missing.
  (bytes, random) => bytes.subarray(below(random, bytes.length + 1)),
  (bytes, random) => bytes.subarray(0, below(random, bytes.length + 1)),
  (bytes, random) => {
    const { from, to } = slice(random, bytes.length);
    return join(bytes.subarray(0, from), bytes.subarray(to));
  },
  // A part twice, or many times.
  (bytes, random) => {
    const { from, to } = slice(random, bytes.length);
    return join(bytes.subarray(0, to), bytes.subarray(from));
  },
  (bytes, random) => join(...Array.from({ length: 1 + below(random, 16) }, () => bytes)),
  // Strange bytes in between.
  (bytes, random) => {
    const at = below(random, bytes.length + 1);
    return join(bytes.subarray(0, at), randomBytes(random, below(random, 16)), bytes.subarray(at));
  },
  // The front of one, the back of another.
  (bytes, random, golden) => {
    const other = oneOf(random, golden);
    return join(
      bytes.subarray(0, below(random, bytes.length + 1)),
      other.subarray(below(random, other.length + 1)),
    );
  },
  (bytes, random, golden) => join(bytes, oneOf(random, golden)),
  // Noise.
  (_bytes, random) => randomBytes(random, below(random, 96)),
];

/** `seal` mends length and check of a frame, so that what lies behind them is reached as well. */
export function mutate(
  golden: readonly Uint8Array[],
  random: Random,
  seal?: (bytes: Uint8Array) => Uint8Array,
): Uint8Array {
  let bytes = golden.length > 0 ? oneOf(random, golden) : new Uint8Array();
  const donors = golden.length > 0 ? golden : [new Uint8Array()];
  for (let count = 1 + below(random, MUTATIONS_MAX); count > 0; count -= 1)
    bytes = oneOf(random, MUTATIONS)(bytes, random, donors).subarray(0, INPUT_BYTES_MAX);
  return seal && random() < 0.5 ? seal(bytes).subarray(0, INPUT_BYTES_MAX) : bytes;
}
