/** What others may see of lending's state: the kiosk's picture, and the compartments as the platform is told. */
import type { TerminalState } from '../../protocol/platform/state.ts';
import { wayOutOf } from './doubts.ts';
import type { Context } from './inputs.ts';
import { whyOut } from './places.ts';
import type { KioskView, Offer, Screen } from './screen.ts';
import { settlementOf } from './settlement.ts';
import type { Compartment, Item, LendingState, Movement, Session } from './state.ts';
import { heldFor } from './visit.ts';

type Now = Pick<Context, 'nowMs' | 'wallMs' | 'clock'>;

export function kioskView(state: LendingState, now: Now, platformLink: 'up' | 'down'): KioskView {
  const { nowMs } = now;
  const { notice } = state.kiosk.kiosk;
  return {
    screen: screenOf(state, now),
    ...(notice ? { notice } : {}),
    nowMs,
    platformLink,
    compartments: Object.values(state.compartments).map((compartment) => ({
      compartment: compartment.name,
      door: compartment.door,
      service: inService(state, compartment) ? 'in' : 'out',
    })),
  };
}

function screenOf(state: LendingState, now: Now): Screen {
  const { front, collected, waitUntilMs } = state.kiosk.kiosk;
  const session = state.sessions[front ?? ''];
  if (session?.movement) return movementScreen(state, session.movement);
  if (session?.asking) return { name: 'asking' };
  if (collected && session?.purpose !== 'loading') {
    const { title, compartment } = collected;
    return { name: 'collected', title, compartment };
  }
  if (session) return sessionScreen(state, session, now);
  return waitUntilMs > now.nowMs ? { name: 'waitAfterCodes', untilMs: waitUntilMs } : { name: 'idle' };
}

function sessionScreen(state: LendingState, session: Session, now: Now): Screen {
  if (session.purpose === 'loading') return courierScreen(state, session.count, now);
  if (session.renewing !== undefined) return { name: 'renewing', renewed: session.renewing };
  if (session.purpose === 'return') return { name: 'returning', returned: session.count };
  if (!session.visitor) return { name: session.card === undefined ? 'showCard' : 'enterPin' };
  return visitScreen(state, session.visitor);
}

/** A screen has room for so many lines; what is chosen makes room for the next. */
const OFFERS_SHOWN = 12;
const offers = (items: readonly Item[]): Offer[] =>
  items.slice(0, OFFERS_SHOWN).map(({ id, title, compartment, shop }) => ({
    item: id,
    title,
    compartment,
    ...(shop ? { priceFen: shop.priceFen } : {}),
  }));

function visitScreen(state: LendingState, visitor: NonNullable<Session['visitor']>): Screen {
  const stock = Object.values(state.items).filter(
    ({ id, as, doubt, compartment }) =>
      (as === 'stock' || as === 'shop') && !doubt && !state.recalls[id] && isUp(state, compartment),
  );
  const { pass } = visitor;
  const left = pass && Math.max(0, pass.itemsMax - (state.passes[pass.pass]?.used ?? 0));
  return {
    name: 'visit',
    holds: offers(heldFor(state, visitor)),
    stock: offers(stock),
    ...(left === undefined ? {} : { left }),
  };
}

const isUp = ({ compartments, boards }: LendingState, compartment: string): boolean =>
  boards[compartments[compartment]?.board ?? '']?.link === 'up';

function movementScreen(state: LendingState, movement: Movement): Screen {
  const { compartment, attempt, step, cause, passages } = movement;
  const title = passages.map((passage) => passage.title).join(', ');
  if (step === 'unlocking') return { name: 'opening', compartment, title, attempt };
  if (step === 'doubt') return { name: 'closeDoor', compartment };
  if (step === 'checking') {
    const at = state.compartments[compartment]?.sensed === 'pad' ? 'pad' : 'compartment';
    return { name: 'checking', compartment, at };
  }
  return { name: settlementOf(cause).direction === 'out' ? 'takeItem' : 'putItem', compartment, title };
}

function courierScreen(state: LendingState, moved: number, now: Now): Screen {
  const placed = Object.values(state.holds).filter((hold) => hold.state === 'placed');
  const coming = [...placed, ...Object.values(state.stock)];
  const items = Object.values(state.items);
  const out = items.flatMap((item) => {
    const why = whyOut(state, now, item);
    return why ? [{ item, why }] : [];
  });
  const check = items.filter(
    (item) => item.doubt && wayOutOf(item.doubt) === 'courierChecks' && !whyOut(state, now, item),
  );
  return {
    name: 'courier',
    moved,
    toPutIn: coming.slice(0, OFFERS_SHOWN).map(({ item, title }) => ({ item, title })),
    toTakeOut: out
      .slice(0, OFFERS_SHOWN)
      .flatMap(({ item, why }) => offers([item]).map((one) => ({ ...one, why }))),
    toCheck: offers(check),
  };
}

function inService(state: LendingState, { outReason, board }: Compartment): boolean {
  return !outReason && state.boards[board]?.link === 'up';
}

export function compartmentsForPlatform(state: LendingState): TerminalState['compartments'] {
  const content = contents(state);
  return Object.values(state.compartments).map((compartment) => ({
    compartment: compartment.name,
    size: compartment.size,
    service: inService(state, compartment) ? 'in' : 'out',
    door: compartment.door,
    content: content.get(compartment.name) ?? 'free',
  }));
}

/** Of the compartments that are not free: what is in doubt counts before what is loaded, and that before a movement. */
function contents({ items, sessions }: LendingState): Map<string, 'reserved' | 'loaded' | 'inDoubt'> {
  const content = new Map<string, 'reserved' | 'loaded' | 'inDoubt'>();
  for (const { movement } of Object.values(sessions))
    if (movement) content.set(movement.compartment, 'reserved');
  for (const { compartment, doubt } of Object.values(items))
    if (content.get(compartment) !== 'inDoubt') content.set(compartment, doubt ? 'inDoubt' : 'loaded');
  return content;
}
