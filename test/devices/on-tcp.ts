/** A simulated device on a TCP port of this machine, in real time, as a serial server would put it. */
import { DevicePort } from '../../simulator/device-port.ts';
import { type DeviceLogic, SimulatedDevice } from '../../simulator/devices/device.ts';

export interface DeviceOnTcp<R> {
  readonly url: string;
  readonly device: SimulatedDevice<R>;
  readonly port: DevicePort;
  /** Bytes of the host, as they came. */
  readonly heard: number[];
  close(): void;
}

export async function deviceOnTcp<R>(logic: DeviceLogic<R>): Promise<DeviceOnTcp<R>> {
  const heard: number[] = [];
  const timers = new Set<NodeJS.Timeout>();
  const port = new DevicePort((bytes) => {
    heard.push(...bytes);
    device.receive(bytes);
  });
  const device = new SimulatedDevice(logic, {
    send: (bytes) => port.send(bytes),
    later: (ms, act) => {
      const timer = setTimeout(() => {
        timers.delete(timer);
        act();
      }, ms);
      timers.add(timer);
    },
  });
  const tcp = await port.listen(0);
  return {
    url: `tcp://127.0.0.1:${tcp}`,
    device,
    port,
    heard,
    close: () => {
      for (const timer of timers) clearTimeout(timer);
      port.close();
    },
  };
}
