/** What can be seen of the simulated library, and done to it. */
import { Type } from '@sinclair/typebox';
import type { FastifyInstance } from 'fastify';
import type { LibraryCable, SimulatedAcs } from './acs.ts';
import { changeLibrary, type LibraryChange, LibraryChangeSchema } from './plan.ts';
import type { AnswerFault } from './quirks.ts';

const closed = { additionalProperties: false } as const;
const oneOf = (...values: readonly string[]) => Type.Union(values.map((value) => Type.Literal(value)));
const CableBody = Type.Object({ state: oneOf('ok', 'cut', 'hung') }, closed);
const FAULTS: readonly (AnswerFault | 'none')[] = [
  ...(['none', 'cut', 'slow', 'doubled', 'echoed', 'late', 'never'] as const),
  ...(['badChecksum', 'askAgain', 'drop'] as const),
];
const FaultBody = Type.Object(
  { faults: Type.Array(oneOf(...FAULTS), { minItems: 1, maxItems: 64 }) },
  closed,
);

export function libraryState({ collection, cable, clients, log }: SimulatedAcs) {
  const { loans, holds, patrons, items, effects, habits } = collection;
  return {
    cable,
    clients,
    patrons: [...patrons.values()],
    items: [...items.values()],
    loans: [...loans].map(([item, { patronId, dueDate, since }]) => ({ item, patronId, dueDate, since })),
    holds,
    habits,
    /** What took effect, in order; and codes of the requests that arrived, each with its sequence number. */
    effects,
    log,
  };
}

export function libraryRoutes(app: FastifyInstance, library: SimulatedAcs): void {
  app.get('/library', () => libraryState(library));
  app.post<{ Body: LibraryChange }>('/library', { schema: { body: LibraryChangeSchema } }, ({ body }) => {
    changeLibrary(library.collection, body);
    return {};
  });
  app.post<{ Body: { state: LibraryCable } }>(
    '/library/cable',
    { schema: { body: CableBody } },
    ({ body }) => {
      library.cable = body.state;
      return {};
    },
  );
  /** One for each answer from now on. */
  app.post<{ Body: { faults: (AnswerFault | 'none')[] } }>(
    '/library/faults',
    { schema: { body: FaultBody } },
    ({ body }) => {
      library.fail(...body.faults);
      return {};
    },
  );
}
