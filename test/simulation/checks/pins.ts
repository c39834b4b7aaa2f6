/**
 * Cards and PINs: nobody is let in by a wrong one, as somebody else or with a lost card, the right one is never called
 * wrong; and guessing is slow, of one card as of many.
 */
import type { Kiosk, Session } from '../../../controller/lending/state.ts';
import type { Batch, Check } from '../seen.ts';
import type { World } from '../world/world.ts';

const PROMISE = '8 card and PIN';
/**
 * docs/lending.md: 30 s, doubled each time, at most 15 min: of a card from the third, of the kiosk from the fifth, which
 * forgets one in ten minutes, and all where a code opens a door or a courier comes.
 */
const WAIT_MS = 30_000;
const WAIT_MS_MAX = 15 * 60_000;
const CARD_FREE = 2;
const KIOSK_FREE = 4;
const FORGOTTEN_AFTER_MS = 10 * 60_000;
/** A wait begins when it is decided; it is seen when it is durable. */
const SLACK_MS = 10_000;

interface Wrong {
  count: number;
  atMs: number;
}

const waitMs = (count: number, free: number) =>
  count <= free ? 0 : Math.min(WAIT_MS * 2 ** (count - free - 1), WAIT_MS_MAX);

export function pins(world: World): Check {
  const { seen, clock, cards } = world;
  const fail = (what: string) => seen.fail(PROMISE, what);
  const byCard = new Map<string, Wrong>();
  const kiosk: Wrong = { count: 0, atMs: 0 };
  const known = new Map<string, string>();
  let askedLast = '';
  const purposes = new Map<string, string>();
  /** The card, when it was asked about last. */
  let lost = false;
  const wrongOf = (card: string) => {
    const wrong = byCard.get(card) ?? { count: 0, atMs: 0 };
    byCard.set(card, wrong);
    return wrong;
  };
  const mayTry = (what: string, { count, atMs }: Wrong, free: number) => {
    const waitedMs = clock.nowMs - atMs;
    if (waitedMs + SLACK_MS < waitMs(count, free))
      fail(`${what} is tried ${Math.round(waitedMs / 1_000)} s after the wrong PIN number ${count}`);
  };
  const asks = ({ id, card, asking }: Session) => {
    const question = `${id}/${asking?.requestId}`;
    if (asking?.about !== 'patron' || question === askedLast || card === undefined) return;
    askedLast = question;
    lost = cards.lost.has(card);
    seen.count('pinsTried');
    mayTry(`card ${cards.of(card)?.name}`, wrongOf(card), CARD_FREE);
    mayTry('the kiosk', kiosk, KIOSK_FREE);
  };
  const enters = (session: string, { visitor }: Session) => {
    if (!visitor || visitor.by === 'pass' || known.has(session)) return;
    known.set(session, visitor.patron);
    const { typed } = cards;
    if (!typed?.right) fail(`${typed?.holder.name} is let in with a wrong PIN`);
    else if (lost) fail(`${typed.holder.name} is let in with a card that was reported lost`);
    else if (typed.holder.patron !== visitor.patron) fail(`${typed.holder.name} is let in as somebody else`);
  };
  const changed = ({ changed: all }: Batch) => {
    for (const { collection, key, body } of all) {
      if (collection !== 'sessions') continue;
      if (body === undefined) known.delete(key);
      else {
        purposes.set(key, (body as Session).purpose);
        asks(body as Session);
        enters(key, body as Session);
      }
    }
    for (const { collection, body } of all) {
      if (collection !== 'kiosk') continue;
      const purpose = purposes.get((body as Kiosk).front ?? '');
      if (purpose === 'pickup' || purpose === 'loading') kiosk.count = 0;
    }
  };
  return {
    batch: changed,
    pinTold: (card, right, told) => {
      if (told === 'visit') byCard.delete(card);
      else if (told === 'wrongPin') {
        if (right && !perhapsUnknown(world, card))
          fail(`the right PIN of ${cards.of(card)?.name} is called wrong`);
        const forgotten = Math.floor((clock.nowMs + SLACK_MS - kiosk.atMs) / FORGOTTEN_AFTER_MS);
        kiosk.count = Math.max(0, kiosk.count - forgotten);
        for (const wrong of [wrongOf(card), kiosk]) {
          wrong.count += 1;
          wrong.atMs = clock.nowMs;
        }
      }
    },
  };
}

/** A library that tells no BL says the same of a wrong PIN and of a card that it does not know; the platform may be away. */
const perhapsUnknown = ({ cards, library }: World, card: string): boolean =>
  cards.of(card)?.of === 'platform' && library?.collection.habits.tellsValidPatron === false;
