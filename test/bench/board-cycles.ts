/** What the firmware takes, in cycles of the emulator: exact, the same in every run. */
import { CYCLES_PER_MS } from '../../simulator/avr/chip.ts';
import { readHex } from '../../simulator/avr/hex.ts';
import { DEBOUNCE_MS, Storm } from './board-storm.ts';
import { staticRamBytes } from './firmware-size.ts';
import { type Result, result } from './statistics.ts';

/** Targets: 200 us and 300 us at 16 MHz; the memory of an ATmega328P less what the bootloader and heat of use need. */
const UNLOCK_CYCLES_MAX = 3_200;
const EVENT_CYCLES_MAX = 4_800;
const FLASH_BYTES_MAX = 12 * 1024;
const RAM_BYTES_MAX = 1_536;
const ASLEEP_MIN = 0.95;
const BETWEEN_MS = 12;
const KINDS = ['mega2560', 'uno'] as const;
const IDLE_S = 20;
const STACK_ROUNDS = 400;

/** From the last byte of the request to the coil's pin, the worst of all while everything chatters. */
export async function unlockCycles(runs: number): Promise<Result[]> {
  const storm = await Storm.ready('mega2560');
  const taken: number[] = [];
  let waiting = false;
  storm.board.onCoilOn = (_compartment, cycle) => {
    taken.push(cycle - storm.arrivedAt);
    waiting = false;
  };
  for (let run = 0; run < runs; run += 1) {
    waiting = true;
    storm.unlock();
    if (waiting) throw new Error(`unlock ${run + 1} did not reach its coil`);
    storm.acknowledge();
    storm.chatter(BETWEEN_MS);
  }
  return [
    result('unlock-cycles worst', 'cycles', runs, Math.max(...taken), 'target', UNLOCK_CYCLES_MAX),
    result('unlock-cycles mean', 'cycles', runs, mean(taken), 'target', UNLOCK_CYCLES_MAX),
  ];
}

/** From the tick at which a contact is settled to its event's first byte, on a line that is free. */
export async function eventCycles(runs: number): Promise<Result[]> {
  const storm = await Storm.ready('mega2560');
  const taken: number[] = [];
  for (let run = 0; run < runs; run += 1) {
    storm.runCycles(storm.random * CYCLES_PER_MS);
    // One contact, or all of them in the same tick.
    const changedAt = storm.board.chip.cycle;
    storm.board.chip.setInputs({ contacts: run % 2 ? (run % 4 === 1 ? 0xffff : 0) : 1 << (run % 16) });
    storm.onSending = (cycle) => {
      storm.onSending = () => {};
      // Seen at the first tick after the change, settled when as many more have passed: no tick later.
      if (cycle - changedAt > (DEBOUNCE_MS + 2) * CYCLES_PER_MS) throw new Error('sent a tick late');
      taken.push(cycle - storm.tickedAt);
    };
    storm.run(60);
    storm.acknowledgeAll();
  }
  if (taken.length < runs) throw new Error(`only ${taken.length} of ${runs} changes were sent`);
  return [result('event-cycles worst', 'cycles', runs, Math.max(...taken), 'target', EVENT_CYCLES_MAX)];
}

/** Flash; and static RAM beside the deepest the stack was in a storm with noise on the line. */
export async function boardSize(): Promise<Result[]> {
  const results: Result[] = [];
  for (const kind of KINDS) {
    const flash = (await readHex(`firmware/release/${kind}.hex`)).length;
    const storm = await Storm.ready(kind, true);
    for (let round = 0; round < STACK_ROUNDS; round += 1) {
      storm.unlock();
      storm.board.chip.receive(Array.from({ length: 70 }, () => Math.floor(storm.random * 256)));
      storm.ask('heartbeat', {});
      storm.ask('identify', {});
      if (round % 3 === 0) storm.acknowledge();
      storm.chatter(BETWEEN_MS);
    }
    const ram = (await staticRamBytes(kind)) + storm.board.chip.stackBytesMax;
    results.push(
      result(`board-size ${kind} flash`, 'bytes', 1, flash, 'target', FLASH_BYTES_MAX),
      result(`board-size ${kind} RAM`, 'bytes', STACK_ROUNDS, ram, 'target', RAM_BYTES_MAX),
    );
  }
  return results;
}

/** Share of cycles asleep with a host that sends its heartbeats and nothing else. */
export async function boardIdle(): Promise<Result[]> {
  const results: Result[] = [];
  for (const kind of KINDS) {
    const { board, ...storm } = await idle(kind);
    const before = { busy: board.chip.busyCycles, cycle: board.chip.cycle };
    for (let second = 0; second < IDLE_S; second += 1) storm.beat();
    const asleep = 1 - (board.chip.busyCycles - before.busy) / (board.chip.cycle - before.cycle);
    results.push(result(`board-idle ${kind}`, 'share asleep', IDLE_S, asleep, 'target', ASLEEP_MIN));
  }
  return results;
}

async function idle(kind: (typeof KINDS)[number]) {
  const storm = await Storm.ready(kind);
  const beat = () => {
    storm.ask('heartbeat', {});
    storm.run(1_000);
  };
  return { board: storm.board, beat };
}

const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
