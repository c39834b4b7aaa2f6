/** A patron who is known: what is on hold for them, and what they may borrow. */
import type { Offer, Screen } from '../../lending/screen.ts';
import { priceOf, useTell } from './language.ts';
import { Listed, OfferLine } from './offers.tsx';
import { Press, type Sending, SendingLine, useSending } from './sending.tsx';

type VisitScreen = Extract<Screen, { name: 'visit' }>;

export function VisitDesk({
  screen,
  answered,
}: {
  readonly screen: VisitScreen;
  readonly answered: unknown;
}) {
  const tell = useTell();
  const sending = useSending(answered);
  const { holds, stock, left } = screen;
  return (
    <div class="lists-desk">
      <div class="lists">
        {holds.length > 0 && <Holds holds={holds} sending={sending} />}
        {stock.length > 0 && <Stock stock={stock} left={left} sending={sending} />}
        {holds.length + stock.length === 0 && <p class="nothing">{tell('nothingHere')}</p>}
      </div>
      <div class="bar">
        <SendingLine sending={sending} />
        <Press button="renew" look="type" sending={sending} />
        <Press button="finish" look="finish" sending={sending} />
      </div>
    </div>
  );
}

function Holds({ holds, sending }: { readonly holds: readonly Offer[]; readonly sending: Sending }) {
  const tell = useTell();
  const all = holds.length > 1 && <Press button="collectAll" look="all" sending={sending} />;
  return (
    <Listed name="holds" heading={tell('forYou')} beside={all}>
      {holds.map((offer) => (
        <OfferLine key={offer.item} offer={offer} says="collectOne" sending={sending} />
      ))}
    </Listed>
  );
}

/** Once the pass allows nothing more, the list only tells what there is. */
function Stock({
  stock,
  left,
  sending,
}: {
  readonly stock: readonly Offer[];
  readonly left: number | undefined;
  readonly sending: Sending;
}) {
  const tell = useTell();
  const allowed = left !== undefined && (
    <p class="left" data-left={left}>
      {tell('left', { count: left })}
    </p>
  );
  return (
    <Listed name="stock" heading={tell('toBorrow')} beside={allowed}>
      {stock.map((offer) => {
        const price = offer.priceFen === undefined ? undefined : priceOf(tell, offer.priceFen);
        return (
          <OfferLine
            key={offer.item}
            offer={offer}
            says={price === undefined ? 'borrowOne' : 'borrowNew'}
            about={{ price }}
            note={price && tell('newBook', { price })}
            disabled={left === 0}
            sending={sending}
          />
        );
      })}
    </Listed>
  );
}
