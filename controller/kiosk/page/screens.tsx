/** The main picture for each screen of the controller. */
import type { Screen } from '../../lending/screen.ts';
import { useCountdown } from './connection.ts';
import { CourierDesk } from './courier.tsx';
import { Keypad } from './keypad.tsx';
import { named, useTell } from './language.ts';
import { BookToReader, Tick } from './pictures.tsx';
import { ReturnButton, ReturnDesk } from './returning.tsx';
import { useSending } from './sending.tsx';
import type { TextKey } from './texts/keys.ts';

interface ScreenProps {
  readonly screen: Screen;
  readonly offsetMs: number;
  /** Changes with every answer of the controller. */
  readonly answered: unknown;
}

export function ScreenPicture({ screen, offsetMs, answered }: ScreenProps) {
  const tell = useTell();
  const door = doorOf(screen);
  const [heading, hint] = textsOf(screen);
  return (
    <main class={`screen screen-${screen.name}`} data-screen={screen.name}>
      <div class="words" aria-live="polite" aria-atomic="true">
        {door && <p class="here-name">{door}</p>}
        {screen.name === 'collected' && <Tick />}
        <h1>{tell(heading)}</h1>
        <p class="hint">{tell(hint, named(tell, screen))}</p>
        {screen.name === 'opening' && screen.attempt > 1 && (
          <p class="again">{tell('again', { attempt: screen.attempt })}</p>
        )}
      </div>
      {screen.name === 'idle' && <IdleDesk answered={answered} />}
      {(screen.name === 'opening' || screen.name === 'checking') && (
        <>
          {!door && <BookToReader />}
          <div class="progress" aria-hidden="true" />
        </>
      )}
      {screen.name === 'returning' && <ReturnDesk returned={screen.returned} answered={answered} />}
      {screen.name === 'courier' && <CourierDesk screen={screen} answered={answered} />}
      {screen.name === 'waitAfterCodes' && <Countdown untilMs={screen.untilMs} offsetMs={offsetMs} />}
    </main>
  );
}

/** The door that the picture is about. At the pad the book counts, and its door is shut. */
export function doorOf(screen: Screen): string | undefined {
  if (screen.name === 'checking' && screen.at === 'pad') return undefined;
  return 'compartment' in screen ? screen.compartment : undefined;
}

function textsOf(screen: Screen): [heading: TextKey, hint: TextKey] {
  if (screen.name === 'checking' && screen.at === 'pad') return ['screen.checkingPad', 'hint.checkingPad'];
  if (screen.name === 'courier' && screen.toTakeOut.length > 0)
    return ['screen.courier', 'hint.courierTakesOut'];
  return [`screen.${screen.name}`, `hint.${screen.name}`];
}

function IdleDesk({ answered }: { readonly answered: unknown }) {
  const sending = useSending(answered);
  return (
    <div class="idle">
      <Keypad sending={sending} />
      <ReturnButton sending={sending} />
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
