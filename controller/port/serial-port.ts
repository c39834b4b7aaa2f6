/** A port over a serial device; the only file that imports serialport, and only once a serial port is opened. */
import { execFile } from 'node:child_process';
import { access } from 'node:fs/promises';
import { TerminalError } from '../error.ts';
import { type ClosedOnce, cancelled, closedOnce, lost } from './closed-once.ts';
import type { Port, PortHandlers } from './port.ts';
import type { SerialAddress } from './port-url.ts';
import { type SetTimer, setTimer } from './timer.ts';

/** What is used of serialport's stream, so that its mock binding fits as well. */
interface SerialStream {
  readonly isOpen: boolean;
  open(done: (error: Error | null) => void): void;
  close(done: (error: Error | null) => void): void;
  write(bytes: Buffer, done: (error?: Error | null) => void): boolean;
  on(event: 'data', listener: (bytes: Uint8Array) => void): unknown;
  on(event: 'error', listener: (error: Error) => void): unknown;
  on(event: 'close', listener: (error?: Error | null) => void): unknown;
  on(event: 'end', listener: () => void): unknown;
}
interface SerialSettings {
  readonly path: string;
  readonly baudRate: number;
  readonly parity: SerialAddress['parity'];
  readonly dataBits: 7 | 8;
  readonly stopBits: 1 | 2;
  readonly lock: true;
  /** See `keepLinesOnClose`. */
  readonly hupcl: false;
  readonly autoOpen: false;
}
export interface SerialSurroundings {
  create(settings: SerialSettings): SerialStream | Promise<SerialStream>;
  /** Whether the device file is there. */
  exists(path: string): Promise<boolean>;
  setTimer: SetTimer;
}

/** Some USB bridges vanish without a `close` from serialport, but their file always goes. */
const EXISTS_EVERY_MS = 2_000;
/** Closing flushes the device, and a driver that hangs must not hold up the shutdown. */
const CLOSE_MS_MAX = 1_000;

/** A program that asks a device for its settings takes milliseconds. */
const STTY_MS_MAX = 2_000;

/**
 * Closing shall leave DTR as it is, so that opening again does not reset an Arduino. Linux lowers it unless told not to,
 * and serialport's `hupcl: false` only omits to ask for it (@serialport/bindings-cpp 13, serialport_unix.cpp), so stty
 * tells it. A failure is none: whatever is wrong with the device, opening it says.
 */
function keepLinesOnClose(path: string): Promise<void> {
  return new Promise((resolve) => {
    execFile('stty', ['-F', path, '-hupcl'], { timeout: STTY_MS_MAX }, () => resolve());
  });
}

const real: SerialSurroundings = {
  create: async (settings) => {
    await keepLinesOnClose(settings.path);
    return new (await import('serialport')).SerialPort(settings);
  },
  exists: (path) =>
    access(path).then(
      () => true,
      () => false,
    ),
  setTimer,
};

export async function openSerialPort(
  address: SerialAddress,
  handlers: PortHandlers,
  signal?: AbortSignal,
  surroundings: SerialSurroundings = real,
): Promise<Port> {
  const { path, baud, parity, dataBits, stopBits } = address;
  if (signal?.aborted) throw cancelled(path);
  const fixed = { lock: true, hupcl: false, autoOpen: false } as const;
  const settings = { path, baudRate: baud, parity, dataBits, stopBits, ...fixed };
  const stream = await surroundings.create(settings);
  await new Promise<void>((resolve, reject) => {
    // Opening cannot be interrupted: when it was cancelled meanwhile, the open port is closed again.
    stream.open((error) => {
      if (error) reject(notOpened(path, error));
      else resolve();
    });
  });
  if (signal?.aborted) {
    await closeStream(stream, surroundings.setTimer);
    throw cancelled(path);
  }
  return serialPort(path, stream, closedOnce(handlers), surroundings);
}

function notOpened(path: string, cause: Error): TerminalError {
  const advice = /no such file/i.test(cause.message)
    ? 'check that the device is plugged in, and its name with "ls -l /dev/serial/by-id"'
    : /lock|busy/i.test(cause.message)
      ? 'another program uses it: stop that program'
      : /permission/i.test(cause.message)
        ? 'add the terminal\'s user to the group "dialout"'
        : 'check the device and its settings';
  return new TerminalError('port.open', `${path} does not open (${cause.message}): ${advice}`, { cause });
}

function closeStream(stream: SerialStream, timer: SetTimer): Promise<void> {
  return new Promise((resolve) => {
    if (!stream.isOpen) {
      resolve();
      return;
    }
    const cancel = timer(resolve, CLOSE_MS_MAX);
    stream.close(() => {
      cancel();
      resolve();
    });
  });
}

function serialPort(
  path: string,
  stream: SerialStream,
  handlers: ClosedOnce,
  around: SerialSurroundings,
): Port {
  let cancelProbe: () => void = () => {};
  let closing: Promise<void> | undefined;
  // serialport never settles a write that its close overtook, so these are settled here.
  const unsettled = new Set<(error: Error) => void>();
  const end = (why: string): Promise<void> => {
    cancelProbe();
    closing ??= closeStream(stream, around.setTimer);
    for (const reject of unsettled) reject(lost(path, why));
    unsettled.clear();
    handlers.closed(why);
    return closing;
  };
  const probeLater = (): void => {
    cancelProbe = around.setTimer(() => {
      void around.exists(path).then((there) => {
        if (handlers.why !== undefined) return;
        if (there) probeLater();
        else void end('the device was unplugged');
      });
    }, EXISTS_EVERY_MS);
  };
  stream.on('data', (bytes: Uint8Array) => handlers.data(bytes));
  stream.on('error', (error: Error) => void end(error.message));
  stream.on('end', () => void end('the device ended the stream'));
  stream.on('close', (error?: Error | null) => void end(error?.message ?? 'the device closed'));
  probeLater();
  return {
    write: (bytes) =>
      new Promise((resolve, reject) => {
        if (handlers.why !== undefined) {
          reject(lost(path, handlers.why));
          return;
        }
        unsettled.add(reject);
        stream.write(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength), (error) => {
          unsettled.delete(reject);
          if (error) reject(lost(path, handlers.why ?? error.message, error));
          else resolve();
        });
      }),
    close: () => end('closed here'),
  };
}
