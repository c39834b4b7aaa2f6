/** The liveness phase: faults stop, people behave; then everything must come to rest, or be shown to a person. */
import type { Item } from '../../controller/lending/state.ts';
import { ALL_COMPARTMENTS, BOARDS, boardUrl } from './host/terminal-config.ts';
import type { Life } from './people/life.ts';
import { closesDoors } from './people/mischief.ts';
import { settlesDoubts } from './people/operator.ts';
import { HOUR_MS } from './world/faults.ts';
import type { World } from './world/world.ts';

const PROMISE = 'liveness';
const ROUNDS = 4;

/** Every fault that is a thing and not a process is repaired. */
export function repair(world: World): void {
  world.calm = true;
  world.controller.diesAt = () => false;
  world.controller.diskFull = false;
  world.controller.setWallOffset(0);
  world.broker.faults = { twice: 0, forgotten: 0, afterwards: 0 };
  world.broker.up = true;
  for (const name of ['controller', 'platform']) world.broker.cut(name, 'whole');
  for (const line of world.lines.values()) {
    line.noise = 0;
    line.cable = 'in';
  }
  for (const board of world.boards) {
    board.staleMs = 0;
    if (board.hung) board.reset();
  }
  for (const reader of world.readers) reader.heal();
  world.library?.heal();
  for (const compartment of ALL_COMPARTMENTS) {
    world.door(compartment).jam(false);
    world.cutContact(compartment, false);
  }
}

export async function comeToRest(world: World, life: Life): Promise<void> {
  repair(world);
  await world.clock.sleep(2 * HOUR_MS);
  for (let round = 0; round < ROUNDS; round += 1) {
    await closesDoors(life.person('caretaker'));
    await world.clock.sleep(HOUR_MS);
    await life.round([]);
    await world.clock.sleep(HOUR_MS);
    await settlesDoubts(world);
    await world.clock.sleep(2 * HOUR_MS);
  }
  judge(world, await world.platform.doubts());
  for (const check of world.seen.checks) await check.rest?.();
}

function judge(world: World, doubts: readonly { readonly item: string }[]): void {
  const { seen, controller } = world;
  const fail = (what: string) => seen.fail(PROMISE, what);
  const { view } = world;
  if (!view) {
    fail('the controller does not run');
    return;
  }
  if (view.platformLink !== 'up') fail('the platform link is down');
  for (const board of BOARDS) if (!world.lines.has(boardUrl(board))) fail(`${board} has no line`);
  for (const { compartment, door } of view.compartments)
    if (door !== 'closed') fail(`the door ${compartment} is ${door}`);
  if (seen.acknowledged !== seen.head) fail(`${seen.head - seen.acknowledged} entries are not acknowledged`);
  for (const [id, session] of seen.view('sessions'))
    fail(`session ${id} has not ended: ${JSON.stringify(session)}`);
  for (const item of seen.view('items').values()) {
    const { id, doubt } = item as Item;
    if (doubt && !doubts.some((shown) => shown.item === id))
      fail(`the doubt about ${id} (${doubt}) is shown to nobody`);
  }
  for (const { item } of doubts)
    if (!(seen.view('items').get(item) as Item | undefined)?.doubt)
      fail(`the platform shows a doubt about ${item} that the terminal does not have`);
  if (controller.starts === 0) fail('the controller was never started');
}
