/** QEMU's control socket (QEMU Machine Protocol): one command after the other, each with its answer. */
import type { Socket } from 'node:net';
import { createInterface } from 'node:readline';

interface Message {
  readonly QMP?: object;
  readonly id?: number;
  readonly return?: unknown;
  readonly error?: { readonly desc: string };
}

export interface QmpClient {
  /** QEMU connected. */
  attach(socket: Socket): void;
  execute(command: string, given?: object): Promise<unknown>;
}

export function qmpClient(): QmpClient {
  const waiting = new Map<number, { resolve(value: unknown): void; reject(error: Error): void }>();
  let qemu: Socket | undefined;
  let last = 0;
  const execute = (command: string, given: object = {}): Promise<unknown> =>
    new Promise((resolve, reject) => {
      if (!qemu) throw new Error('QEMU has not connected');
      last += 1;
      waiting.set(last, { resolve, reject });
      qemu.write(`${JSON.stringify({ execute: command, arguments: given, id: last })}\n`);
    });
  const take = ({ QMP, id, return: value, error }: Message): void => {
    // Its greeting; it obeys once this is answered.
    if (QMP) void execute('qmp_capabilities');
    const asked = waiting.get(id ?? 0);
    if (!asked) return;
    waiting.delete(id ?? 0);
    if (error) asked.reject(new Error(`QEMU: ${error.desc}`));
    else asked.resolve(value);
  };
  return {
    attach(socket) {
      qemu = socket;
      createInterface(socket).on('line', (line) => take(JSON.parse(line) as Message));
    },
    execute,
  };
}
