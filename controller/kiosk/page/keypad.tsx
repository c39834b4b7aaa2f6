/** Types the eight digits of a pickup code, by touch or with a keyboard. */
import { useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks';
import { useTell } from './language.ts';
import { type Sending, SendingLine } from './sending.tsx';

/** As in protocol/platform/codes.ts, which a browser cannot load. */
const CODE_DIGITS = 8;
/** Half a code that somebody left behind is not the next person's. */
const FORGET_MS = 30_000;

export function Keypad({ sending }: { readonly sending: Sending }) {
  const tell = useTell();
  const { digits, press } = useCode(sending);
  useKeyboard(press);
  return (
    <div class="entry">
      <CodeField digits={digits} />
      <SendingLine sending={sending} />
      <fieldset class="keypad" aria-label={tell('keypad')}>
        {KEYS.map((key) => (
          <button
            key={key}
            type="button"
            class={`key key-${key}`}
            disabled={(key === 'enter' && digits.length < CODE_DIGITS) || (key === 'delete' && digits === '')}
            onClick={() => press(key)}
          >
            {key === 'delete' || key === 'enter' ? tell(`key.${key}`) : key}
          </button>
        ))}
      </fieldset>
    </div>
  );
}

/** The digits so far. */
function useCode(sending: Sending) {
  // Fast keys come before the next drawing, so the digits themselves are not what was drawn last.
  const typed = useRef('');
  const [digits, draw] = useState('');
  const type = (text: string): void => {
    typed.current = text;
    draw(text);
  };
  /** Whether the key meant something. */
  const press = (key: string): boolean => {
    const before = typed.current;
    if (key === 'enter' && before.length < CODE_DIGITS) return false;
    sending.forget();
    if (key === 'delete') type(before.slice(0, -1));
    else if (key !== 'enter') type((before + key).slice(0, CODE_DIGITS));
    else {
      type('');
      sending.post({ kind: 'code', text: before });
    }
    return true;
  };
  useEffect(() => {
    const timer = setTimeout(() => type(''), FORGET_MS);
    return () => clearTimeout(timer);
  }, [digits]);
  return { digits, press };
}

function useKeyboard(press: (key: string) => boolean): void {
  // Before the screen is seen: a key struck as it appears counts.
  useLayoutEffect(() => {
    const onKey = (event: KeyboardEvent): void => {
      const key = KEYBOARD[event.key] ?? event.key;
      if (!KEYS.includes(key) || event.ctrlKey || event.altKey || event.metaKey) return;
      // Enter belongs to the button with the focus, unless a whole code waits for it.
      if (press(key)) event.preventDefault();
    };
    addEventListener('keydown', onKey);
    return () => removeEventListener('keydown', onKey);
  });
}

const KEYS: readonly string[] = ['1', '2', '3', '4', '5', '6', '7', '8', '9', 'delete', '0', 'enter'];
const KEYBOARD: Readonly<Record<string, string>> = { Backspace: 'delete', Enter: 'enter' };

function CodeField({ digits }: { readonly digits: string }) {
  const tell = useTell();
  const typed = tell('codeDigits', { count: digits.length, all: CODE_DIGITS });
  return (
    <div class="code" role="img" aria-label={`${tell('code')}: ${typed}`}>
      {Array.from({ length: CODE_DIGITS }, (_, at) => (
        <span key={at} class={at === digits.length ? 'place next' : 'place'}>
          {digits[at] ?? ''}
        </span>
      ))}
    </div>
  );
}
