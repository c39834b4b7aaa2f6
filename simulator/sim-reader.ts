/** An RFID reader of the cabinet on its TCP port: its antennas look into compartments, or it is the pad beside the screen. */

import { InvalidArgumentError } from 'commander';
import { RFID_DRIVER_NAMES, type RfidDriverName } from '../protocol/rfid/drivers.ts';
import { DevicePort } from './device-port.ts';
import { SimulatedDevice } from './devices/device.ts';
import { type SimTag, simTag } from './devices/field.ts';
import { SIMULATED_READERS } from './devices/readers.ts';
import type { Tags } from './tags.ts';

export interface ReaderPlan {
  readonly name: string;
  readonly driver: RfidDriverName;
  /** Of the first compartments, one each; 0: a pad. */
  readonly antennas: number;
}

const ANTENNAS_MAX = 64;

/** `shelf:feig:16`, `pad:m3m810:pad`; one more each time the option is given. */
export function readerPlan(text: string, before: readonly ReaderPlan[]): ReaderPlan[] {
  const [name = '', driver = '', where = ''] = text.split(':');
  const known = RFID_DRIVER_NAMES.find((one) => one === driver);
  const antennas = where === 'pad' ? 0 : Number(where || Number.NaN);
  if (!/^[a-z0-9-]{1,16}$/.test(name))
    throw new InvalidArgumentError('a name of 1 to 16 of a-z, 0-9 and - comes first');
  if (!known) throw new InvalidArgumentError(`the driver: ${RFID_DRIVER_NAMES.join(', ')}`);
  if (!(Number.isInteger(antennas) && antennas >= 0 && antennas <= ANTENNAS_MAX))
    throw new InvalidArgumentError(`how many antennas, 1 to ${ANTENNAS_MAX}, or pad`);
  return [...before, { name, driver: known, antennas }];
}

export class SimReader {
  readonly plan: ReaderPlan;
  readonly port: DevicePort;
  readonly device: SimulatedDevice<unknown>;
  /** What somebody holds to the pad. */
  items: readonly string[] = [];
  /** UIDs of patrons' cards on the pad. */
  cards: readonly string[] = [];

  /** `itemsIn` tells what lies in a compartment now. */
  constructor(plan: ReaderPlan, tags: Tags, itemsIn: (compartment: number) => readonly string[]) {
    this.plan = plan;
    const field = (antenna: number): readonly SimTag[] => {
      if (plan.antennas === 0)
        return [...this.items.flatMap((item) => tags.of(item)), ...this.cards.map((uid) => simTag({ uid }))];
      return antenna < plan.antennas ? itemsIn(antenna).flatMap((item) => tags.of(item)) : [];
    };
    this.port = new DevicePort((bytes) => this.device.receive(bytes));
    this.device = new SimulatedDevice(SIMULATED_READERS[plan.driver](field), {
      send: (bytes) => this.port.send(bytes),
      later: (ms, act) => void setTimeout(act, ms).unref(),
    });
  }

  get state() {
    const { name, driver, antennas } = this.plan;
    return {
      reader: name,
      driver,
      antennas,
      connected: this.port.connected,
      cable: this.port.cable,
      items: this.items,
      cards: this.cards,
    };
  }
}
