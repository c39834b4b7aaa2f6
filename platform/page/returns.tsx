/** What was brought back last, and whether somebody had it on loan. */
import type { Return } from './server.ts';
import type { Tell } from './texts.ts';

const SHOWN = 6;

/** As on the calendar of whoever looks: 2026-11-25. */
export const dayOf = (at: string): string => new Date(at).toLocaleDateString('sv');
const hourOf = (at: string): string => new Date(at).toLocaleTimeString('sv', { timeStyle: 'short' });

export function Returns({ tell, returns }: { tell: Tell; returns: readonly Return[] }) {
  return (
    <section class="card" aria-live="polite">
      <h2>{tell('returns')}</h2>
      {returns.length === 0 && <p class="empty">{tell('noReturns')}</p>}
      <ol class="back">
        {returns.slice(0, SHOWN).map(({ terminal, sequence, item, title, compartment, at, loans }) => (
          <li key={`${terminal} ${sequence}`} data-item={item}>
            <div>
              <span>{title ?? item}</span>
              <b>{compartment}</b>
            </div>
            <p>
              {title && `${tell('barcodeIs', { item })} · `}
              <time dateTime={at}>{`${dayOf(at)} ${hourOf(at)}`}</time> · {terminal}
            </p>
            {loans === 0 && <p class="unknown">{tell('noLoan')}</p>}
          </li>
        ))}
      </ol>
    </section>
  );
}
