/** The whole path once with commercial Kerong lock boards instead of ours: a CU16, and a CU48 beside it. */
import { commercialCabinet } from './commercial-cabinet.ts';

export const cabinetKerong = commercialCabinet(
  'with Kerong CU16 and CU48 lock boards: loaded, collected, posted once',
  [
    { name: 'CU16', driver: 'cu16', compartments: 16 },
    { name: 'CU48', driver: 'cu48', compartments: 48 },
  ],
);
