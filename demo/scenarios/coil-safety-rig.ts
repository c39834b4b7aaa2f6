/** An emulated board on a line, and a host that may do anything to it in the middle of a pulse. */
import { encodeFrame } from '../../protocol/board/codec.ts';
import { type BoardMessage, type FieldsOf, LIMITS, type MessageName } from '../../protocol/board/messages.ts';
import { CYCLES_PER_MS, type Reset } from '../../simulator/avr/chip.ts';
import type { BoardKind } from '../../simulator/avr/kind.ts';
import { Board, type Pulse } from '../../simulator/cabinet/board.ts';
import type { Fault } from './coil-safety-real.ts';

/** What a coil suffered at most. */
export interface Extremes {
  readonly onMsMax: number;
  readonly togetherMax: number;
  readonly onMsIn1sMax: number;
  readonly pulses: number;
}

/** Until the first coil may be asked for. */
const START_MS = 60 + LIMITS.COIL_REST_MS;
const HOST_SILENT_MS = LIMITS.HOST_SILENT_MS_MIN;
/** A host that has lost its mind asks for coils this often, for so long. */
const ASK_EVERY_MS = 20;
const MADNESS_MS = 1_500;
const WINDOW_MS = 1_000;
const COMPARTMENT = 1;
const OTHER = 2;
const NOISE_BYTES = 40;
const RESETS: readonly Reset[] = ['external', 'brownOut', 'watchdog', 'power'];

export class Rig {
  readonly #board: Board;
  #id = 0;
  #unlockId = 0;

  constructor(kind: BoardKind, program: Uint8Array) {
    this.#board = new Board({ kind, program, serialNumber: 'COILS001', random: () => 0.5 });
  }

  /** The longest pulse that may be asked for; the fault at `atMs` of it; then the worst host. */
  suffer(fault: Fault, atMs: number): Extremes {
    this.#run(START_MS);
    this.#configure();
    const unlockId = this.#unlock(COMPARTMENT);
    this.#untilCoilOn();
    this.#run(atMs);
    this.#strike(fault, atMs, unlockId);
    this.#madness();
    this.#run(HOST_SILENT_MS + LIMITS.PULSE_MS_MAX);
    const { coils, pulses } = this.#board;
    return { ...coils, onMsIn1sMax: onIn1s(pulses) };
  }

  #strike(fault: Fault, atMs: number, unlockId: number): void {
    if (fault === 'hostKilled') this.#run(ASK_EVERY_MS);
    else if (fault === 'hostHung') {
      this.#run(HOST_SILENT_MS + 100);
      // It wakes, and says everything once more.
      for (let time = 0; time < 5; time += 1) this.#unlock(COMPARTMENT, unlockId);
    } else if (fault === 'cableCut') {
      // Half a frame went through, and noise comes with the plug.
      const half = encodeFrame({
        name: 'unlock',
        id: 9,
        fields: { unlockId: 999, compartment: OTHER, pulseMs: 500 },
      });
      this.#board.chip.receive(half.subarray(0, half.length / 2));
      this.#run(ASK_EVERY_MS);
      this.#board.chip.receive(Array.from({ length: NOISE_BYTES }, (_, at) => (at * 73 + atMs * 31) & 0xff));
      this.#run(ASK_EVERY_MS);
    } else this.#board.chip.reset(RESETS[Math.floor(atMs) % RESETS.length] ?? 'external');
  }

  /** A new host that takes no refusal for an answer, asks for two coils at once, and never acknowledges. */
  #madness(): void {
    for (let ms = 0; ms < MADNESS_MS; ms += ASK_EVERY_MS) {
      if (ms % (10 * ASK_EVERY_MS) === 0) this.#configure();
      this.#unlock(COMPARTMENT);
      this.#unlock(OTHER);
      this.#run(ASK_EVERY_MS);
    }
  }

  #configure(): void {
    const levels = { contactOpenLevel: 1, tamperOpenLevel: 1 };
    this.#send('configure', { hostSilentMs: HOST_SILENT_MS, openWaitMs: 500, debounceMs: 20, ...levels });
  }

  #unlock(compartment: number, unlockId = ++this.#unlockId): number {
    this.#send('unlock', { unlockId, compartment, pulseMs: LIMITS.PULSE_MS_MAX });
    return unlockId;
  }

  #send<N extends MessageName>(name: N, fields: FieldsOf<N>): void {
    this.#id += 1;
    this.#board.chip.receive(encodeFrame({ name, id: this.#id & 0xffff, fields } as BoardMessage));
  }

  #untilCoilOn(): void {
    for (let ms = 0; ms < 50; ms += 1) {
      if (this.#board.doorOf(COMPARTMENT).coil) return;
      this.#run(1);
    }
    throw new Error('the board did not pulse');
  }

  #run(ms: number): void {
    this.#board.runUntil(this.#board.chip.cycle + Math.round(ms * CYCLES_PER_MS));
  }
}

/** The largest on time of one coil within any second; a window that begins with a pulse is the worst. */
function onIn1s(pulses: readonly Pulse[]): number {
  const sums = pulses.map(({ compartment, onAtMs }) =>
    pulses
      .filter((pulse) => pulse.compartment === compartment && pulse.onAtMs >= onAtMs)
      .map((pulse) => Math.max(0, Math.min(pulse.onAtMs + pulse.onMs, onAtMs + WINDOW_MS) - pulse.onAtMs))
      .reduce((sum, ms) => sum + ms, 0),
  );
  return Math.max(0, ...sums);
}
