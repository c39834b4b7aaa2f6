/** avrdude (Debian) writes a board's flash through its bootloader, over the serial port. */
import { spawn } from 'node:child_process';
import { constants } from 'node:fs';
import { access, open } from 'node:fs/promises';
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
/** avrdude 7.1 turns in circles for ever where the port does not open or goes away; otherwise it complains each 5 s. */
const SILENT_MS_MAX = 20_000;
const LOOK_EVERY_MS = 500;
const LINES_KEPT = 6;
const NO_ANSWER = /not in sync|timeout|getsync|programmer is not responding|can't open device/i;
const BAR = /^(Reading|Writing) \|/;

/** Resolves when the flash is written and verified. Fails with `flash.avrdude`, `flash.bootloader` or `flash.write`. */
export async function writeFlash(job: AvrdudeJob): Promise<void> {
  const { kind, path, hex, signal } = job;
  await opens(path);
  const stuck = new AbortController();
  const limits = [AbortSignal.timeout(LIMIT_MS), stuck.signal, ...(signal ? [signal] : [])];
  const args = [...PROGRAMMERS[kind], '-P', path, '-b', BAUD, '-D', '-U', `flash:w:${hex}:i`];
  const avrdude = spawn('avrdude', args, {
    stdio: ['ignore', 'ignore', 'pipe'],
    signal: AbortSignal.any(limits),
    killSignal: 'SIGTERM',
  });
  const timer = setTimeout(() => stuck.abort(), SILENT_MS_MAX);
  const look = setInterval(() => access(path).catch(() => stuck.abort()), LOOK_EVERY_MS);
  const lines: string[] = [];
  let stopped: Error | undefined;
  watchProgress(avrdude.stderr, job.onProgress);
  avrdude.stderr.on('data', () => timer.refresh());
  createInterface(avrdude.stderr).on('line', (line) => {
    if (line.trim()) lines.push(line.trim());
    if (lines.length > LINES_KEPT) lines.shift();
  });
  avrdude.on('error', (error) => {
    stopped = error;
  });
  // After `error` too: the child is waited for, so that nobody else writes to the port.
  const code = await new Promise<number | null>((resolve) => avrdude.on('close', resolve));
  clearTimeout(timer);
  clearInterval(look);
  if (code === 0) return;
  if ((stopped as NodeJS.ErrnoException | undefined)?.code === 'ENOENT') throw missing(stopped);
  throw failure(path, code, lines, stopped, signal?.aborted === true);
}

async function opens(path: string): Promise<void> {
  const { O_RDWR, O_NONBLOCK, O_NOCTTY } = constants;
  try {
    const port = await open(path, O_RDWR | O_NONBLOCK | O_NOCTTY);
    await port.close();
  } catch (cause) {
    const why = (cause as Error).message;
    throw new TerminalError('port.open', `${path} does not open (${why}): check its cable`, { cause });
  }
}

/** avrdude draws a bar of fifty signs, after `| `, for each phase: reading the signature, writing, verifying. */
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
      if (phase) tell(step, 2 * (line.length - line.indexOf('|') - 2));
    }
  });
}

function missing(cause: Error | undefined): TerminalError {
  return new TerminalError('flash.avrdude', 'avrdude is missing: apt-get install avrdude', {
    cause,
  });
}

function failure(
  path: string,
  code: number | null,
  lines: readonly string[],
  cause: Error | undefined,
  asked: boolean,
): TerminalError {
  const told = lines.join(' / ');
  const options = cause ? { cause } : {};
  if (asked)
    return new TerminalError('flash.write', `writing to ${path} was stopped: flash the board again`, options);
  if (NO_ANSWER.test(told))
    return new TerminalError('flash.bootloader', `no bootloader answers at ${path} (${told})`, options);
  const end = cause ? 'got stuck and was ended' : `ended with ${code}`;
  return new TerminalError('flash.write', `avrdude ${end}: ${told}`, options);
}
