/** Flashing a board: looked at first, taken out of service, written, and asked who it is now. */
import { TerminalError } from '../error.ts';
import { writeFlash } from './avrdude.ts';
import { type BoardKind, readFirmware } from './firmware.ts';

/** The board as flashing needs it; the cabinet has it. */
export interface FlashTarget {
  readonly name: string;
  /** As it was identified; `undefined` when nobody answers. */
  kind(): BoardKind | undefined;
  /** Device file of its serial port. */
  portPath(): string;
  /** Resolves when nobody is at its doors and its events are stored. */
  drain(signal?: AbortSignal): Promise<void>;
  release(): Promise<void>;
  /** Resolves with who answers. */
  resume(): Promise<{ readonly firmware: string; readonly kind: BoardKind | undefined }>;
}

export interface FlashJob {
  readonly board: FlashTarget;
  readonly hexPath: string;
  /** For a board that does not answer. */
  readonly kind?: BoardKind;
  readonly attempts?: number;
  readonly signal?: AbortSignal;
  onProgress(progress: { step: string; percent?: number; attempt?: number }): void;
}

/** A write that was interrupted leaves the bootloader as it is: it is begun again. */
const ATTEMPTS = 3;

export async function flashBoard(job: FlashJob): Promise<{ firmware: string; attempts: number; ms: number }> {
  const { board, hexPath, signal, onProgress } = job;
  const began = performance.now();
  const firmware = await readFirmware(hexPath);
  const kind = kindOf(job);
  if (firmware.kind !== kind)
    throw new TerminalError('flash.board', `${hexPath} is for ${firmware.kind}, ${board.name} is ${kind}`);
  const path = board.portPath();
  onProgress({ step: 'waiting until nobody is at its doors' });
  await board.drain(signal);
  let attempts = 0;
  try {
    onProgress({ step: 'entering the bootloader' });
    await board.release();
    attempts = await write(job, kind, path);
  } finally {
    // Whatever happened, the port is ours again; a board that lost its program is told as one that does not answer.
    await board.resume().then(
      (now) => {
        if (attempts > 0 && now.firmware !== firmware.version)
          throw new TerminalError(
            'flash.write',
            `${board.name} says ${now.firmware}, not ${firmware.version}`,
          );
      },
      (error) => {
        if (attempts > 0) throw error;
      },
    );
  }
  return { firmware: firmware.version, attempts, ms: Math.round(performance.now() - began) };
}

function kindOf({ board, kind }: FlashJob): BoardKind {
  const known = board.kind() ?? kind;
  if (known) return known;
  throw new TerminalError('flash.board', `${board.name} does not answer: say what it is with --kind`);
}

/** Returns how many attempts it took. */
async function write(job: FlashJob, kind: BoardKind, path: string): Promise<number> {
  const most = job.attempts ?? ATTEMPTS;
  for (let attempt = 1; ; attempt += 1) {
    const onProgress = (step: string, percent: number) => job.onProgress({ step, percent, attempt });
    try {
      await writeFlash({ kind, path, hex: job.hexPath, signal: job.signal, onProgress });
      return attempt;
    } catch (error) {
      if (job.signal?.aborted || attempt === most) throw error;
      job.onProgress({ step: `again, since ${(error as Error).message}`, attempt: attempt + 1 });
    }
  }
}
