/** What a person does goes to the controller, and the screen says what became of it until it answers. */
import type { ComponentChildren } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import type { Button, KioskInput } from '../../lending/screen.ts';
import { send } from './connection.ts';
import { useTell } from './language.ts';

/** How long to say that something is being checked when neither a new screen nor a notice comes. */
const CHECKING_MS_MAX = 3_000;

export interface Sending {
  readonly now: 'nothing' | 'checking' | 'failed';
  post(input: KioskInput): void;
  /** The person goes on: what became of the last input is of no interest any more. */
  forget(): void;
}

/** `answered` changes with every answer of the controller. */
export function useSending(answered: unknown): Sending {
  const [now, set] = useState<Sending['now']>('nothing');
  useEffect(() => set('nothing'), [answered]);
  useEffect(() => {
    if (now !== 'checking') return;
    const timer = setTimeout(() => set('nothing'), CHECKING_MS_MAX);
    return () => clearTimeout(timer);
  }, [now]);
  return {
    now,
    post: (input) => {
      set('checking');
      // The answer comes as a view, perhaps before this request ends.
      void send(input).then((taken) => !taken && set('failed'));
    },
    forget: () => set('nothing'),
  };
}

export function SendingLine({ sending: { now } }: { readonly sending: Sending }) {
  const tell = useTell();
  return (
    <p class="sending" role="status">
      {now === 'nothing' ? '' : tell(now === 'checking' ? 'checking' : 'notSent')}
    </p>
  );
}

/** One of the controller's buttons; its text is its own name unless it says something else here. */
export function Press({
  button,
  look,
  sending,
  children,
}: {
  readonly button: Button;
  readonly look: string;
  readonly sending: Sending;
  readonly children?: ComponentChildren;
}) {
  const tell = useTell();
  return (
    <button
      type="button"
      class={look}
      data-button={button}
      onClick={() => sending.post({ kind: 'button', button })}
    >
      {children ?? tell(button)}
    </button>
  );
}
