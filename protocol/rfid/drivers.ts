/** Every RFID reader that a terminal can have, by the name that its configuration uses. */
import type { FieldSeen } from '../wire/cursor.ts';
import { feig } from './feig/driver.ts';
import { explainFeig } from './feig/explain.ts';
import { m3m810 } from './m3m810/driver.ts';
import { explainPad } from './m3m810/explain.ts';
import { m100 } from './m100/driver.ts';
import { explainM100 } from './m100/explain.ts';
import { pn532 } from './pn532/driver.ts';
import { explainPn532 } from './pn532/explain.ts';
import type { ReaderDriver } from './reader.ts';
import { rl866 } from './rl866/driver.ts';
import { explainBlock } from './rl866/explain.ts';
import { uhfReader18 } from './uhfreader18/driver.ts';
import { explainUhf } from './uhfreader18/explain.ts';
import type { UhfLayout } from './uhfreader18/payload.ts';

/** What a configuration may say of a reader; each driver takes what concerns it. */
export interface ReaderOptions {
  readonly antennas?: number;
  /** `uhfreader18` only: how it tells tags; without it its type decides. */
  readonly layout?: UhfLayout;
  /** `feig` only: it is set to advanced frames. */
  readonly advanced?: boolean;
}

export interface RfidDriver {
  /** For the technician: which readers, and what they read. */
  readonly about: string;
  /** One driver for each reader: some remember what they told theirs. */
  create(options?: ReaderOptions): ReaderDriver;
  /**
   * One sentence on what a whole frame is, and who sends it; every field goes to the trail in words.
   * @throws WireError where it is none; the trail then has what could be read
   */
  decode(frame: Uint8Array, trail?: FieldSeen[]): string;
}

export const RFID_DRIVER_NAMES = ['feig', 'm3m810', 'rl866', 'uhfreader18', 'm100', 'pn532'] as const;
export type RfidDriverName = (typeof RFID_DRIVER_NAMES)[number];

/** Whoever carries a driver's talks hands it frames of its own wire only, so the kind of frame need not be known. */
const anyWire = <F>(driver: ReaderDriver<F>): ReaderDriver => driver as unknown as ReaderDriver;

export const RFID_DRIVERS: Readonly<Record<RfidDriverName, RfidDriver>> = {
  feig: {
    about: 'FEIG OBID ISO-Host (ISC.MR, ISC.PR, ISC.LR, CPR): ISO 15693 library tags; 38400 8E1',
    create: ({ antennas, advanced } = {}) =>
      anyWire(
        feig({ ...(antennas !== undefined && { antennas }), ...(advanced !== undefined && { advanced }) }),
      ),
    decode: explainFeig,
  },
  m3m810: {
    about: '3M 810 and 210 pads: ISO 15693 library tags; 19200 8N1',
    create: () => anyWire(m3m810()),
    decode: explainPad,
  },
  rl866: {
    about: 'RL866 and its relatives: ISO 15693 library tags; 38400 8E1',
    create: () => anyWire(rl866()),
    decode: explainBlock,
  },
  uhfreader18: {
    about: 'UHFReader18 family (Chafon, RRU98xx, UHFReader288, E310): UHF tags, EPC Gen2; 57600 8N1',
    create: ({ antennas, layout } = {}) =>
      anyWire(uhfReader18({ ...(antennas !== undefined && { antennas }), ...(layout && { layout }) })),
    decode: explainUhf,
  },
  m100: {
    about: 'M100, QM100 and R200 modules (YRM100, JRD-4035): UHF tags, EPC Gen2; 115200 8N1',
    create: () => anyWire(m100()),
    decode: explainM100,
  },
  pn532: {
    about: 'NXP PN532 on a UART: patron cards of ISO 14443 type A, by their UID; 115200 8N1',
    create: () => anyWire(pn532()),
    decode: explainPn532,
  },
};
