/** What a terminal has around it, as parameters: the simulation puts a world of its own there. */
import { openConnection } from '../drivers/mqtt-client.ts';
import { openDatabase } from '../drivers/sqlite.ts';
import { Kiosk, type KioskOptions } from './kiosk/server.ts';
import { type OpenPort, openPort } from './port/open-port.ts';
import { Service, type ServiceParts } from './service/server.ts';

export interface Outside {
  readonly openPort: OpenPort;
  readonly openDatabase: typeof openDatabase;
  readonly openConnection: typeof openConnection;
  kiosk(options: KioskOptions): Pick<Kiosk, 'start' | 'stop' | 'show'>;
  service(data: string, desk: ServiceParts): Pick<Service, 'start' | 'stop'>;
  /** How often whoever is silent is asked whether it is there; each part's own figure where it is missing. */
  readonly quiet?: {
    readonly heartbeatMs: number;
    readonly probeEveryMs: number;
    readonly telemetryMs: number;
  };
}

export const OUTSIDE: Outside = {
  openPort,
  openDatabase,
  openConnection,
  kiosk: (options) => new Kiosk(options),
  service: (data, desk) => new Service(data, desk),
};
