/** A simulated reader at the host's end of the USB serial cable, with one tag in its field. */
import type { Socket } from 'node:net';
import { SimulatedDevice } from '../../simulator/devices/device.ts';
import { FeigReader } from '../../simulator/devices/feig.ts';
import { simTag } from '../../simulator/devices/field.ts';

/** Room for every byte value. */
export const TAG = simTag({ uid: 'E00401003123AA26', memory: new Uint8Array(256) });

export function readerOnHost(cable: Socket): void {
  const device = new SimulatedDevice(new FeigReader(() => [TAG]), {
    send: (bytes) => void cable.write(bytes),
    later: (ms, act) => void setTimeout(act, ms),
  });
  cable.on('data', (bytes) => device.receive(bytes));
}
