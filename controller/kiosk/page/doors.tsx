/** At a door, and just after it: what somebody may say against it. */
import { useRef } from 'preact/hooks';
import type { Button, Screen } from '../../lending/screen.ts';
import type { CourierScreen } from './courier.tsx';
import { Press, SendingLine, useSending } from './sending.tsx';

export interface Saying {
  /** A courier looks for a book that may not be there. */
  readonly checks: boolean;
  readonly buttons: readonly Button[];
}

const AT_DOORS: readonly Screen['name'][] = ['opening', 'takeItem', 'putItem', 'closeDoor', 'checking'];

/** Whose door it is stands on no picture of a door, but on the one before it. */
export function useSaying(screen: Screen): Saying {
  const courier = useRef<CourierScreen | undefined>(undefined);
  if (screen.name === 'courier') courier.current = screen;
  else if (!AT_DOORS.includes(screen.name)) courier.current = undefined;
  return sayingAt(screen, courier.current);
}

export function sayingAt(screen: Screen, courier: CourierScreen | undefined): Saying {
  if (screen.name === 'collected') return { checks: false, buttons: ['openAgain', 'notTaken'] };
  if (screen.name === 'takeItem')
    return { checks: false, buttons: courier ? ['nothingInside'] : ['notMine', 'nothingInside'] };
  const checks =
    screen.name === 'putItem' &&
    (courier?.toCheck.some(({ compartment }) => compartment === screen.compartment) ?? false);
  return { checks, buttons: checks ? ['nothingInside'] : [] };
}

export function SayingDesk({
  buttons,
  answered,
}: {
  readonly buttons: readonly Button[];
  readonly answered: unknown;
}) {
  const sending = useSending(answered);
  return (
    <div class="saying">
      {buttons.map((button) => (
        <Press key={button} button={button} look="type" sending={sending} />
      ))}
      <SendingLine sending={sending} />
    </div>
  );
}
