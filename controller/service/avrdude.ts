/** avrdude (Debian) writes a board's flash through its bootloader, over the serial port. */
import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { TerminalError } from '../error.ts';
import type { BoardKind } from './firmware.ts';

export interface AvrdudeJob {
  readonly kind: BoardKind;
  /** Device file. */
  readonly path: string;
  readonly hex: string;
  readonly signal?: AbortSignal | undefined;
  onProgress(step: string, percent: number): void;
}

/** Protocol of the bootloader and name of the chip, in avrdude's words. */
const PROGRAMMERS = {
  mega2560: ['-c', 'wiring', '-p', 'm2560'],
  uno: ['-c', 'arduino', '-p', 'm328p'],
} as const;
const BAUD = '115200';
/** 12 KB written and verified take 5 s; a bootloader that does not answer is given up by avrdude itself. */
const LIMIT_MS = 120_000;
const LINES_KEPT = 6;
const NO_ANSWER = /not in sync|timeout|getsync|programmer is not responding|can't open device/i;
const BAR = /^(Reading|Writing) \|/;

/** Resolves when the flash is written and verified. Fails with `flash.avrdude`, `flash.bootloader` or `flash.write`. */
export function writeFlash(job: AvrdudeJob): Promise<void> {
  const { kind, path, hex, signal } = job;
  const limit = AbortSignal.timeout(LIMIT_MS);
  const args = [...PROGRAMMERS[kind], '-P', path, '-b', BAUD, '-D', '-U', `flash:w:${hex}:i`];
  return new Promise((resolve, reject) => {
    const avrdude = spawn('avrdude', args, {
      stdio: ['ignore', 'ignore', 'pipe'],
      signal: signal ? AbortSignal.any([signal, limit]) : limit,
      killSignal: 'SIGTERM',
    });
    const lines: string[] = [];
    let stopped: Error | undefined;
    watchProgress(avrdude.stderr, job.onProgress);
    createInterface(avrdude.stderr).on('line', (line) => {
      if (line.trim()) lines.push(line.trim());
      if (lines.length > LINES_KEPT) lines.shift();
    });
    avrdude.on('error', (error: NodeJS.ErrnoException) => {
      stopped = error;
      if (error.code === 'ENOENT') reject(missing(error));
    });
    // After `error` too: the child is waited for, so that nobody else writes to the port.
    avrdude.on('close', (code) => {
      if (code === 0) resolve();
      else reject(failure(path, code, lines, stopped));
    });
  });
}

/** avrdude draws a bar of fifty signs for each phase: reading the signature, writing, verifying. */
function watchProgress(stream: NodeJS.ReadableStream, tell: AvrdudeJob['onProgress']): void {
  let line = '';
  let writes = 0;
  stream.on('data', (chunk: Buffer) => {
    for (const sign of chunk.toString('latin1')) {
      if (sign === '\n' || sign === '\r') line = '';
      else line += sign;
      if (sign === '|' && line === 'Writing |') writes += 1;
      if (sign !== '#') continue;
      const [, phase] = BAR.exec(line) ?? [];
      const step = phase === 'Writing' ? 'writing' : writes ? 'verifying' : 'reading the signature';
      if (phase) tell(step, 2 * (line.length - line.indexOf('|') - 1));
    }
  });
}

function missing(cause: Error): TerminalError {
  return new TerminalError('flash.avrdude', 'avrdude is missing: apt-get install avrdude', { cause });
}

function failure(path: string, code: number | null, lines: readonly string[], cause?: Error): TerminalError {
  const told = lines.join(' / ');
  const options = cause ? { cause } : {};
  if (cause?.name === 'AbortError')
    return new TerminalError('flash.write', `writing to ${path} was stopped: flash the board again`, options);
  if (NO_ANSWER.test(told))
    return new TerminalError('flash.bootloader', `no bootloader answers at ${path} (${told})`, options);
  return new TerminalError('flash.write', `avrdude ended with ${code}: ${told}`, options);
}
