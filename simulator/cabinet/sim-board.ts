/** What the simulated cabinet needs of a board, of whichever make. */
import type { Doors } from './doors.ts';

export interface SimBoard {
  /** Its name in the cabinet: a serial number, or what the simulator was told. */
  readonly serialNumber: string;
  readonly kind: string;
  readonly doors: Doors;
  readonly nowMs: number;
  /** Bytes are on their way into it: the runner keeps close to real time. */
  readonly receiving: boolean;
  /** Bytes or a coil are under way. */
  readonly lively: boolean;
  /** Runs board and doors up to a time. */
  runUntilMs(ms: number): void;
  receive(bytes: Uint8Array): void;
  /** Brightness of a compartment's lamp, 0 to 1. */
  lampOf(compartment: number): number;
}
