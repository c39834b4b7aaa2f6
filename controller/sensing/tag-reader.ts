/** One RFID reader on its port: asked for an antenna, or looking at its pad all the time. */
import type { ReaderDriver, ReaderIdentity } from '../../protocol/rfid/reader.ts';
import { Exchange, type ExchangeOptions } from '../port/exchange.ts';
import { type AntennaReading, readAntenna, type TagRules } from './antenna.ts';

export interface ReaderPlan {
  readonly name: string;
  readonly url: string;
  readonly driver: ReaderDriver;
  /** Compartment names in the order of the antennas; empty: a pad beside the screen. */
  readonly compartments: readonly string[];
}

export interface TagReaderOptions
  extends Pick<ExchangeOptions<unknown>, 'open' | 'backoff' | 'probeEveryMs'> {
  readonly plan: ReaderPlan;
  readonly rules: TagRules;
  onLink(link: 'up' | 'down', why?: string): void;
  onTrouble(why: string): void;
}

export class TagReader {
  readonly plan: ReaderPlan;
  readonly #rules: TagRules;
  readonly #exchange: Exchange<unknown>;
  #identity: ReaderIdentity | undefined;

  constructor({ plan, rules, onLink, onTrouble, ...port }: TagReaderOptions) {
    this.plan = plan;
    this.#rules = rules;
    this.#exchange = new Exchange({
      url: plan.url,
      wire: plan.driver.wire,
      probe: () => this.#probe(),
      onLink,
      onTrouble,
      ...port,
    });
  }

  get link(): 'up' | 'down' {
    return this.#exchange.link;
  }

  /** For the technician. */
  get health() {
    const { link, trouble, framesBad } = this.#exchange;
    return { reader: this.plan.name, link, framesBad, ...this.#identity, ...(trouble ? { trouble } : {}) };
  }

  start(): void {
    this.#exchange.start();
  }

  stop(): Promise<void> {
    return this.#exchange.stop();
  }

  /** `antenna` counts from 0. @throws TerminalError `device.…` */
  read(antenna: number): Promise<AntennaReading> {
    return this.#exchange.run(() => readAntenna(this.plan.driver, antenna, this.#rules));
  }

  *#probe() {
    this.#identity = yield* this.plan.driver.identify();
  }
}
