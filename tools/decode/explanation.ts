/** What the decode command says: one sentence on top, then an aligned table of the fields; or where and why it ended. */
import type { FieldSeen } from '../../protocol/wire/cursor.ts';
import { WireError } from '../../protocol/wire/error.ts';
import { hex } from '../../protocol/wire/hex.ts';

/** Longer fields go on in the next lines. */
const BYTES_A_LINE = 8;
/** Of these errors the byte behind the last field is to blame; of others that field itself. */
const BEHIND_THE_LAST: readonly string[] = ['wire.short', 'wire.long'];

export interface Explanation {
  readonly ok: boolean;
  readonly sentence: string;
  /** One trail for each frame. */
  readonly frames: readonly (readonly FieldSeen[])[];
  readonly error?: { readonly code: string; readonly frame: number; readonly at: number };
}

/** Runs a decoder that leaves a trail for each frame, whatever becomes of it. */
export function explained(run: (trails: FieldSeen[][]) => string): Explanation {
  const trails: FieldSeen[][] = [];
  try {
    return { ok: true, sentence: run(trails), frames: trails };
  } catch (error) {
    if (!(error instanceof WireError)) throw error;
    const frame = Math.max(trails.length - 1, 0);
    const last = trails[frame]?.at(-1);
    const end = last ? last.at + last.bytes.length : 0;
    const at = BEHIND_THE_LAST.includes(error.code) ? end : (last?.at ?? 0);
    return { ok: false, sentence: error.message, frames: trails, error: { code: error.code, frame, at } };
  }
}

/** For decoders of a single frame. */
export const explainedOne = (run: (trail: FieldSeen[]) => string): Explanation =>
  explained((trails) => {
    const trail: FieldSeen[] = [];
    trails.push(trail);
    return run(trail);
  });

export function inText(explanation: Explanation): string {
  const { sentence, frames, error } = explanation;
  const several = frames.length > 1;
  const lines = [error ? whereAndWhy(explanation) : sentence];
  for (const [index, trail] of frames.entries()) {
    if (several) lines.push('', `frame ${index + 1}`);
    const shown = trail.filter(({ bytes, words }) => bytes.length > 0 || words !== '');
    if (shown.length > 0) lines.push('', ...table(shown));
  }
  return lines.join('\n');
}

function whereAndWhy({ sentence, frames, error }: Explanation): string {
  const frame = frames.length > 1 ? `frame ${(error?.frame ?? 0) + 1}, ` : '';
  const field = frames[error?.frame ?? 0]?.findLast(({ at }) => at <= (error?.at ?? 0));
  const place = field ? ` (${field.at === error?.at ? 'in' : 'behind'} "${field.name}")` : '';
  return `${frame}byte ${error?.at}${place}: ${sentence} [${error?.code}]`;
}

function table(trail: readonly FieldSeen[]): string[] {
  const rows = [['offset', 'bytes', 'field', 'what it says'], ...trail.flatMap(rowsOf)];
  const widths = [0, 1, 2].map((column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  return rows.map(([offset = '', bytes = '', name = '', words = '']) => {
    const [first = 0, second = 0, third = 0] = widths;
    return `${offset.padStart(first)}  ${bytes.padEnd(second)}  ${name.padEnd(third)}  ${words}`.trimEnd();
  });
}

function rowsOf({ at, bytes, name, words }: FieldSeen): string[][] {
  const rows: string[][] = [];
  for (let from = 0; from === 0 || from < bytes.length; from += BYTES_A_LINE) {
    const some = [...bytes.subarray(from, from + BYTES_A_LINE)].map((byte) => hex(Uint8Array.of(byte)));
    rows.push([
      String(at + from),
      some.join(' ').toUpperCase(),
      from === 0 ? name : '',
      from === 0 ? words : '',
    ]);
  }
  return rows;
}

export function inJson({ ok, sentence, frames, error }: Explanation): string {
  const fields = frames.flatMap((trail, frame) =>
    trail.map(({ at, bytes, name, words }) => ({ frame, at, bytes: hex(bytes), name, words })),
  );
  return JSON.stringify({ ok, sentence, fields, ...(error && { error }) });
}
