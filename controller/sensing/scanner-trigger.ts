/**
 * Keeps a scanner reading that only reads when it is told to (trigger mode). Such a scanner goes dark after each code
 * and when its own read time-out is over, so it is told again.
 */
import { type ScannerCommand, type ScannerMake, scannerCommand } from '../../protocol/barcode/commands.ts';
import type { Port } from '../port/port.ts';
import type { SetTimer } from '../port/timer.ts';

/** Below the read time-outs that makers ship; a scanner that reads already takes no notice. */
const AGAIN_MS = 10_000;
/** After a code the hand needs its time to take it away. */
const AFTER_CODE_MS = 1_500;
/** A code that is still held there when the scanner reads again is not a second showing. */
const SAME_CODE_MS = 3_000;
/** A closing port waits no longer for its last command. */
const LAST_COMMAND_MS = 100;

export interface TriggerOptions {
  readonly make: ScannerMake;
  readonly channel: 'hid' | 'serial';
  readonly setTimer: SetTimer;
  /** A command was not taken; the port will be opened again by itself. */
  onTrouble(why: string): void;
}

export class Trigger {
  readonly #options: TriggerOptions;
  #port: Port | undefined;
  #on = true;
  #last: { readonly text: string; readonly atMs: number } | undefined;
  #cancelTimer: () => void = () => {};

  constructor(options: TriggerOptions) {
    this.#options = options;
  }

  opened(port: Port): void {
    this.#port = port;
    if (this.#on) this.#read();
  }

  closed(): void {
    this.#cancelTimer();
    this.#port = undefined;
  }

  /** Remembered: it holds for later connections too. */
  set(on: boolean): void {
    this.#on = on;
    this.#cancelTimer();
    if (on) this.#read();
    else void this.send('triggerOff');
  }

  /** A code was read: whether it is a new showing. */
  isNew(text: string, atMs: number): boolean {
    const last = this.#last;
    this.#last = { text, atMs };
    if (this.#on && this.#port) this.#readAfter(AFTER_CODE_MS);
    return last?.text !== text || atMs - last.atMs >= SAME_CODE_MS;
  }

  /** Dark, and nothing is sent any more; settles in any case. */
  async stop(): Promise<void> {
    this.#cancelTimer();
    await new Promise<void>((resolve) => {
      const cancel = this.#options.setTimer(resolve, LAST_COMMAND_MS);
      this.send('triggerOff').finally(() => {
        cancel();
        resolve();
      });
    });
    this.#port = undefined;
  }

  /** Whether the command went out: not where the port is away or the make has no such command. */
  async send(command: ScannerCommand): Promise<boolean> {
    const bytes = scannerCommand(this.#options.make, this.#options.channel, command);
    const port = this.#port;
    if (!bytes || !port) return false;
    try {
      await port.write(bytes);
      return true;
    } catch (error) {
      this.#options.onTrouble(`the scanner did not take ${command}: ${(error as Error).message}`);
      return false;
    }
  }

  #read(): void {
    void this.send('triggerOn');
    if (this.#port) this.#readAfter(AGAIN_MS);
  }

  #readAfter(ms: number): void {
    this.#cancelTimer();
    this.#cancelTimer = this.#options.setTimer(() => this.#read(), ms);
  }
}
