/** Types the eight digits of a pickup code, by touch or with a keyboard. */
import { useEffect, useRef, useState } from 'preact/hooks';
import { send } from './connection.ts';
import { useTell } from './language.ts';

/** As in protocol/platform/codes.ts, which a browser cannot load. */
const CODE_DIGITS = 8;
/** How long to say that a code is being checked when neither a new screen nor a notice comes. */
const CHECKING_MS_MAX = 3_000;
/** Half a code that somebody left behind is not the next person's. */
const FORGET_MS = 30_000;

type Sending = 'no' | 'checking' | 'failed';

export function Keypad({ answered }: { readonly answered: unknown }) {
  const tell = useTell();
  const { digits, press, sending } = useCode(answered);
  useKeyboard(press);
  return (
    <div class="entry">
      <CodeField digits={digits} />
      <p class="sending" role="status">
        {sending === 'no' ? '' : tell(sending === 'checking' ? 'checking' : 'notSent')}
      </p>
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

/** The digits so far, and what became of the code sent last. */
function useCode(answered: unknown) {
  // Fast keys come before the next drawing, so the digits themselves are not what was drawn last.
  const typed = useRef('');
  const [digits, draw] = useState('');
  const [sending, setSending] = useState<Sending>('no');
  const type = (text: string): void => {
    typed.current = text;
    draw(text);
  };
  /** Whether the key meant something. */
  const press = (key: string): boolean => {
    const before = typed.current;
    if (key === 'delete') type(before.slice(0, -1));
    else if (key !== 'enter') type((before + key).slice(0, CODE_DIGITS));
    else if (before.length < CODE_DIGITS) return false;
    else {
      type('');
      // The answer comes as a view, perhaps before this request ends.
      void send({ kind: 'code', text: before }).then((taken) => !taken && setSending('failed'));
    }
    setSending(key === 'enter' ? 'checking' : 'no');
    return true;
  };
  useEffect(() => setSending('no'), [answered]);
  useEffect(() => {
    if (sending !== 'checking') return;
    const timer = setTimeout(() => setSending('no'), CHECKING_MS_MAX);
    return () => clearTimeout(timer);
  }, [sending]);
  useEffect(() => {
    const timer = setTimeout(() => type(''), FORGET_MS);
    return () => clearTimeout(timer);
  }, [digits]);
  return { digits, press, sending };
}

function useKeyboard(press: (key: string) => boolean): void {
  useEffect(() => {
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
