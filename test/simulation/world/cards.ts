/** Library cards and their PINs: whose they are, and what was typed last. */
import { patronRef } from '../../../controller/authority/patron-ref.ts';
import { LIBRARY } from '../host/terminal-config.ts';
import type { Random } from '../virtual/random.ts';
import { PATRON_MARK } from './items.ts';

/** Digits as on real cards and keypads, and never seen elsewhere: neither may be let out. */
export const CARD_MARK = '2309171558';
export const PIN_MARK = '6174617461';

export interface Holder {
  /** In the world. */
  readonly name: string;
  readonly card: string;
  readonly pin: string;
  /** Who has given out the card. */
  readonly of: 'library' | 'platform';
  /** As the terminal, its journal and the platform know them. */
  readonly patron: string;
}

const LIBRARY_HOLDERS = 5;
const PLATFORM_HOLDERS = 3;

export class Cards {
  readonly holders: readonly Holder[];
  /** Cards that the local library was told are lost. */
  readonly lost = new Set<string>();
  /** A code that has opened its door already. */
  usedCode: string | undefined;
  /** The last card and PIN at the kiosk. */
  typed: { readonly holder: Holder; readonly right: boolean } | undefined;

  constructor(hasLibrary: boolean) {
    const count = (hasLibrary ? LIBRARY_HOLDERS : 0) + PLATFORM_HOLDERS;
    this.holders = Array.from({ length: count }, (_, index) =>
      holderOf(index + 1, index < PLATFORM_HOLDERS ? 'platform' : 'library'),
    );
  }

  of(card: string): Holder | undefined {
    return this.holders.find((holder) => holder.card === card);
  }
}

function holderOf(number: number, of: Holder['of']): Holder {
  const card = `${CARD_MARK}${String(number).padStart(4, '0')}`;
  const name = `${PATRON_MARK}card-${number}`;
  const patron = of === 'platform' ? name : patronRef(LIBRARY, card);
  return { name, card, pin: `${PIN_MARK}${String(number).padStart(2, '0')}`, of, patron };
}

export const wrongPin = (random: Random): string => `${PIN_MARK}${random.whole(50, 99)}`;
