/** Conflicts: what happened, by which rule it was settled, who must look, and their word when they have. */
import { useState } from 'preact/hooks';
import type { Language } from '../../pages/language.ts';
import { type ConflictTell, tellConflictIn } from './conflict-texts.ts';
import { dayOf } from './returns.tsx';
import { type Conflict, get, post, useLook } from './server.ts';

const NONE: readonly Conflict[] = [];

export function Conflicts({ language }: { language: Language }) {
  const tell = tellConflictIn(language);
  const [all, setAll] = useState(false);
  const conflicts = useLook(() => get<Conflict[]>(`/api/conflicts?all=${all}`), NONE, `${all}`);
  return (
    <main class="conflicts" aria-live="polite">
      <label class="check">
        <input type="checkbox" checked={all} onChange={(event) => setAll(event.currentTarget.checked)} />{' '}
        {tell('all')}
      </label>
      {conflicts.length === 0 && <p class="empty">{tell('none')}</p>}
      {conflicts.map((conflict) => (
        <ConflictCard key={conflict.number} tell={tell} conflict={conflict} />
      ))}
    </main>
  );
}

function ConflictCard({ tell, conflict }: { tell: ConflictTell; conflict: Conflict }) {
  const { number, rule, outcome, look, terminal, item, title, patron, pass, detail, since } = conflict;
  const { explained, seen, word } = conflict;
  const [said, say] = useState('');
  const [failed, setFailed] = useState<string>();
  const submit = async (event: Event) => {
    event.preventDefault();
    setFailed(await post(`/api/conflicts/${number}/seen`, { word: said }));
  };
  const about = [title, item, patron, pass, terminal, since && dayOf(since)].filter(Boolean).join(' · ');
  return (
    <article class={`card conflict ${explained || seen ? 'over' : ''}`} data-rule={rule}>
      <header>
        <h3>{tell(`rule_${rule}`)}</h3>
        <b>{tell(`look_${look}`)}</b>
      </header>
      <p class="soft">{about}</p>
      {detail && <p class="soft">{detail}</p>}
      <p>{tell(`outcome_${outcome}`)}</p>
      {explained && <p role="status">{tell('explained', { why: explained })}</p>}
      {seen && <p role="status">{tell('seen', { at: dayOf(seen), word: word ?? '' })}</p>}
      {!explained && !seen && (
        <form onSubmit={submit}>
          <input
            required
            maxLength={500}
            value={said}
            placeholder={tell('word')}
            aria-label={tell('word')}
            onInput={(event) => say(event.currentTarget.value)}
          />
          <button type="submit">{tell('mark')}</button>
        </form>
      )}
      {failed && <p role="alert">{failed}</p>}
    </article>
  );
}
