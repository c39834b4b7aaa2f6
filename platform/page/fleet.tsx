/** Terminals, what is in doubt at them, and what one of them told last. */
import type { Language } from '../../pages/language.ts';
import { DoubtCard } from './doubt.tsx';
import { Journal } from './journal.tsx';
import type { Picture } from './server.ts';
import type { Tell } from './texts.ts';

interface FleetProps {
  readonly tell: Tell;
  readonly language: Language;
  readonly picture: Picture;
  readonly chosen: string | undefined;
  choose(terminal: string): void;
}

export function Fleet({ tell, language, picture, chosen, choose }: FleetProps) {
  return (
    <section>
      <h2>{tell('terminals')}</h2>
      {picture.terminals.map((terminal) => (
        <article class="card terminal" key={terminal.terminal}>
          {picture.terminals.length > 1 && (
            <button
              type="button"
              aria-pressed={terminal.terminal === chosen}
              onClick={() => choose(terminal.terminal)}
            >
              {tell('choose')}
            </button>
          )}
          <h3>
            <i class={`dot ${terminal.link}`} /> {terminal.name}
          </h3>
          <p>
            {tell(terminal.link)} · {tell('acknowledged', { sequence: terminal.acknowledged })} ·{' '}
            <span class={terminal.chain}>{tell(`chain${terminal.chain}`)}</span>
          </p>
          <div class="grid">
            {terminal.compartments.map(({ compartment, content, door, service }) => (
              <span
                key={compartment}
                class={`${content} ${door} ${service}`}
                title={`${tell(`content_${content}`)} · ${tell(`door_${door}`)}`}
              >
                {compartment}
              </span>
            ))}
          </div>
        </article>
      ))}
      <h2>{tell('doubts')}</h2>
      {picture.doubts.length === 0 && <p class="empty">{tell('noDoubts')}</p>}
      {picture.doubts.map((doubt) => (
        <DoubtCard key={`${doubt.terminal} ${doubt.item}`} tell={tell} language={language} doubt={doubt} />
      ))}
      <h2>{tell('journal')}</h2>
      <Journal language={language} rows={picture.journal} />
    </section>
  );
}
