/** A barcode scanner in serial mode: the code and a CR, whole or badly behaved. */
import type { DevicePort } from './device-port.ts';

export interface Scan {
  readonly code: string;
  /** Send it in so many pieces. */
  readonly chunks?: number;
  /** Bytes that are no code come first. */
  readonly garbage?: boolean;
  /** Only the first half, and no CR. */
  readonly half?: boolean;
}

const CHUNK_PAUSE_MS = 5;
const GARBAGE = Buffer.from([0xff, 0x00, 0x80, 0x1b, 0x0d]);

/** Resolves with the real time, in epoch milliseconds, at which the last byte was written. */
export async function scan(port: DevicePort, { code, chunks = 1, garbage, half }: Scan): Promise<number> {
  const bytes = Buffer.from(half ? code.slice(0, Math.ceil(code.length / 2)) : `${code}\r`);
  if (garbage) port.send(GARBAGE);
  const size = Math.ceil(bytes.length / chunks);
  for (let at = 0; at < bytes.length; at += size) {
    if (at > 0) await new Promise((resolve) => setTimeout(resolve, CHUNK_PAUSE_MS));
    port.send(bytes.subarray(at, at + size));
  }
  return performance.timeOrigin + performance.now();
}
