/** The main picture for each screen of the controller. */
import type { Screen } from '../../lending/screen.ts';
import { send, useCountdown } from './connection.ts';
import { Keypad } from './keypad.tsx';
import { named, useTell } from './language.ts';

interface ScreenProps {
  readonly screen: Screen;
  readonly offsetMs: number;
  /** Changes with every answer of the controller. */
  readonly answered: unknown;
}

export function ScreenPicture({ screen, offsetMs, answered }: ScreenProps) {
  const tell = useTell();
  return (
    <main class={`screen screen-${screen.name}`} data-screen={screen.name}>
      <div class="words" aria-live="polite" aria-atomic="true">
        {'compartment' in screen && <p class="here-name">{screen.compartment}</p>}
        {screen.name === 'collected' && <Tick />}
        <h1>{tell(`screen.${screen.name}`)}</h1>
        <p class="hint">{tell(`hint.${screen.name}`, named(tell, screen))}</p>
        {screen.name === 'opening' && screen.attempt > 1 && (
          <p class="again">{tell('again', { attempt: screen.attempt })}</p>
        )}
      </div>
      {screen.name === 'idle' && <Keypad answered={answered} />}
      {screen.name === 'opening' && <div class="progress" aria-hidden="true" />}
      {screen.name === 'courier' && <CourierDesk loaded={screen.loaded} waiting={screen.waiting} />}
      {screen.name === 'waitAfterCodes' && <Countdown untilMs={screen.untilMs} offsetMs={offsetMs} />}
    </main>
  );
}

function Tick() {
  return (
    <svg class="tick" viewBox="0 0 96 96" aria-hidden="true">
      <circle cx="48" cy="48" r="44" />
      <path d="M28 50 L43 64 L69 34" />
    </svg>
  );
}

function CourierDesk({ loaded, waiting }: { readonly loaded: number; readonly waiting: number }) {
  const tell = useTell();
  return (
    <div class="courier">
      <dl class="counts">
        <div>
          <dt>{tell('loaded')}</dt>
          <dd data-count="loaded">{loaded}</dd>
        </div>
        <div>
          <dt>{tell('waiting')}</dt>
          <dd data-count="waiting">{waiting}</dd>
        </div>
      </dl>
      <button type="button" class="finish" onClick={() => void send({ kind: 'button', button: 'finish' })}>
        {tell('finish')}
      </button>
    </div>
  );
}

function Countdown({ untilMs, offsetMs }: { readonly untilMs: number; readonly offsetMs: number }) {
  const seconds = Math.ceil(useCountdown(untilMs, offsetMs) / 1_000);
  const text = `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`;
  return (
    <p class="countdown" role="timer" data-seconds={seconds}>
      {text}
    </p>
  );
}
