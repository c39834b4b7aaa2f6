/** A serial line between the controller and a device: bytes in both directions, a cable, and noise. */

import { TerminalError } from '../../../controller/error.ts';
import type { OpenPort } from '../../../controller/port/open-port.ts';
import type { PortHandlers } from '../../../controller/port/port.ts';
import type { Owner, VirtualClock } from './clock.ts';
import type { Random } from './random.ts';

/** What a byte takes at 115200 baud is nothing beside what the systems on both sides take. */
const WAY_MS = 2;
const OPEN_MS = 5;

export class Line {
  /** The device, and whether somebody has opened its line. */
  receive: (bytes: Uint8Array) => void = () => {};
  attached: (open: boolean) => void = () => {};
  /** Chance that one bit of a piece turns. */
  noise = 0;
  readonly counts = { flipped: 0 };
  readonly #clock: VirtualClock;
  readonly #random: Random;
  #cable: 'in' | 'out' | 'dead' = 'in';
  #port: { readonly owner: Owner; readonly handlers: PortHandlers } | undefined;

  constructor(clock: VirtualClock, random: Random) {
    this.#clock = clock;
    this.#random = random;
  }

  get cable(): 'in' | 'out' | 'dead' {
    return this.#cable;
  }

  /** `dead`: nothing passes and nobody is told, as when serialport emits no `close`. */
  set cable(cable: 'in' | 'out' | 'dead') {
    this.#cable = cable;
    if (cable === 'out') this.#closed('unplugged');
  }

  opener(by: Owner): OpenPort {
    return (url, handlers) =>
      new Promise((resolve, reject) => {
        this.#clock.at(by, OPEN_MS, () => {
          if (this.#cable === 'out' || this.#port?.owner.alive) {
            reject(new TerminalError('port.open', `${url}: no such device`));
            return;
          }
          const port = { owner: by, handlers };
          this.#port = port;
          this.attached(true);
          resolve({
            write: async (bytes) => {
              if (this.#port !== port) throw new TerminalError('port.lost', `${url} is closed`);
              this.#pass(bytes, this.#clock.world, (passed) => this.receive(passed));
            },
            close: async () => {
              if (this.#port === port) this.#closed('closed here');
            },
          });
        });
      });
  }

  /** The process is gone, and with it its end of the line. */
  died(by: Owner): void {
    if (this.#port?.owner === by) this.#closed('the process died');
  }

  /** The device ends the connection; nobody hears of that behind a dead cable. */
  hangUp(): void {
    if (this.#cable !== 'dead') this.#closed('the other side ended it');
  }

  /** From the device. */
  send(bytes: Uint8Array): void {
    const port = this.#port;
    if (!port) return;
    this.#pass(bytes, port.owner, (passed) => {
      if (this.#port === port) port.handlers.data(passed);
    });
  }

  #pass(bytes: Uint8Array, to: Owner, give: (bytes: Uint8Array) => void): void {
    let passed = bytes;
    if (this.noise > 0 && this.#random.chance(this.noise)) {
      this.counts.flipped += 1;
      passed = Uint8Array.from(bytes);
      const at = this.#random.whole(0, passed.length - 1);
      passed[at] = (passed[at] ?? 0) ^ (1 << this.#random.whole(0, 7));
    }
    this.#clock.at(to, WAY_MS, () => {
      if (this.#cable === 'in') give(passed);
    });
  }

  #closed(why: string): void {
    const port = this.#port;
    this.#port = undefined;
    this.attached(false);
    if (port) this.#clock.at(port.owner, 0, () => port.handlers.closed(why));
  }
}
