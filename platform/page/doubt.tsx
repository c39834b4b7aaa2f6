/** One doubt: what is not known, its way out in words, and a button where an operator may settle it. */
import { useState } from 'preact/hooks';
import type { Language } from '../../pages/language.ts';
import { type Doubt, post } from './server.ts';
import type { Tell } from './texts.ts';
import { tellValueIn } from './values.ts';

interface DoubtProps {
  readonly tell: Tell;
  readonly language: Language;
  readonly doubt: Doubt;
}

export function DoubtCard({ tell, language, doubt }: DoubtProps) {
  const { terminal, item, hold, title, compartment, reason, wayOut, refusal, asked } = doubt;
  const [failed, setFailed] = useState<string>();
  const settle = async () => setFailed(await post('/api/doubts/settle', { terminal, item }));
  const why = failed ?? (refusal && tell('refusal', { reason: refusal }));
  return (
    <article class={`card doubt ${wayOut}`} data-item={item}>
      <header>
        <h3>{title ?? item}</h3>
        <b class="compartment">{compartment}</b>
      </header>
      <p class="where">
        {title && `${tell('barcodeIs', { item })} · `}
        {terminal}
      </p>
      <p>{tellValueIn(language)(reason)}</p>
      <p>{tell(wayOut)}</p>
      {why && <p role="alert">{why}</p>}
      {asked && <p role="status">{tell('asked')}</p>}
      {wayOut !== 'closeTheDoor' && !asked && (
        <button type="button" onClick={() => void settle()}>
          {tell(hold ? 'settleHold' : 'settleItem')}
        </button>
      )}
    </article>
  );
}
