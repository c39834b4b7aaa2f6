import { describe, expect, test } from 'vitest';
import { RFID_DRIVER_NAMES, RFID_DRIVERS, type RfidDriverName } from '../../protocol/rfid/drivers.ts';
import type { FieldSeen } from '../../protocol/wire/cursor.ts';
import { WireError } from '../../protocol/wire/error.ts';
import { fromHex, hex } from '../../protocol/wire/hex.ts';
import type { Talk } from '../../protocol/wire/talk.ts';
import { bytesOf, CODECS, type GoldenFrame } from './rfid-readers.ts';

const DIRECTIONS: Readonly<Record<string, RegExp>> = {
  tx: /^request:|could be: request:/,
  rx: /^(answer|notification):|^N?ACK/,
};

describe.each(RFID_DRIVER_NAMES)('golden frames of %s', (name) => {
  const { frames, again } = CODECS[name];
  const { decode } = RFID_DRIVERS[name];
  const whole = frames.filter(({ refused }) => refused === undefined);

  test.each(whole)('$note', (frame) => {
    const trail: FieldSeen[] = [];
    const sentence = decode(bytesOf(frame), trail);
    expect(sentence).toBe(frame.says);
    expect(sentence).toMatch(DIRECTIONS[frame.dir] ?? /^$/);
    expect(hex(Uint8Array.from(trail.flatMap(({ bytes }) => [...bytes])))).toBe(frame.hex);
    expect(trail.map(({ at }) => at)).toEqual(startsOf(trail));
  });

  test.each(whole)('again: $note', (frame) => {
    expect(hex(again(bytesOf(frame), frame.dir as 'tx' | 'rx'))).toBe(frame.hex);
  });

  test.each(whole)('no turned bit: $note', (frame) => {
    for (let bit = 0; bit < bytesOf(frame).length * 8; bit += 1) {
      const turned = bytesOf(frame);
      turned[bit >> 3] = (turned[bit >> 3] ?? 0) ^ (1 << (bit & 7));
      expect(() => decode(turned), `bit ${bit}`).toThrow(WireError);
    }
  });
});

test('the frame that its source shows two bytes too short is refused', () => {
  const cut = Object.entries(CODECS).flatMap(([name, { frames }]) =>
    frames.filter(({ refused }) => refused !== undefined).map((frame) => ({ name, frame })),
  );
  expect(cut.map(({ name, frame }) => [name, frame.hex, frame.refused])).toEqual([
    ['uhfreader18', '11002100020b3dc00a3c01010001cdff', 'wire.length'],
  ]);
  expect(() => RFID_DRIVERS.uhfreader18.decode(bytesOf(cut[0]?.frame as GoldenFrame))).toThrow(WireError);
});

const startsOf = (trail: readonly FieldSeen[]): number[] => {
  let at = 0;
  return trail.map(({ bytes }) => {
    at += bytes.length;
    return at - bytes.length;
  });
};

/** The answers by name of their golden frames, or as bytes; `undefined` is silence. */
function told<T>(name: RfidDriverName, talk: Talk<T, unknown>, answers: readonly (string | undefined)[]): T {
  const driver = RFID_DRIVERS[name].create();
  const left = [...answers];
  let next = talk.next();
  while (!next.done) {
    const { answers: isAnswer } = next.value;
    let frame: unknown;
    for (let more = true; more && frame === undefined; ) {
      const text = left.shift();
      more = text !== undefined;
      const splitter = driver.wire.splitter((error) => expect.fail(error.message));
      for (const one of text ? splitter.push(golden(name, text)) : []) if (isAnswer?.(one)) frame = one;
    }
    next = talk.next(frame);
  }
  return next.value;
}

function golden(name: RfidDriverName, text: string): Uint8Array {
  const frame = CODECS[name].frames.find(({ note }) => note === text);
  return frame ? bytesOf(frame) : fromHex(text);
}

