/** An RFID reader with an antenna in each of some compartments: the simulated device of the simulator, on a virtual line. */
import { type Fault, SimulatedDevice } from '../../../simulator/devices/device.ts';
import { SIMULATED_READERS } from '../../../simulator/devices/readers.ts';
import type { VirtualClock } from '../virtual/clock.ts';
import type { Line } from '../virtual/line.ts';
import type { Items } from './items.ts';

export class ModelReader {
  readonly compartments: readonly string[];
  /** It says that nothing is there, whatever lies there: no terminal can tell that from an empty compartment. */
  blindUntilMs = Number.NEGATIVE_INFINITY;
  /** It answers, and badly; then its word is rightly not taken for certain. */
  unwellUntilMs = Number.NEGATIVE_INFINITY;
  readonly #clock: VirtualClock;
  readonly #device: SimulatedDevice<unknown>;

  constructor(compartments: readonly string[], clock: VirtualClock, line: Line, items: Items) {
    this.compartments = compartments;
    this.#clock = clock;
    const field = (antenna: number) => {
      if (clock.nowMs < this.blindUntilMs) return [];
      return items.inside(compartments[antenna] ?? '').flatMap((item) => items.tags.of(items.tagOf(item)));
    };
    this.#device = new SimulatedDevice(SIMULATED_READERS.feig(field), {
      send: (bytes) => line.send(bytes),
      later: (ms, act) => void clock.at(clock.world, ms, act),
    });
    line.receive = (bytes) => this.#device.receive(bytes);
  }

  fail(fault: Fault, times: number, withinMs: number): void {
    this.unwellUntilMs = Math.max(this.unwellUntilMs, this.#clock.nowMs + withinMs);
    this.#device.fail(fault, times);
  }

  blind(forMs: number): void {
    this.blindUntilMs = Math.max(this.blindUntilMs, this.#clock.nowMs + forMs);
  }

  heal(): void {
    this.blindUntilMs = Math.min(this.blindUntilMs, this.#clock.nowMs);
    this.#device.fail('silent', 0);
  }

  /** Whether what it told in the last while is the truth. */
  honestFor(ms: number): boolean {
    return this.blindUntilMs < this.#clock.nowMs - ms;
  }

  wellFor(ms: number): boolean {
    return this.honestFor(ms) && this.unwellUntilMs < this.#clock.nowMs - ms;
  }
}
