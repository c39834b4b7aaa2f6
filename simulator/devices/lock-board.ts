/** What the simulated lock boards of all makes share: their settings, and the doors that they pulse and look at. */
import type { ByteOrder, LockFrame, Polarity } from '../../protocol/lock/lock.ts';
import type { WireError } from '../../protocol/wire/error.ts';
import { FramedSplitter, type Framing } from '../../protocol/wire/framed.ts';
import type { Answer, DeviceLogic } from './device.ts';

export interface LockWorld {
  readonly doors: number;
  /** What a contact tells now. */
  isOpen(lock: number): boolean;
  /** Puts a coil on for so long; whether the latch lets go. */
  pulse(lock: number, ms: number): boolean;
  /** Power is gone. */
  allOff(): void;
}

export interface LockSettings {
  readonly address?: number;
  readonly polarity?: Polarity;
  readonly byteOrder?: ByteOrder;
  /** Where the board does it otherwise than most of its kind. */
  readonly answersUnlock?: boolean;
  /** Tells unasked when a door moves. */
  readonly tells?: boolean;
  /** The RS485 adapter hears itself. */
  readonly echoes?: boolean;
  /** Unlocks nothing more until its busy state is cleared. */
  readonly staysBusy?: boolean;
}

export interface LockLogic extends DeviceLogic<LockFrame> {
  /** What it tells when a door has moved; missing or `undefined`: nothing. */
  doorMoved?(lock: number, open: boolean): Uint8Array | undefined;
}

/** A contact's level as this board is wired. */
export const levelOf = (open: boolean, polarity: Polarity = 'oneIsClosed'): 0 | 1 =>
  open === (polarity === 'oneIsOpen') ? 1 : 0;

/** The levels of so many contacts; where no lock is connected there is no short. */
export function levelsOf(world: LockWorld, contacts: number, polarity?: Polarity): (0 | 1)[] {
  return Array.from({ length: contacts }, (_, lock) =>
    lock < world.doors ? levelOf(world.isOpen(lock), polarity) : 0,
  );
}

/** What a make of board is by itself. */
export interface LockMake {
  readonly baud: number;
  /** Of a board whose switches nobody has touched. */
  readonly address: number;
  /** What it can be asked. */
  readonly requests: Framing<LockFrame>;
}

/** A board of any make: it hears its own address, obeys, and loses its coils with its power. */
export abstract class LockBoard implements LockLogic {
  readonly baud: number;
  readonly bitsPerByte = 10;
  protected readonly world: LockWorld;
  protected readonly settings: LockSettings;
  protected readonly address: number;
  readonly #requests: Framing<LockFrame>;

  constructor(make: LockMake, world: LockWorld, settings: LockSettings) {
    this.baud = make.baud;
    this.#requests = make.requests;
    this.world = world;
    this.settings = settings;
    this.address = settings.address ?? make.address;
  }

  protected abstract obey(request: LockFrame): Answer | undefined;

  splitter(bad: (error: WireError) => void): FramedSplitter<LockFrame> {
    return new FramedSplitter(this.#requests, bad);
  }

  reset(): void {
    this.world.allOff();
  }

  answer(request: LockFrame): Answer | undefined {
    if (request.address !== this.address) return undefined;
    const answer = this.obey(request);
    if (!this.settings.echoes) return answer;
    return { ...answer, bytes: Uint8Array.from([...request.bytes, ...(answer?.bytes ?? [])]) };
  }
}
