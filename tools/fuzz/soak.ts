/** Whether a splitter keeps a bounded number of bytes, by what the engine's heap holds after a long stream. */
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { mutate, seeded } from './mutations.ts';
import type { Target } from './targets.ts';

/** The heap is looked at after each of these; the engine's own caches make it swing by hundreds of kilobytes. */
const STEP_BYTES = 200_000;
const STEPS = 6;
/** Between the lowest of the first half and of the second a splitter that keeps its stream keeps three steps of it. */
const KEPT_BYTES_MAX = 300_000;

setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc') as () => void;

function held(): number {
  collect();
  collect();
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}

/** Bytes that are kept beyond what a splitter may keep; 0 where it is bounded. */
export function keptTooMuch(target: Target, seed: number): number {
  const cutter = target.cutter?.();
  if (!cutter) return 0;
  const random = seeded(seed);
  const heap: number[] = [];
  for (let step = 0; step <= STEPS; step += 1) {
    for (let fed = 0; fed < STEP_BYTES; ) {
      const bytes = mutate(target.golden, random, target.seal);
      cutter.push(bytes);
      fed += Math.max(1, bytes.length);
    }
    heap.push(held());
  }
  // Still in use: what nobody reaches any more would hold nothing.
  cutter.push(new Uint8Array());
  // The first step only warms up.
  const half = 1 + STEPS / 2;
  const kept = Math.min(...heap.slice(half)) - Math.min(...heap.slice(1, half));
  return kept > KEPT_BYTES_MAX ? kept : 0;
}
