/** Requests of a board link: an answer counts only for the question that it answers. */
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { Requests } from '../../controller/cabinet/requests.ts';
import { decodeFrame } from '../../protocol/board/codec.ts';
import type { BoardMessage } from '../../protocol/board/messages.ts';

const idle = { uptimeMs: 0, boot: 1, doorsOpen: 0, doorsKnown: 0, coil: 0xff, safeReason: 0, framesBad: 0 };
const unmeasured = { eventsKept: 0, inputs: 0, settingsPending: 0, supply: 0, temperature: 0, reference: 0 };
const status = (id: number): BoardMessage => ({ name: 'status', id, fields: { ...idle, ...unmeasured } });

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

test('the answer to another question with the same number answers nothing', async () => {
  const sent: Uint8Array[] = [];
  const requests = new Requests((frame) => void sent.push(frame));
  const asked = requests.send('unlockStatus', { unlockId: 7 });
  requests.reply(status(1));
  requests.reply({ name: 'error', id: 1, fields: { message: 0x06, code: 1 } });
  requests.reply({ name: 'unlockState', id: 1, fields: { unlockId: 7, compartment: 0, state: 3 } });
  expect((await asked).fields.state).toBe(3);
  expect(sent).toHaveLength(1);
});

test('a new connection goes on counting: what the board still has to say to the old one finds nobody', async () => {
  const ids: number[] = [];
  const write = (frame: Uint8Array) => {
    const message = decodeFrame(frame.subarray(0, -1));
    if (typeof message === 'object') ids.push(message.id);
  };
  const first = new Requests(write);
  const lost = first.send('heartbeat', {}).catch((error: unknown) => error);
  first.close('the port is gone');
  await lost;
  const second = new Requests(write, first.lastId);
  const asked = second.send('heartbeat', {});
  second.reply(status(1));
  second.reply(status(2));
  await asked;
  expect(ids).toEqual([1, 2]);
});
