/** The protocol fuzzer finds what it is there to find, makes it short, and replays; and finds nothing in our decoders. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { expect, test } from 'vitest';
import { WireError } from '../../protocol/wire/error.ts';
import { firstWrong, shortest, verdict } from '../../tools/fuzz/judge.ts';
import { INPUT_BYTES_MAX, mutate, seeded } from '../../tools/fuzz/mutations.ts';
import { keptTooMuch } from '../../tools/fuzz/soak.ts';
import { type Cutter, TARGETS, type Target } from '../../tools/fuzz/targets.ts';

function fuzz(...args: readonly string[]) {
  const child = spawn(process.execPath, ['--import', 'tsx', 'tools/fuzz-protocol.ts', ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let stdout = '';
  child.stdout.on('data', (data) => {
    stdout += data;
  });
  const ended = once(child, 'close').then(([exit]) => ({ exit, result: JSON.parse(stdout) }));
  return { child, ended };
}

const target = (decode: (bytes: Uint8Array) => unknown, cutter?: () => Cutter): Target => ({
  name: 'broken',
  golden: [Uint8Array.of(1, 2, 3)],
  decoders: [decode],
  ...(cutter && { cutter }),
  cuts: 'stream',
});

test('our decoders: nothing to find in 3,000 inputs by any seed', async () => {
  const seed = 1 + Math.floor(Math.random() * 1_000_000);
  const cases = Array.from({ length: 3_000 }, (_, at) => {
    const one = TARGETS[at % TARGETS.length] as Target;
    return { target: one, bytes: mutate(one.golden, seeded(seed + at), one.seal) };
  });
  const wrong = firstWrong(cases);
  expect(
    wrong && { ...wrong, decoder: cases[wrong.index]?.target.name, bytes: cases[wrong.index]?.bytes },
  ).toBeUndefined();
});

test('a WireError is an answer; anything else that is thrown is found', () => {
  const refuses = target(() => {
    throw new WireError('wire.value', 'no');
  });
  expect(verdict(refuses, Uint8Array.of(1))).toBeUndefined();
  const breaks = target((bytes) => bytes.length > 2 && JSON.parse('{'));
  expect(verdict(breaks, Uint8Array.of(1))).toBeUndefined();
  expect(verdict(breaks, Uint8Array.of(1, 2, 3))?.words).toContain('SyntaxError');
});

test('a decoder without end, a slow one, and one that changes its input are found', () => {
  const endless = target((bytes) => {
    while (bytes[0] === 7);
  });
  expect(verdict(endless, Uint8Array.of(7))?.words).toContain('hangs');
  const slow = target(() => {
    const from = process.cpuUsage();
    const spent = () => Object.values(process.cpuUsage(from)).reduce((sum, us) => sum + us, 0);
    while (spent() < 230_000);
  });
  expect(verdict(slow, Uint8Array.of(7))).toMatchObject({ late: true });
  expect(
    verdict(
      target((bytes) => bytes.fill(0)),
      Uint8Array.of(7),
    )?.words,
  ).toContain('changes');
});

test('a splitter that depends on the cut is found', () => {
  const whole = (): Cutter => ({ push: (bytes) => (bytes.length > 20 ? [bytes.length] : []), end: () => [] });
  expect(
    verdict(
      target(() => {}, whole),
      new Uint8Array(50),
    )?.words,
  ).toContain('another cut');
});

test('a splitter that keeps its stream is found', () => {
  const kept: Uint8Array[] = [];
  const keeps = (): Cutter => ({
    push: (bytes) => {
      kept.push(Uint8Array.from(bytes));
      return [];
    },
    end: () => [],
  });
  expect(
    keptTooMuch(
      target(() => {}, keeps),
      1,
    ),
  ).toBeGreaterThan(300_000);
  expect(
    keptTooMuch(
      target(
        () => {},
        () => ({ push: () => [], end: () => [] }),
      ),
      1,
    ),
  ).toBe(0);
});

test('the shortest input that is wrong is found', () => {
  const noise = mutate([new Uint8Array(200).fill(9)], seeded(4));
  const wrong = Uint8Array.from([...noise, 0x8a, ...noise, 0x9b, ...noise]);
  const isWrong = (bytes: Uint8Array) => bytes.includes(0x9b, bytes.indexOf(0x8a)) && bytes.includes(0x8a);
  expect([...shortest(wrong, isWrong)]).toEqual([0x8a, 0x9b]);
});

test('a seed gives the same inputs again, and none is longer than it may be', () => {
  const golden = TARGETS.flatMap((one) => one.golden);
  const inputs = (seed: number) => {
    const random = seeded(seed);
    return Array.from({ length: 500 }, () => mutate(golden, random));
  };
  expect(inputs(3)).toEqual(inputs(3));
  expect(inputs(3)).not.toEqual(inputs(4));
  expect(Math.max(...inputs(3).map(({ length }) => length))).toBeLessThanOrEqual(INPUT_BYTES_MAX);
});

test('the command: the last line is its result', async () => {
  const { ended } = fuzz('--only', 'lock/wkly', '--runs', '300', '--seed', '5', '--json');
  expect(await ended).toEqual({
    exit: 0,
    result: { runs: 300, seed: 5, decoders: 1, failures: 0, ms: expect.any(Number) },
  });
});

test('Ctrl-C ends it within two seconds, with its result', async () => {
  const { child, ended } = fuzz('--runs', '100000000', '--json');
  await new Promise((resolve) => setTimeout(resolve, 2_000));
  const from = performance.now();
  child.kill('SIGINT');
  expect(await ended).toMatchObject({ exit: 130, result: { failures: 0 } });
  expect(performance.now() - from).toBeLessThan(2_000);
});
