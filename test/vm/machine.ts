/** One virtual machine from its start to its end: what the guest found out, and the host's hands that it asks for. */
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdir, readFile, rm } from 'node:fs/promises';
import { createServer, type Server, type Socket } from 'node:net';
import { join, relative } from 'node:path';
import { createInterface } from 'node:readline';
import { qmpClient } from './qmp.ts';
import type { Deed, Facts, GuestLine } from './report.ts';
import { BUILD } from './run.ts';

/** A whole run takes 20 s; a busy machine, and waits that end in failures, need more. */
const RUN_MS_MAX = 180_000;
const CONSOLE = join(BUILD, 'console.log');
const USB_TRACE = join(BUILD, 'usb-serial.log');
/** Relative, as the path of a socket may have 107 characters. */
const QMP_SOCKET = relative('.', join(BUILD, 'qmp.sock'));
const READER_SOCKET = relative('.', join(BUILD, 'reader.sock'));
const LOG_LINES_TOLD = 40;
const READER = {
  driver: 'usb-serial',
  id: 'reader',
  chardev: 'reader',
  bus: 'usb.0',
  'always-plugged': true,
};
const KEYBOARD = { driver: 'usb-kbd', id: 'keyboard', bus: 'usb.0' };

export interface MachineOptions {
  readonly kernelImage: string;
  readonly guestImage: string;
  /** The other end of the USB serial cable. */
  onReaderLine(socket: Socket): void;
  /** What is typed on the USB keyboard, in QEMU's names of keys. */
  readonly keys: readonly string[];
}

export type Outcome = { readonly facts: Facts } | { readonly failed: string };
export interface MachineRun {
  readonly outcomes: ReadonlyMap<string, Outcome>;
  /** What the USB serial bridge was told, as QEMU traces it. */
  readonly usbTrace: string;
  readonly bootMs: number;
  readonly wholeMs: number;
}

/** @throws when the machine ends before the guest is done, with the end of its console. */
export async function runMachine(options: MachineOptions): Promise<MachineRun> {
  const startedMs = performance.now();
  await mkdir(BUILD, { recursive: true });
  await rm(USB_TRACE, { force: true });
  const control = qmpClient();
  const servers = [
    await listen(READER_SOCKET, options.onReaderLine),
    await listen(QMP_SOCKET, control.attach),
  ];
  const machine = start(options);
  const outcomes = new Map<string, Outcome>();
  let bootMs = Number.NaN;
  let done = false;
  const hands = handsOf(control.execute, options.keys);
  const take = (line: GuestLine): void => {
    if (line.kind === 'facts') outcomes.set(line.check, { facts: line.facts });
    else if (line.kind === 'failed') outcomes.set(line.check, { failed: line.why });
    else if (line.kind === 'ready') bootMs = performance.now() - startedMs;
    else if (line.kind === 'done') done = true;
    else if (line.kind === 'wish')
      hands[line.deed]().catch((error: unknown) => outcomes.set(line.deed, { failed: String(error) }));
  };
  try {
    await guestLines(machine, take);
    if (!done) throw new Error(`the guest was not done when its machine ended:\n${await consoleEnd()}`);
    const usbTrace = await readFile(USB_TRACE, 'utf8');
    return { outcomes, usbTrace, bootMs, wholeMs: performance.now() - startedMs };
  } finally {
    machine.kill('SIGKILL');
    for (const server of servers) server.close();
  }
}

/** Socket servers of the host: QEMU connects when it starts, so nobody polls for a socket file. */
async function listen(path: string, onConnection: (socket: Socket) => void): Promise<Server> {
  await rm(path, { force: true });
  return new Promise((resolve, reject) => {
    const server = createServer((socket) => {
      socket.on('error', () => {});
      onConnection(socket);
    });
    server.once('error', reject);
    server.listen(path, () => resolve(server));
  });
}

function start({ kernelImage, guestImage }: MachineOptions): ChildProcess {
  const machine = '-accel tcg -cpu max -m 768 -nodefaults -display none -no-reboot'.split(' ');
  const boot = ['-kernel', kernelImage, '-initrd', guestImage, '-append', 'console=ttyS0 panic=-1 quiet'];
  const serial = ['-serial', `file:${CONSOLE}`, '-serial', 'stdio'];
  const control = ['-qmp', `unix:${QMP_SOCKET}`];
  const line = ['-chardev', `socket,id=reader,path=${READER_SOCKET}`];
  const usb = ['-device', 'qemu-xhci,id=usb', '-device', deviceText(READER), '-device', deviceText(KEYBOARD)];
  const trace = ['-trace', 'usb_serial_*', '-D', USB_TRACE];
  const qemu = [...machine, ...boot, ...serial, ...control, ...line, ...usb, ...trace];
  // The kernel ends the machine with its parent, also when that was killed.
  return spawn('setpriv', ['--pdeathsig', 'KILL', 'qemu-system-x86_64', ...qemu], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
}

const deviceText = (device: Readonly<Record<string, string | boolean>>): string =>
  Object.entries(device)
    .map(([name, value]) => (name === 'driver' ? value : `${name}=${value === true ? 'on' : value}`))
    .join(',');

/** Until the machine ends; it is ended when it takes too long. */
function guestLines(machine: ChildProcess, take: (line: GuestLine) => void): Promise<void> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => machine.kill('SIGKILL'), RUN_MS_MAX);
    machine.once('error', reject);
    machine.once('close', () => {
      clearTimeout(timer);
      resolve();
    });
    if (!machine.stdout) return;
    createInterface(machine.stdout).on('line', (text) => {
      if (text.startsWith('{')) take(JSON.parse(text) as GuestLine);
    });
  });
}

function handsOf(
  execute: (command: string, given?: object) => Promise<unknown>,
  keys: readonly string[],
): Readonly<Record<Deed, () => Promise<unknown>>> {
  const type = async (): Promise<void> => {
    for (const key of keys) await execute('human-monitor-command', { 'command-line': `sendkey ${key} 30` });
  };
  return {
    'unplug reader': () => execute('device_del', { id: READER.id }),
    'plug reader': () => execute('device_add', READER),
    'type code': type,
    'unplug keyboard': () => execute('device_del', { id: KEYBOARD.id }),
    'plug keyboard': () => execute('device_add', KEYBOARD),
  };
}

async function consoleEnd(): Promise<string> {
  const text = await readFile(CONSOLE, 'utf8').catch(() => '(no console)');
  return text.split('\n').slice(-LOG_LINES_TOLD).join('\n');
}
