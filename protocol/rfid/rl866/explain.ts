/** An RL866 frame in words. */
import { byteText, type Cursor, type FieldSeen } from '../../wire/cursor.ts';
import { WireError } from '../../wire/error.ts';
import {
  explain,
  hexBrief,
  hexWords,
  joinWords,
  known,
  nothing,
  tagsText,
  type Unfolding,
  unfold,
} from '../explain.ts';
import { readUidReversed } from '../uid.ts';
import { ADDRESS_ANY, type BlockFrame, decodeBlock, PCB } from './frame.ts';
import {
  airWords,
  readAccessError,
  readAccessHead,
  readBlocksSent,
  readInventory,
  readSystemInformation,
} from './payload.ts';
import { ACCESSES, COMMANDS, RL866, STATUSES, statusText } from './words.ts';

const INFORMATION = 'information';
const ADDRESSED = 0x01;

export const explainBlock = (frame: Uint8Array, trail?: FieldSeen[]): string =>
  explain(
    frame,
    [
      { as: 'answer', read: (bytes, fields) => answer(decodeBlock(bytes, fields), fields) },
      { as: 'request', read: (bytes, fields) => request(decodeBlock(bytes, fields), fields) },
    ],
    trail,
  );

function request({ pcb, inf }: BlockFrame, trail: FieldSeen[]): string {
  if (pcb === PCB.resynchronise) return resynchronised(trail);
  const way = REQUESTS.get(inf[0] ?? 0);
  return unfold(trail, INFORMATION, [
    (cursor) => {
      const name = commandOf(cursor);
      return joinWords(name, way ? way(cursor) : hexBrief(cursor.rest('parameters', hexWords)));
    },
  ]);
}

function answer({ address, pcb, inf }: BlockFrame, trail: FieldSeen[]): string {
  if (address === ADDRESS_ANY) throw new WireError('wire.value', 'no reader answers with the address of all');
  if (pcb === PCB.resynchronise) return resynchronised(trail);
  const command = inf[0] ?? 0;
  return unfold(trail, INFORMATION, [
    (cursor) => {
      const name = commandOf(cursor);
      const status = cursor.u16le('status', statusText);
      const words = known(status, STATUSES, 'status');
      const way = status === 0 ? ANSWERS.get(command) : nothing;
      return joinWords(name, words, way ? way(cursor) : hexBrief(cursor.rest('parameters', hexWords)));
    },
  ]);
}

const resynchronised = (trail: FieldSeen[]) =>
  joinWords('the alternation begins anew', unfold(trail, INFORMATION, [nothing]));

const commandWords = (value: number) => COMMANDS.get(value) ?? byteText(value);
const commandOf = (cursor: Cursor) => commandWords(cursor.u8('command', commandWords));

const REQUESTS: ReadonlyMap<number, Unfolding> = new Map<number, Unfolding>([
  [
    0x01,
    (cursor) => {
      const block = cursor.u8('configuration block', byteText);
      return `${cursor.u8('blocks')} from ${byteText(block)}`;
    },
  ],
  [
    RL866.inventory,
    (cursor) => {
      const options = cursor.u8('which parameters follow', byteText);
      return options === 0 ? '' : hexBrief(cursor.rest('parameters', hexWords));
    },
  ],
  [
    RL866.connect,
    (cursor) => {
      cursor.u8('antenna');
      cursor.u8('air protocol', airWords);
      cursor.u8('tag type');
      const length = cursor.u8('length');
      if (length !== cursor.left) throw new WireError('wire.length', `${cursor.left} bytes, not ${length}`);
      const mode = cursor.u8('mode', (value) => (value === ADDRESSED ? 'by UID' : byteText(value)));
      return mode === ADDRESSED ? readUidReversed(cursor) : hexBrief(cursor.rest('parameters', hexWords));
    },
  ],
  [RL866.disconnect, (cursor) => handleWords(cursor.u8('handle', handleWords))],
  [RL866.access, accessRequest],
]);

const handleWords = (handle: number) => (handle === 0 ? 'every handle' : `handle ${handle}`);

function accessRequest(cursor: Cursor): string {
  const handle = handleWords(cursor.u8('handle', handleWords));
  const length = cursor.u8('length');
  if (length !== cursor.left) throw new WireError('wire.length', `${cursor.left} bytes, not ${length}`);
  const code = cursor.u16le('access code', (value) => ACCESSES.get(value) ?? 'unknown');
  const name = ACCESSES.get(code) ?? `access ${code.toString(16)}h`;
  if (code === RL866.readBlocks) cursor.u8('security asked for');
  const ranged = code === RL866.readBlocks || code === RL866.writeBlocks;
  const first = ranged ? cursor.u16le('first block') : 0;
  const range = ranged ? `${cursor.u16le('blocks')} blocks from ${first}` : '';
  const more = cursor.rest('parameters', hexWords);
  return joinWords(handle, name, range, hexBrief(more));
}

const ANSWERS: ReadonlyMap<number, Unfolding> = new Map<number, Unfolding>([
  [RL866.inventory, (cursor) => tagsText(readInventory(cursor).tags)],
  [RL866.connect, (cursor) => handleWords(cursor.u8('handle', handleWords))],
  [RL866.disconnect, nothing],
  [RL866.access, accessAnswer],
]);

function accessAnswer(cursor: Cursor): string {
  const code = readAccessHead(cursor);
  const name = ACCESSES.get(code) ?? `access ${code.toString(16)}h`;
  const error = readAccessError(cursor);
  if (error !== undefined) return joinWords(name, statusText(error));
  if (code === RL866.systemInformation) {
    const { blocks, blockBytes, afi } = readSystemInformation(cursor);
    return joinWords(name, `${blocks} blocks of ${blockBytes} bytes, AFI ${byteText(afi ?? 0)}`);
  }
  if (code === RL866.readBlocks) return joinWords(name, `${readBlocksSent(cursor).count} blocks`);
  return joinWords(name, hexBrief(cursor.rest('data', hexWords)));
}
