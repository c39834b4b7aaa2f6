/** Terminals, what they told, what is in doubt or in conflict. */
import { Type } from '@sinclair/typebox';
import type { FastifyInstance } from 'fastify';
import { COMMANDS } from '../../protocol/platform/commands.ts';
import { ItemId, PatronRef, Title } from '../../protocol/platform/words.ts';
import type { CourierBadge, Fleet } from '../fleet.ts';
import { closed, TerminalId } from './fields.ts';

const JOURNAL_LIMIT = 1_000;
const WORD_CHARS_MAX = 500;
const Badge = Type.Object({ courier: PatronRef, badge: ItemId }, closed);
const TerminalBody = Type.Object(
  { name: Type.Optional(Title), couriers: Type.Array(Badge, { maxItems: 200 }) },
  closed,
);
const ForTerminal = Type.Object({ terminal: TerminalId });
const NeighboursBody = Type.Object({ neighbours: COMMANDS.setNeighbours.properties.neighbours }, closed);
const DoubtBody = Type.Object({ terminal: TerminalId, item: ItemId }, closed);
const JournalQuery = Type.Object({
  terminal: TerminalId,
  after: Type.Optional(Type.Integer({ minimum: 0 })),
  limit: Type.Optional(Type.Integer({ minimum: 1, maximum: JOURNAL_LIMIT })),
});
const LoansQuery = Type.Object({ patron: Type.Optional(PatronRef) }, closed);
const ConflictsQuery = Type.Object({ all: Type.Optional(Type.Boolean()) }, closed);
const ForConflict = Type.Object({ number: Type.Integer({ minimum: 1 }) });
const SeenBody = Type.Object({ word: Type.String({ minLength: 1, maxLength: WORD_CHARS_MAX }) }, closed);

type OfTerminal<B> = { Params: { terminal: string }; Body: B };

export function fleetRoutes(app: FastifyInstance, fleet: Fleet): void {
  app.get('/api/terminals', () => fleet.terminals());
  app.put<OfTerminal<{ name?: string; couriers: CourierBadge[] }>>(
    '/api/terminals/:terminal',
    { schema: { params: ForTerminal, body: TerminalBody } },
    ({ params, body }) => fleet.register(params.terminal, body.name ?? params.terminal, body.couriers),
  );
  app.put<OfTerminal<{ neighbours: string[] }>>(
    '/api/terminals/:terminal/neighbours',
    { schema: { params: ForTerminal, body: NeighboursBody } },
    ({ params, body }) => fleet.setNeighbours(params.terminal, body.neighbours),
  );
  app.get<{ Querystring: { patron?: string } }>(
    '/api/loans',
    { schema: { querystring: LoansQuery } },
    ({ query }) => fleet.loans(query.patron),
  );
  app.get('/api/returns', () => fleet.returns());
  app.get('/api/counts', () => fleet.counts());
  app.get('/api/refusals', () => fleet.refusals());
  app.get<{ Params: { command: string } }>('/api/commands/:command', ({ params }) =>
    fleet.command(params.command),
  );
  app.get<{ Querystring: { terminal: string; after?: number; limit?: number } }>(
    '/api/journal',
    { schema: { querystring: JournalQuery } },
    ({ query }) => fleet.journal(query.terminal, query.after, query.limit ?? JOURNAL_LIMIT),
  );
  lookRoutes(app, fleet);
}

/** What a person must look at. */
function lookRoutes(app: FastifyInstance, fleet: Fleet): void {
  app.get('/api/doubts', () => fleet.doubts());
  app.post<{ Body: { terminal: string; item: string } }>(
    '/api/doubts/settle',
    { schema: { body: DoubtBody } },
    async ({ body }, reply) => reply.code(202).send(await fleet.settle(body.terminal, body.item)),
  );
  app.get<{ Querystring: { all?: boolean } }>(
    '/api/conflicts',
    { schema: { querystring: ConflictsQuery } },
    ({ query }) => fleet.conflicts(query.all ?? false),
  );
  app.post<{ Params: { number: number }; Body: { word: string } }>(
    '/api/conflicts/:number/seen',
    { schema: { params: ForConflict, body: SeenBody } },
    ({ params, body }) => fleet.seen(params.number, body.word),
  );
}
