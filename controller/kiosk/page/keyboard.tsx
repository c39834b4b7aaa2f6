/** Types what stands under the barcode of an item or a card: letters and digits, by touch or with a keyboard. */
import { useLayoutEffect, useRef, useState } from 'preact/hooks';
import { useTell } from './language.ts';

/** As long as an item may be (protocol/platform/words.ts). */
const ITEM_CHARS_MAX = 64;
/** Library barcodes have no small letters, and of signs hardly any but these. */
const ROWS = ['1234567890', 'QWERTYUIOP', 'ASDFGHJKL-', 'ZXCVBNM.'] as const;

export function Keyboard({ label, onText }: { readonly label: string; onText(text: string): void }) {
  const tell = useTell();
  const field = useRef<HTMLInputElement>(null);
  const [text, setText] = useState('');
  // Before the next key comes, or its letter would be lost.
  useLayoutEffect(() => field.current?.focus(), []);
  const whole = text.trim();
  const submit = (event: Event): void => {
    event.preventDefault();
    if (whole === '') return;
    setText('');
    onText(whole);
  };
  const type = (more: string): void => setText((before) => (before + more).slice(0, ITEM_CHARS_MAX));
  return (
    <form class="typing" onSubmit={submit}>
      <div class="line">
        <input
          ref={field}
          aria-label={label}
          placeholder={label}
          value={text}
          maxLength={ITEM_CHARS_MAX}
          // The keys below are the keyboard: the system's own would cover them.
          inputMode="none"
          autocomplete="off"
          spellcheck={false}
          onInput={({ currentTarget }) => setText(currentTarget.value.replace(/[^ -~]/g, ''))}
        />
        <button type="submit" class="key key-enter" disabled={whole === ''}>
          {tell('key.enter')}
        </button>
      </div>
      {/* The field keeps the focus, for whoever goes on with a real keyboard. */}
      <fieldset
        class="keyboard"
        aria-label={tell('keyboard')}
        onMouseDown={(event) => event.preventDefault()}
      >
        {ROWS.flatMap((row) => [...row]).map((key) => (
          <button key={key} type="button" class="key" onClick={() => type(key)}>
            {key}
          </button>
        ))}
        <button
          type="button"
          class="key key-delete"
          disabled={text === ''}
          onClick={() => setText((before) => before.slice(0, -1))}
        >
          {tell('key.delete')}
        </button>
      </fieldset>
    </form>
  );
}
