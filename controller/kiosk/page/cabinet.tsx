/** The picture of the cabinet: every door as it is, the one to use in the colour of the moment. */
import type { KioskView } from '../../lending/screen.ts';
import { useTell } from './language.ts';

type Door = KioskView['compartments'][number];

/** Columns of the picture: as near to a square of doors as a cabinet looks. */
export function columnsOf(doors: number): number {
  return Math.max(1, Math.ceil(Math.sqrt(doors * 0.9)));
}

export function Cabinet({
  doors,
  here,
}: {
  readonly doors: readonly Door[];
  readonly here?: string | undefined;
}) {
  const tell = useTell();
  const columns = columnsOf(doors.length);
  const style = { '--columns': columns, '--rows': Math.ceil(doors.length / columns) };
  return (
    <section
      class={doors.length > 40 ? 'cabinet many' : 'cabinet'}
      style={style}
      aria-label={tell('cabinet')}
    >
      <ul class="doors">
        {doors.map((door) => (
          <CabinetDoor key={door.compartment} door={door} here={door.compartment === here} />
        ))}
      </ul>
    </section>
  );
}

function CabinetDoor({ door, here }: { readonly door: Door; readonly here: boolean }) {
  const tell = useTell();
  const state = door.service === 'out' ? 'out' : door.door;
  const label = `${door.compartment}: ${tell(`door.${state}`)}${here ? `, ${tell('door.here')}` : ''}`;
  return (
    <li class={`door door-${state}${here ? ' here' : ''}`} data-door={door.compartment} aria-label={label}>
      <span class="leaf">
        <span class="plate">{door.compartment}</span>
      </span>
    </li>
  );
}
