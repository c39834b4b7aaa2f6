/** The whole path once with a commercial "8A" lock board instead of ours: its contacts are the proof. */
import { commercialCabinet } from './commercial-cabinet.ts';

export const cabinet8a = commercialCabinet('with an "8A" lock board: loaded, collected, posted once', [
  { name: 'WEST', driver: '8a', compartments: 12 },
]);
