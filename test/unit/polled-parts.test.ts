/** What a polled board is made of: debounced contacts, coils that rest, unlocks that end by what is seen. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Contacts } from '../../controller/cabinet/contacts.ts';
import { PolledUnlocks } from '../../controller/cabinet/polled-unlocks.ts';
import { Pulses } from '../../controller/cabinet/pulses.ts';
import type { Contact } from '../../protocol/lock/lock.ts';

describe('contacts', () => {
  test('a door moves when two readings in a row say so, and bounce moves none', () => {
    const contacts = new Contacts(1);
    const moved = (...readings: readonly Contact[]) => readings.map((one) => contacts.polled([one]).length);
    expect(moved('closed', 'closed')).toEqual([0, 1]);
    expect(moved('open', 'closed', 'open', 'closed')).toEqual([0, 0, 0, 0]);
    expect(contacts.doors).toEqual(['closed']);
    expect(moved('open')).toEqual([0]);
    expect(contacts.restless).toBe(true);
    expect(moved('open', 'open')).toEqual([1, 0]);
    expect(contacts.restless).toBe(false);
  });

  test('one that is not told stays as it was, and unknown if it never was', () => {
    const contacts = new Contacts(2);
    contacts.polled(['closed']);
    contacts.polled(['closed']);
    expect(contacts.doors).toEqual(['closed', 'unknown']);
    contacts.polled([]);
    contacts.polled([]);
    expect(contacts.doors).toEqual(['closed', 'unknown']);
    expect(contacts.restless).toBe(false);
  });

  test('what is told unasked counts as a reading; of a lock that nobody named, as nothing', () => {
    const contacts = new Contacts(1);
    contacts.polled(['closed']);
    contacts.polled(['closed']);
    contacts.told(0, 'open');
    contacts.told(7, 'open');
    expect(contacts.polled(['open'])).toEqual([0]);
  });

  test('the door is always what was read last twice in a row', () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom<Contact[]>('open', 'closed')), (readings) => {
        const contacts = new Contacts(1);
        let door = 'unknown';
        readings.forEach((reading, at) => {
          contacts.polled([reading]);
          if (reading === readings[at - 1]) door = reading;
          expect(contacts.doors[0]).toBe(door);
        });
      }),
    );
  });
});

describe('an unlock', () => {
  const contactsAs = (contact: Contact) => {
    const contacts = new Contacts(1);
    contacts.polled([contact]);
    contacts.polled([contact]);
    return contacts;
  };
  function* nothing() {
    yield { bytes: new Uint8Array(), waitMs: 0 };
  }
  const begun = () => new PolledUnlocks().begin(1, 0);

  test('is not opened by a reading that was made before its command', async () => {
    const unlock = begun();
    unlock.command(nothing(), () => 4).next();
    unlock.seen(contactsAs('open'), 4, 0);
    expect(unlock.over).toBe(false);
    unlock.seen(contactsAs('open'), 5, 0);
    expect(await unlock.ended).toBe('opened');
  });

  test('that was never sent does not end by what is seen', () => {
    const unlock = begun();
    unlock.waitUntil(0);
    unlock.seen(contactsAs('open'), 9, 100);
    expect([unlock.over, unlock.commanded]).toEqual([false, false]);
  });

  test('is not given up while a reading waits to be confirmed', async () => {
    const unlock = begun();
    unlock.command(nothing(), () => 0).next();
    unlock.waitUntil(100);
    const contacts = contactsAs('closed');
    unlock.seen(contacts, 1, 99);
    contacts.polled(['open']);
    unlock.seen(contacts, 2, 101);
    expect(unlock.over).toBe(false);
    contacts.polled(['closed']);
    unlock.seen(contacts, 3, 102);
    expect(await unlock.ended).toBe('notOpened');
  });

  test('ends once', async () => {
    const unlock = begun();
    unlock.end('boardAway');
    unlock.end('refused');
    expect(await unlock.ended).toBe('boardAway');
  });

  test('of old is forgotten, one that is open never', () => {
    const unlocks = new PolledUnlocks();
    const first = unlocks.begin(0, 0);
    for (let id = 1; id < 200; id += 1) unlocks.begin(id, 0).end('opened');
    expect(unlocks.of(0)).toBe(first);
    expect(unlocks.of(1)).toBeUndefined();
    expect(unlocks.of(199)).toBeDefined();
  });
});

describe('pulses', () => {
  test('of which one fails let the next one wait all the same', async () => {
    let nowMs = 0;
    const clock = {
      nowMs: () => nowMs,
      sleep: async (ms: number) => {
        nowMs += ms;
      },
    };
    const pulses = new Pulses({ pulseMs: 300, restMs: 500, waitMsMax: 3_000 }, clock);
    const failed = pulses.run(() => Promise.reject(new Error('the line is away')));
    const next = pulses.run(async () => nowMs);
    await expect(failed).rejects.toThrow('away');
    expect(await next).toBe(800);
  });
});
