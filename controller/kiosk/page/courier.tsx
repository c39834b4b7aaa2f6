/** The courier's desk: how much is done, what is to be put in, taken out and looked for, door by door. */
import type { Screen } from '../../lending/screen.ts';
import { useTell } from './language.ts';
import { Book, Listed, OfferLine } from './offers.tsx';
import { BookToReader } from './pictures.tsx';
import { Press, type Sending, SendingLine, useSending } from './sending.tsx';
import { WHYS } from './texts/keys.ts';

export type CourierScreen = Extract<Screen, { name: 'courier' }>;

export function CourierDesk({
  screen,
  answered,
}: {
  readonly screen: CourierScreen;
  readonly answered: unknown;
}) {
  const tell = useTell();
  const sending = useSending(answered);
  return (
    <div class="lists-desk courier">
      <Lists screen={screen} sending={sending} />
      <div class="bar">
        <p class="moved">
          {tell('moved')} <b data-count="moved">{screen.moved}</b>
        </p>
        <SendingLine sending={sending} />
        <Press button="count" look="type" sending={sending} />
        <Press button="finish" look="finish" sending={sending} />
      </div>
    </div>
  );
}

/** What is to be put in opens by its barcode only: a touch would not prove that the book is there. */
function Lists({ screen, sending }: { readonly screen: CourierScreen; readonly sending: Sending }) {
  const tell = useTell();
  const { toPutIn, toTakeOut, toCheck } = screen;
  return (
    <div class="lists">
      {toPutIn.length + toTakeOut.length + toCheck.length === 0 && <BookToReader />}
      {toPutIn.length > 0 && (
        <Listed name="put-in" heading={tell('toPutIn')}>
          {toPutIn.map(({ item, title }) => (
            <li key={item} class="line-only" data-item={item}>
              <Book title={title || item} note={item} />
            </li>
          ))}
        </Listed>
      )}
      {toTakeOut.length > 0 && (
        <Listed name="take-out" heading={tell('toTakeOut')}>
          {toTakeOut.map((offer) => {
            const why = WHYS.find((known) => known === offer.why);
            const note = why ? tell(`why.${why}`) : offer.why;
            return (
              <OfferLine
                key={offer.item}
                offer={offer}
                says="takeOut"
                about={{ why: note }}
                note={note}
                sending={sending}
              />
            );
          })}
        </Listed>
      )}
      {toCheck.length > 0 && (
        <Listed name="check" heading={tell('toCheck')}>
          {toCheck.map((offer) => (
            <OfferLine key={offer.item} offer={offer} says="check" sending={sending} />
          ))}
        </Listed>
      )}
    </div>
  );
}