describe('golden answers to', () => {
  const tag = (id: string, more = {}) => ({ kind: 'iso15693', id, ...more });
  const UID = 'E00401003123AA26';

  test('feig: an inventory in two parts', () => {
    const driver = RFID_DRIVERS.feig.create();
    const answers = ['inventoryReply_moreData', 'inventoryReply_none'];
    expect(told('feig', driver.inventory(0), answers)).toEqual({
      tags: [tag(UID, { dsfid: 0 })],
      complete: true,
    });
    expect(told('feig', driver.inventory(0), ['inventoryReply_1tag']).tags).toEqual([tag(UID, { dsfid: 0 })]);
  });

  test('feig: a version in an advanced frame, and a tag that is locked', () => {
    const driver = RFID_DRIVERS.feig.create();
    const version = told('feig', driver.identify(), ['advanced version reply']);
    expect(version).toMatchObject({ model: 'FEIG ID CPR40', version: '3.3' });
    const write = () =>
      driver.writeAfi && told('feig', driver.writeAfi(UID, 7), ['writeAFI_isoError_locked']);
    expect(write).toThrow('the tag answered with an error: locked, not changed');
  });

  test('m3m810: inventories, AFI, a write that was acknowledged', () => {
    const driver = RFID_DRIVERS.m3m810.create();
    const seen = (frame: string) => told('m3m810', driver.inventory(0), [frame]).tags;
    expect(seen('no tag in range')).toEqual([]);
    expect(seen('1 tag E00401003123AA26 (NXP ICODE SLI)')).toEqual([tag(UID)]);
    expect(seen('2 tags')).toEqual([tag(UID), tag('E0040100017C0C38')]);
    expect(driver.readAfi && told('m3m810', driver.readAfi(UID), ['readAFI_reply_DA'])).toBe(0xda);
    const blocks = driver.writeBlocks?.(UID, 0, new Uint8Array(28), 4);
    expect(() => blocks && told('m3m810', blocks, ['write ack, 7 blocks'])).not.toThrow();
    const fewer = driver.writeBlocks?.(UID, 0, new Uint8Array(28), 4);
    expect(() => fewer && told('m3m810', fewer, ['write ack 6'])).toThrow(/up to block 6/);
  });

  test('rl866: three tags', () => {
    const { tags, complete } = told('rl866', RFID_DRIVERS.rl866.create().inventory(0), [
      'inventory response, 3 tags E00401003F38..',
    ]);
    expect(complete).toBe(true);
    expect(tags).toEqual(
      ['E00401003F3827A7', 'E00401003F382624', 'E00401003F3825A4'].map((id) => tag(id, { dsfid: 0 })),
    );
  });

  test('uhfreader18: who it is, two tags, none', () => {
    const driver = RFID_DRIVERS.uhfreader18.create();
    const info = 'fw 5.2, type 86, proto 02=6C, fmax 31 fmin 80, power 1A=26dBm, scan 14=2s';
    expect(told('uhfreader18', driver.identify(), [info])).toEqual({
      model: 'UHFReader18 family',
      version: '5.2',
      told: ['power 26 dBm', 'scan time 2 s', 'layout classic'],
    });
    const { tags } = told('uhfreader18', driver.inventory(0), ['inventoryReply_2tags']);
    expect(tags.map(({ id }) => id)).toEqual(['E284361100001000094944AA', 'E28069150000503242419E26']);
    const none = 'no tag (status FB)';
    expect(told('uhfreader18', driver.inventory(0), [none])).toEqual({ tags: [], complete: true });
  });

  test('m100: tags of three polls, then none; what a read tells', () => {
    const driver = RFID_DRIVERS.m100.create();
    const none = 'no tag (error 0x15)';
    const polls = ['tag, RSSI C4', undefined, 'tag', undefined, none, none, none];
    expect(told('m100', driver.inventory(0), polls)).toEqual({
      tags: [
        { kind: 'epc', id: 'E200001D7315016521408FC6', rssi: -60 },
        { kind: 'epc', id: '30751FEB705C5904E3D50D70', rssi: -55 },
      ],
      complete: true,
    });
    const read = driver.readBlocks?.('30751FEB705C5904E3D50D70', 0, 2);
    const words = read && told('m100', read, ['selected', 'read: 12345678']);
    expect(hex(words ?? new Uint8Array())).toBe('12345678');
    const another = driver.readBlocks?.('E200001D7315016521408FC6', 0, 2);
    expect(() => another && told('m100', another, ['selected', 'read: 12345678'])).toThrow(
      /answered instead/,
    );
  });

  test('pn532: cards with identifiers of every length', () => {
    const cards = (answer: string) => {
      const answers = [
        'SAMConfiguration done',
        'RFConfiguration done',
        'InRelease done',
        answer,
        'InRelease done',
      ];
      return told('pn532', RFID_DRIVERS.pn532.create().inventory(0), answers).tags.map(({ id }) => id);
    };
    expect(cards('InListPassiveTarget: no card')).toEqual([]);
    expect(cards('InListPassiveTarget: UID of 4 bytes')).toEqual(['0439BEEF']);
    expect(cards('InListPassiveTarget: UID of 7 bytes')).toEqual(['04A1B2C3D4E5F6']);
    expect(cards('InListPassiveTarget: UID of 10 bytes')).toEqual(['0102030405060708090A']);
    expect(cards('InListPassiveTarget: a DESFire card with its ATS')).toEqual(['04A1B2C3D4E5F6']);
    expect(cards('InListPassiveTarget: two cards')).toEqual(['01020304', '05060708']);
  });
});
