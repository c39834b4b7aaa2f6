/** What the readers of a configuration mean, and what is wrong with them that no schema says. */
import { RFID_DRIVERS } from '../../protocol/rfid/drivers.ts';
import type { Sensed } from '../lending/state.ts';
import type { ReaderPlan } from '../sensing/tag-reader.ts';
import { type TagConfig, tagRules } from '../sensing/tag-rules.ts';
import type { Problem } from './problem.ts';
import type { Config } from './schema.ts';

type Reader = Config['readers'][number];

export function readerPlans({ readers }: Config): ReaderPlan[] {
  return readers.map(({ name, driver, port, compartments = [], layout }) => ({
    name,
    url: port,
    driver: RFID_DRIVERS[driver].create({
      ...(compartments.length > 0 ? { antennas: compartments.length } : {}),
      ...(layout ? { layout } : {}),
    }),
    compartments,
  }));
}

export const rulesOf = ({ tags }: Config) => tagRules(tags as TagConfig);

/** Where the tags of each compartment can be read. */
export function sensedIn(config: Config): (compartment: string) => Sensed {
  const inside = new Set(config.readers.flatMap(({ compartments = [] }) => compartments));
  const pad = config.readers.some((reader) => reader.pad && readsTags(reader));
  return (compartment) => (inside.has(compartment) ? 'compartment' : pad ? 'pad' : 'no');
}

/** Not only patrons' cards. */
const readsTags = ({ driver }: Reader) => RFID_DRIVERS[driver].create().can.tags !== 'iso14443a';

export function readerProblems(config: Config, compartments: ReadonlySet<string>): Problem[] {
  const problems: Problem[] = [];
  const names = new Set<string>();
  const sensed = new Map<string, string>();
  config.readers.forEach((reader, at) => {
    const path = ['readers', at] as const;
    if (names.has(reader.name))
      problems.push({ path: [...path, 'name'], what: `reader ${reader.name} is there already` });
    names.add(reader.name);
    problems.push(...placeProblems(reader, path));
    for (const [index, name] of (reader.compartments ?? []).entries()) {
      const where = [...path, 'compartments', index];
      const other = sensed.get(name);
      if (!compartments.has(name)) problems.push({ path: where, what: `no board has a compartment ${name}` });
      else if (other) problems.push({ path: where, what: `${other} looks into ${name} already` });
      sensed.set(name, reader.name);
    }
  });
  return [...problems, ...epcProblems(config)];
}

function placeProblems(reader: Reader, path: Problem['path']): Problem[] {
  const { driver, compartments, pad } = reader;
  if (Boolean(compartments) === Boolean(pad))
    return [{ path: [...path], what: 'has either compartments, one for each antenna, or pad: true' }];
  const most = RFID_DRIVERS[driver].create({ antennas: compartments?.length ?? 1, ...layoutOf(reader) }).can
    .antennasMax;
  if (compartments && !readsTags(reader))
    return [{ path: [...path, 'driver'], what: `${driver} reads patrons' cards: give it pad: true` }];
  if (compartments && compartments.length > most)
    return [
      {
        path: [...path, 'compartments'],
        what: `${driver} looks into at most ${most} compartment${most === 1 ? '' : 's'}`,
      },
    ];
  return [];
}

const layoutOf = ({ layout }: Reader) => (layout ? { layout } : {});

function epcProblems({ tags: { epc } }: Config): Problem[] {
  if (!epc) return [];
  const gs1 = epc.form === 'sgtin-96' || epc.form === 'grai-96';
  if (gs1 === Boolean(epc.companyPrefix)) return [];
  const what = gs1 ? `is missing: ${epc.form} is read with it` : `belongs to sgtin-96 and grai-96 only`;
  return [{ path: ['tags', 'epc', 'companyPrefix'], what }];
}
