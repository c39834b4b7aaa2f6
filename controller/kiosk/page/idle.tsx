/** Nobody is served: type a pickup code, or begin something else with one touch. */
import { Keypad } from './keypad.tsx';
import { useTell } from './language.ts';
import { BookAgain, BookToReader, Card, PassCode } from './pictures.tsx';
import { Press, useSending } from './sending.tsx';

export function IdleDesk({ answered }: { readonly answered: unknown }) {
  const tell = useTell();
  const sending = useSending(answered);
  return (
    <div class="idle">
      <Keypad sending={sending} />
      <div class="begin">
        <Press button="return" look="way return" sending={sending}>
          <BookToReader />
          <span>{tell('return')}</span>
        </Press>
        <Press button="renew" look="way renew" sending={sending}>
          <BookAgain />
          <span>{tell('renew')}</span>
        </Press>
        <Press button="card" look="way card" sending={sending}>
          <Card />
          <span>{tell('card')}</span>
        </Press>
      </div>
    </div>
  );
}

/** Beside the hint about the pickup code: passes go to the same scanner. */
export function PassHint() {
  const tell = useTell();
  return (
    <p class="pass-hint">
      <PassCode />
      <span>{tell('passHint')}</span>
    </p>
  );
}
