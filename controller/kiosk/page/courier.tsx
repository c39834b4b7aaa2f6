/** The courier's desk: how much is done, what is to be put in, and what is to be taken out, door by door. */
import type { Screen } from '../../lending/screen.ts';
import { named, useTell } from './language.ts';
import { SendingLine, useSending } from './sending.tsx';

type CourierScreen = Extract<Screen, { name: 'courier' }>;

export function CourierDesk({
  screen,
  answered,
}: {
  readonly screen: CourierScreen;
  readonly answered: unknown;
}) {
  const tell = useTell();
  const sending = useSending(answered);
  const { moved, waiting, toTakeOut } = screen;
  return (
    <div class="courier">
      <div class="summary">
        <dl class="counts">
          <div>
            <dt>{tell('moved')}</dt>
            <dd data-count="moved">{moved}</dd>
          </div>
          <div>
            <dt>{tell('waiting')}</dt>
            <dd data-count="waiting">{waiting}</dd>
          </div>
        </dl>
        <button
          type="button"
          class="finish"
          onClick={() => sending.post({ kind: 'button', button: 'finish' })}
        >
          {tell('finish')}
        </button>
      </div>
      <SendingLine sending={sending} />
      {toTakeOut.length > 0 && (
        <section class="take-out" aria-label={tell('toTakeOut')}>
          <ul>
            {toTakeOut.map((one) => (
              <li key={one.item}>
                <button
                  type="button"
                  data-item={one.item}
                  aria-label={tell('takeOut', named(tell, { ...one, name: 'itemTakenOut', untilMs: 0 }))}
                  onClick={() => sending.post({ kind: 'choose', item: one.item })}
                >
                  <b>{one.compartment}</b>
                  <span>{one.title || one.item}</span>
                </button>
              </li>
            ))}
          </ul>
        </section>
      )}
    </div>
  );
}
