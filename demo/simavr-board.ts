/** A locker board with the bootloader that real ones have, in simavr, its USB port a pty: for avrdude and the controller. */
import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { access, mkdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { promisify } from 'node:util';

const run = promisify(execFile);
const SOURCE = 'simulator/simavr/board.c';
const PROGRAM = 'build/simavr-board';
/** Debian's arduino-core-avr. */
const BOOTLOADERS = '/usr/share/arduino/hardware/arduino/avr/bootloaders';
const MCU = 'atmega2560';
/** The Uno's, as Debian ships it, lies beyond the end of its flash. */
export const BOOTLOADER = `${BOOTLOADERS}/stk500v2/stk500boot_v2_mega2560.hex`;
const STOP_MS_MAX = 2_000;

export interface SimavrOptions {
  /** Where the pty's name and the EEPROM are. */
  readonly folder: string;
  /** What is in the flash beside the bootloader; erased where it is missing. */
  readonly application?: string;
}

export class SimavrBoard {
  /** Device file. */
  readonly path: string;
  readonly #process: ChildProcess;

  private constructor(path: string, child: ChildProcess) {
    this.path = path;
    this.#process = child;
  }

  static async start({ folder, application }: SimavrOptions): Promise<SimavrBoard> {
    await access(BOOTLOADER).catch(() => {
      throw new Error(`the bootloader is missing: apt-get install arduino-core-avr`);
    });
    await build();
    const path = join(folder, 'board.tty');
    const eeprom = join(folder, 'board.eeprom');
    const child = spawn(PROGRAM, [MCU, BOOTLOADER, path, eeprom, ...(application ? [application] : [])], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    await new Promise<void>((resolve, reject) => {
      child.once('error', reject);
      child.once('exit', (code) => reject(new Error(`simavr ended with ${code}`)));
      createInterface(child.stdout).on('line', (line) => line === 'ready' && resolve());
    });
    return new SimavrBoard(path, child);
  }

  async stop(): Promise<void> {
    if (this.#process.exitCode !== null) return;
    const ended = new Promise((resolve) => this.#process.once('exit', resolve));
    this.#process.kill('SIGTERM');
    const timer = setTimeout(() => this.#process.kill('SIGKILL'), STOP_MS_MAX);
    await ended;
    clearTimeout(timer);
  }
}

async function build(): Promise<void> {
  await mkdir(dirname(PROGRAM), { recursive: true });
  await run('gcc', ['-O2', '-Wall', '-Wextra', '-Werror', SOURCE, '-lsimavr', '-o', PROGRAM]).catch(
    (error) => {
      throw new Error(
        `simavr’s board does not build: apt-get install gcc libsimavr-dev libelf-dev\n${error}`,
      );
    },
  );
}
