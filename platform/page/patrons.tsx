/** Patrons with their credit, what they have on loan, credit passes with their QR codes, and the keys that sign them. */
import { useState } from 'preact/hooks';
import type { Language } from '../../pages/language.ts';
import { type CreditTell, tellCreditIn } from './credit-texts.ts';
import { dayOf } from './returns.tsx';
import { ask, get, type Loan, type Pass, type PassKey, type Patron, post, useLook } from './server.ts';
import { tellValueIn } from './values.ts';

interface Seen {
  readonly patrons: readonly Patron[];
  readonly passes: readonly Pass[];
  readonly loans: readonly Loan[];
  readonly keys: readonly PassKey[];
}
interface Made extends Pass {
  readonly text: string;
  readonly qr: string;
}

const EMPTY: Seen = { patrons: [], passes: [], loans: [], keys: [] };

async function look(): Promise<Seen> {
  const [patrons, passes, loans, keys] = await Promise.all([
    get<Patron[]>('/api/patrons'),
    get<Pass[]>('/api/passes'),
    get<Loan[]>('/api/loans'),
    get<PassKey[]>('/api/keys'),
  ]);
  return { patrons, passes, loans, keys };
}

const imageOf = (svg: string): string => `data:image/svg+xml,${encodeURIComponent(svg)}`;

export function Credit({ language }: { language: Language }) {
  const tell = tellCreditIn(language);
  const { patrons, passes, loans, keys } = useLook(look, EMPTY);
  const [made, setMade] = useState<Made>();
  const [failed, setFailed] = useState<string>();
  const make = async (patron: string) => {
    const answer = await ask<Made>('/api/passes', { patron });
    setMade(typeof answer === 'string' ? undefined : answer);
    setFailed(typeof answer === 'string' ? answer : undefined);
  };
  return (
    <main class="credit">
      <section>
        <h2>{tell('patrons')}</h2>
        {patrons.length === 0 && <p class="empty">{tell('noPatrons')}</p>}
        {patrons.map((patron) => (
          <PatronCard
            key={patron.patron}
            tell={tell}
            patron={patron}
            loans={loans.filter((loan) => loan.patron === patron.patron && !loan.returned && !loan.ended)}
            language={language}
            make={() => void make(patron.patron)}
          />
        ))}
      </section>
      <section aria-live="polite">
        <h2>{tell('pass')}</h2>
        {failed && <p role="alert">{failed}</p>}
        {made ? <PassCard tell={tell} made={made} /> : <p class="empty">{tell('makeOne')}</p>}
        <h2>{tell('passes')}</h2>
        <Passes tell={tell} passes={passes} />
        <h2>{tell('keys')}</h2>
        <Keys tell={tell} keys={keys} />
      </section>
    </main>
  );
}

interface PatronProps {
  readonly tell: CreditTell;
  readonly language: Language;
  readonly patron: Patron;
  readonly loans: readonly Loan[];
  make(): void;
}

function PatronCard({ tell, language, patron, loans, make }: PatronProps) {
  const { patron: id, tier, standing, card, openLoans, itemsMax, disputed, pinWaitsUntil } = patron;
  return (
    <article class={`card patron ${standing}`} data-patron={id}>
      <header>
        <h3>{id}</h3>
        <span>{tell('tier', { tier })}</span>
        <b>{tell('has', { count: openLoans, max: itemsMax })}</b>
      </header>
      <p class="soft">
        {tell(standing)}
        {card && ` · ${tell('card')}`}
        {pinWaitsUntil && ` · ${tell('pinWaits')}`}
        {disputed > 0 && ` · ${tell('denied', { count: disputed })}`}
      </p>
      {loans.length > 0 && (
        <ul class="lines">
          {loans.map((loan) => (
            <li key={`${loan.terminal} ${loan.sequence}`}>
              <span>{loan.title ?? loan.item}</span>
              <em>
                {tellValueIn(language)(loan.grantedBy)} · {dayOf(loan.due)}
              </em>
            </li>
          ))}
        </ul>
      )}
      <p class="buttons">
        {standing === 'good' && (
          <button type="button" onClick={make}>
            {tell('make')}
          </button>
        )}
        {standing === 'good' && (
          <button type="button" onClick={() => void post('/api/revocations', { patrons: [id] })}>
            {tell('block')}
          </button>
        )}
        {standing === 'blocked' && (
          <button
            type="button"
            onClick={() => void post(`/api/patrons/${id}`, { tier, standing: 'good' }, 'PUT')}
          >
            {tell('unblock')}
          </button>
        )}
      </p>
    </article>
  );
}

function PassCard({ tell, made }: { tell: CreditTell; made: Made }) {
  return (
    <article class="card pass" data-pass={made.pass}>
      <img src={imageOf(made.qr)} alt={tell('qr')} />
      <div>
        <h3>{made.patron}</h3>
        <p>
          {tell('until', {
            at: new Date(made.until).toLocaleString('sv', { timeStyle: 'short', dateStyle: 'short' }),
          })}
        </p>
        <p>{tell('lends', { count: made.itemsMax })}</p>
        <textarea readOnly rows={4} value={made.text} aria-label={tell('text')} />
      </div>
    </article>
  );
}

function Passes({ tell, passes }: { tell: CreditTell; passes: readonly Pass[] }) {
  if (passes.length === 0) return <p class="empty">{tell('noPasses')}</p>;
  return (
    <ul class="lines card">
      {passes.map(({ pass, patron, used, itemsMax, until, revoked }) => (
        <li key={pass} class={revoked ? 'over' : ''}>
          <code>{pass}</code>
          <span>{patron}</span>
          <em>{tell('used', { used, max: itemsMax, at: dayOf(until) })}</em>
          {revoked ? (
            <strong>{tell('revoked')}</strong>
          ) : (
            <button type="button" onClick={() => void post('/api/revocations', { passes: [pass] })}>
              {tell('revoke')}
            </button>
          )}
        </li>
      ))}
    </ul>
  );
}

function Keys({ tell, keys }: { tell: CreditTell; keys: readonly PassKey[] }) {
  const [failed, setFailed] = useState<string>();
  return (
    <div class="card">
      <ul class="lines">
        {keys.map(({ key, state, awaited }) => (
          <li key={key}>
            <code>{key}</code>
            <span>{tell(`key_${state}`)}</span>
            {awaited > 0 && <em>{tell('awaited', { count: awaited })}</em>}
          </li>
        ))}
      </ul>
      <p class="buttons">
        <button type="button" onClick={async () => setFailed(await post('/api/keys/rotate'))}>
          {tell('rotate')}
        </button>
      </p>
      {failed && <p role="alert">{failed}</p>}
    </div>
  );
}
