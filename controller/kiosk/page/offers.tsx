/** A list from which somebody chooses a book by touching it; a long one scrolls inside itself. */
import type { ComponentChildren } from 'preact';
import type { Offer } from '../../lending/screen.ts';
import { named, useTell, type Values } from './language.ts';
import type { Sending } from './sending.tsx';
import type { TextKey } from './texts/keys.ts';

export function Listed({
  name,
  heading,
  beside,
  children,
}: {
  /** For styles and tests. */
  readonly name: string;
  readonly heading: string;
  readonly beside?: ComponentChildren;
  readonly children: ComponentChildren;
}) {
  return (
    <section class={`listed ${name}`} aria-label={heading}>
      <div class="listed-head">
        <h2>{heading}</h2>
        {beside}
      </div>
      <ul>{children}</ul>
    </section>
  );
}

export function OfferLine({
  offer,
  says,
  about,
  note,
  disabled = false,
  sending,
}: {
  readonly offer: Offer;
  /** What a touch does, in words. */
  readonly says: TextKey;
  readonly about?: Values;
  readonly note?: string | undefined;
  readonly disabled?: boolean;
  readonly sending: Sending;
}) {
  const tell = useTell();
  return (
    <li>
      <button
        type="button"
        data-item={offer.item}
        disabled={disabled}
        aria-label={tell(says, { ...named(tell, offer), ...about })}
        onClick={() => sending.post({ kind: 'choose', item: offer.item })}
      >
        <b>{offer.compartment}</b>
        <Book title={offer.title || offer.item} note={note} />
      </button>
    </li>
  );
}

export function Book({ title, note }: { readonly title: string; readonly note?: string | undefined }) {
  return (
    <span class="about">
      <span class="title">{title}</span>
      {note && <span class="note">{note}</span>}
    </span>
  );
}
