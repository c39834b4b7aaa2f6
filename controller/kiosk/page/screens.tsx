/** The main picture for each screen of the controller. */
import type { Screen } from '../../lending/screen.ts';
import { useCountdown } from './connection.ts';
import { CourierDesk } from './courier.tsx';
import { SayingDesk, useSaying } from './doors.tsx';
import { IdleDesk, PassHint } from './idle.tsx';
import { named, useTell } from './language.ts';
import { BookToReader, Tick } from './pictures.tsx';
import { PinDesk } from './pin.tsx';
import { BooksDesk, CardDesk } from './scanning.tsx';
import type { TextKey } from './texts/keys.ts';
import { VisitDesk } from './visiting.tsx';

interface ScreenProps {
  readonly screen: Screen;
  readonly offsetMs: number;
  /** Changes with every answer of the controller. */
  readonly answered: unknown;
}

export function ScreenPicture({ screen, offsetMs, answered }: ScreenProps) {
  const tell = useTell();
  const door = doorOf(screen);
  const { checks, buttons } = useSaying(screen);
  const [heading, hint]: readonly TextKey[] = checks
    ? ['screen.checkItem', 'hint.checkItem']
    : textsOf(screen);
  return (
    <main class={`screen screen-${screen.name}`} data-screen={screen.name}>
      <div class="words" aria-live="polite" aria-atomic="true">
        {door && <p class="here-name">{door}</p>}
        {screen.name === 'collected' && <Tick />}
        <h1>{heading && tell(heading)}</h1>
        <p class="hint">{hint && tell(hint, named(tell, screen))}</p>
        {screen.name === 'idle' && <PassHint />}
        {screen.name === 'opening' && screen.attempt > 1 && (
          <p class="again">{tell('again', { attempt: screen.attempt })}</p>
        )}
      </div>
      <Desk screen={screen} offsetMs={offsetMs} answered={answered} />
      {buttons.length > 0 && <SayingDesk buttons={buttons} answered={answered} />}
    </main>
  );
}

/** What there is to do, below the words. */
function Desk({ screen, offsetMs, answered }: ScreenProps) {
  switch (screen.name) {
    case 'idle':
      return <IdleDesk answered={answered} />;
    case 'opening':
    case 'checking':
    case 'asking':
      return (
        <>
          {screen.name === 'checking' && screen.at === 'pad' && <BookToReader />}
          <div class="progress" aria-hidden="true" />
        </>
      );
    case 'returning':
      return <BooksDesk told="returned" count={screen.returned} answered={answered} />;
    case 'renewing':
      return <BooksDesk told="renewed" count={screen.renewed} answered={answered} />;
    case 'showCard':
      return <CardDesk answered={answered} />;
    case 'enterPin':
      return <PinDesk answered={answered} />;
    case 'visit':
      return <VisitDesk screen={screen} answered={answered} />;
    case 'courier':
      return <CourierDesk screen={screen} answered={answered} />;
    case 'waitAfterCodes':
      return <Countdown untilMs={screen.untilMs} offsetMs={offsetMs} />;
    default:
      return null;
  }
}

/** The door to use. At the pad the book counts, and after a loan the door is shut. */
export function doorOf(screen: Screen): string | undefined {
  if (screen.name === 'collected' || (screen.name === 'checking' && screen.at === 'pad')) return undefined;
  return 'compartment' in screen ? screen.compartment : undefined;
}

function textsOf(screen: Screen): readonly [heading: TextKey, hint: TextKey] {
  if (screen.name === 'checking' && screen.at === 'pad') return ['screen.checkingPad', 'hint.checkingPad'];
  if (screen.name === 'courier' && screen.toTakeOut.length + screen.toCheck.length > 0)
    return ['screen.courier', 'hint.courierOpens'];
  return [`screen.${screen.name}`, `hint.${screen.name}`];
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
