/** Every RFID reader as a simulated device, by the names of protocol/rfid/drivers.ts. */
import type { ReaderOptions, RfidDriverName } from '../../protocol/rfid/drivers.ts';
import type { DeviceLogic } from './device.ts';
import { FeigReader } from './feig.ts';
import type { Field } from './field.ts';
import { Pad } from './m3m810.ts';
import { M100Reader } from './m100.ts';
import { Pn532Reader } from './pn532.ts';
import { Rl866Reader } from './rl866.ts';
import { UhfReader } from './uhfreader18.ts';

export type SimulatedReader = (field: Field, options?: ReaderOptions) => DeviceLogic<unknown>;

/** A device gets the requests of its own splitter only, so their kind need not be known. */
const anyRequest = <R>(logic: DeviceLogic<R>): DeviceLogic<unknown> =>
  logic as unknown as DeviceLogic<unknown>;

export const SIMULATED_READERS: Readonly<Record<RfidDriverName, SimulatedReader>> = {
  feig: (field) => anyRequest(new FeigReader(field)),
  m3m810: (field) => anyRequest(new Pad(field)),
  rl866: (field) => anyRequest(new Rl866Reader(field)),
  uhfreader18: (field, { layout } = {}) => anyRequest(new UhfReader(field, layout)),
  m100: (field) => anyRequest(new M100Reader(field)),
  pn532: (field) => anyRequest(new Pn532Reader(field)),
};
