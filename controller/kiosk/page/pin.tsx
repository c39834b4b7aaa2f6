/** Types a card's PIN. It is drawn as dots only, stands nowhere in the document, and leaves in one request. */
import { useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks';
import { useTell } from './language.ts';
import { Press, SendingLine, useSending } from './sending.tsx';

const PIN_CHARS_MIN = 4;
const PIN_CHARS_MAX = 12;
/** A PIN that somebody left behind half typed is not the next person's. */
const FORGET_MS = 30_000;
const DIGITS = ['1', '2', '3', '4', '5', '6', '7', '8', '9', 'delete', '0', 'enter'] as const;
const LETTERS = [...'1234567890qwertyuiopasdfghjkl', 'capitals', ...'zxcvbnm', 'delete', 'enter'] as const;
const KEYBOARD: Readonly<Record<string, string>> = { Backspace: 'delete', Enter: 'enter' };

export function PinDesk({ answered }: { readonly answered: unknown }) {
  const tell = useTell();
  const sending = useSending(answered);
  const { length, press } = usePin((pin) => sending.post({ kind: 'pin', pin }));
  const [letters, setLetters] = useState(false);
  return (
    <div class="desk pin">
      <Dots length={length} />
      <Pad letters={letters} length={length} press={press} />
      <div class="foot">
        <button type="button" class="type" onClick={() => setLetters(!letters)}>
          {tell(letters ? 'digits' : 'letters')}
        </button>
        <Press button="finish" look="type cancel" sending={sending}>
          {tell('cancel')}
        </Press>
        <SendingLine sending={sending} />
      </div>
    </div>
  );
}

/** Only its length is ever drawn. */
function usePin(done: (pin: string) => void) {
  const typed = useRef('');
  const [length, draw] = useState(0);
  const type = (pin: string): void => {
    typed.current = pin;
    draw(pin.length);
  };
  /** Whether the key meant something. */
  const press = (key: string): boolean => {
    const before = typed.current;
    if (key === 'delete') type(before.slice(0, -1));
    else if (key !== 'enter') type((before + key).slice(0, PIN_CHARS_MAX));
    else if (before.length < PIN_CHARS_MIN) return false;
    else {
      type('');
      done(before);
    }
    return true;
  };
  // Before the screen is seen: a key struck as it appears counts.
  useLayoutEffect(() => {
    const onKey = (event: KeyboardEvent): void => {
      const key = KEYBOARD[event.key] ?? event.key;
      const known = /^([0-9A-Za-z]|delete|enter)$/.test(key);
      if (!known || event.ctrlKey || event.altKey || event.metaKey) return;
      if (press(key)) event.preventDefault();
    };
    addEventListener('keydown', onKey);
    return () => removeEventListener('keydown', onKey);
  });
  useEffect(() => {
    const timer = setTimeout(() => type(''), FORGET_MS);
    return () => clearTimeout(timer);
  }, [length]);
  return { length, press };
}

function Dots({ length }: { readonly length: number }) {
  const tell = useTell();
  return (
    <div class="dots" role="img" aria-label={`${tell('pin')}: ${tell('pinTyped', { count: length })}`}>
      {Array.from({ length: PIN_CHARS_MAX }, (_, at) => (
        <span key={at} class={at < length ? 'dot typed' : at < PIN_CHARS_MIN ? 'dot' : 'dot more'} />
      ))}
    </div>
  );
}

function Pad({
  letters,
  length,
  press,
}: {
  readonly letters: boolean;
  readonly length: number;
  press(key: string): boolean;
}) {
  const tell = useTell();
  const [capitals, setCapitals] = useState(false);
  const faceOf = (key: string): string => {
    if (key === 'delete' || key === 'enter') return tell(`key.${key}`);
    if (key === 'capitals') return '⇧';
    return capitals && letters ? key.toUpperCase() : key;
  };
  return (
    // Touched keys take no focus, or Enter of a real keyboard would press the last of them once more.
    <fieldset
      class={letters ? 'keyboard' : 'keypad'}
      aria-label={tell(letters ? 'keyboard' : 'keypad')}
      onMouseDown={(event) => event.preventDefault()}
    >
      {(letters ? LETTERS : DIGITS).map((key) => (
        <button
          key={key}
          type="button"
          class={`key key-${key}`}
          {...(key === 'capitals' ? { 'aria-label': tell('capitals'), 'aria-pressed': capitals } : {})}
          disabled={(key === 'enter' && length < PIN_CHARS_MIN) || (key === 'delete' && length === 0)}
          onClick={() =>
            key === 'capitals' ? setCapitals(!capitals) : press(key.length > 1 ? key : faceOf(key))
          }
        >
          {faceOf(key)}
        </button>
      ))}
    </fieldset>
  );
}
