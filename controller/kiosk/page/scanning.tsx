/** Something is to be scanned, book after book or a card once: a picture of it, or its number typed. */
import type { ComponentChildren } from 'preact';
import { useState } from 'preact/hooks';
import { Keyboard } from './keyboard.tsx';
import { useTell } from './language.ts';
import { BookToReader, CardToReader } from './pictures.tsx';
import { Press, SendingLine, useSending } from './sending.tsx';

interface DeskProps {
  /** Changes with every answer of the controller. */
  readonly answered: unknown;
}

export function BooksDesk({
  told,
  count,
  answered,
}: DeskProps & {
  readonly told: 'returned' | 'renewed';
  readonly count: number;
}) {
  const tell = useTell();
  return (
    <ScanDesk
      picture={<BookToReader />}
      type="typeNumber"
      field="itemNumber"
      end="finish"
      answered={answered}
    >
      <p class="returned" role="status" data-count={count}>
        {count > 0 ? tell(told, { count }) : ''}
      </p>
    </ScanDesk>
  );
}

export function CardDesk({ answered }: DeskProps) {
  return (
    <ScanDesk
      picture={<CardToReader />}
      type="typeCard"
      field="cardNumber"
      end="cancel"
      answered={answered}
    />
  );
}

function ScanDesk({
  picture,
  type,
  field,
  end,
  answered,
  children,
}: DeskProps & {
  readonly picture: ComponentChildren;
  readonly type: 'typeNumber' | 'typeCard';
  readonly field: 'itemNumber' | 'cardNumber';
  readonly end: 'finish' | 'cancel';
  readonly children?: ComponentChildren;
}) {
  const tell = useTell();
  const sending = useSending(answered);
  const [typing, setTyping] = useState(false);
  return (
    <div class="desk">
      {typing ? (
        <Keyboard label={tell(field)} onText={(text) => sending.post({ kind: 'code', text })} />
      ) : (
        picture
      )}
      <div class="foot">
        <div class="state">
          <SendingLine sending={sending} />
          {children}
        </div>
        {!typing && (
          <button type="button" class="type" onClick={() => setTyping(true)}>
            {tell(type)}
          </button>
        )}
        <Press button="finish" look="finish" sending={sending}>
          {tell(end)}
        </Press>
      </div>
    </div>
  );
}
