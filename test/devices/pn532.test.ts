import { expect, test } from 'vitest';
import { simTag } from '../../simulator/devices/field.ts';
import { describeReader } from './reader-story.ts';

const UIDS = ['0439BEEF', '04A1B2C3D4E5F6', '0102030405060708090A'];
const card = (number: number) => simTag({ uid: UIDS[number] ?? '' });

describeReader(
  {
    name: 'pn532',
    identity: { model: 'NXP PN532', version: '1.6' },
    can: [],
    tag: card,
    idOf: ({ uid }) => uid,
    counts: [0, 1, 2],
    blockBytes: 0,
    collisionsTold: false,
  },
  (desk) => {
    test.each(UIDS)('tells the card %s again and again while it lies there', (uid) => {
      const on = desk(simTag({ uid }));
      for (let at = 0; at < 3; at += 1) expect(on.inventory()).toEqual({ ids: [uid], complete: true });
    });

    test('reads past the answer to select of a card with a file system', () => {
      const desfire = simTag({
        uid: '04A1B2C3D4E5F6',
        atqa: 0x0344,
        sak: 0x20,
        ats: Uint8Array.from([0x75, 1]),
      });
      expect(desk(desfire, card(0)).inventory().ids).toEqual(['04A1B2C3D4E5F6', '0439BEEF']);
    });

    test('tells two cards at most, and that there may be more', () => {
      expect(desk(card(0), card(1), card(2)).inventory()).toEqual({ ids: UIDS.slice(0, 2), complete: false });
    });

    test('that restarted unnoticed costs one try', () => {
      const on = desk(card(0));
      on.inventory();
      on.bench.device.fail('powerDip');
      expect(() => on.inventory()).toThrow();
      on.bench.rest(1_000);
      expect(on.inventory().ids).toEqual(['0439BEEF']);
    });
  },
);
