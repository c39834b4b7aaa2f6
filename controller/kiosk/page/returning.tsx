/** Bringing books back: the button that begins it, and the desk where each book is named. */
import { useState } from 'preact/hooks';
import { Keyboard } from './keyboard.tsx';
import { useTell } from './language.ts';
import { BookToReader } from './pictures.tsx';
import { type Sending, SendingLine, useSending } from './sending.tsx';

export function ReturnButton({ sending }: { readonly sending: Sending }) {
  const tell = useTell();
  return (
    <button type="button" class="return" onClick={() => sending.post({ kind: 'button', button: 'return' })}>
      <BookToReader />
      {tell('return')}
    </button>
  );
}

export function ReturnDesk({
  returned,
  answered,
}: {
  readonly returned: number;
  readonly answered: unknown;
}) {
  const tell = useTell();
  const sending = useSending(answered);
  const [typing, setTyping] = useState(false);
  return (
    <div class="desk">
      {typing ? <Keyboard onText={(text) => sending.post({ kind: 'code', text })} /> : <BookToReader />}
      <div class="foot">
        <div class="state">
          <SendingLine sending={sending} />
          <p class="returned" role="status" data-count={returned}>
            {returned > 0 ? tell('returned', { count: returned }) : ''}
          </p>
        </div>
        {!typing && (
          <button type="button" class="type" onClick={() => setTyping(true)}>
            {tell('typeNumber')}
          </button>
        )}
        <button
          type="button"
          class="finish"
          onClick={() => sending.post({ kind: 'button', button: 'finish' })}
        >
          {tell('finish')}
        </button>
      </div>
    </div>
  );
}
