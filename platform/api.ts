/** The platform's web API and page. Bad input is answered with which field and why. */
import { Type } from '@sinclair/typebox';
import { createChannel, createSession } from 'better-sse';
import fastify, { type FastifyInstance } from 'fastify';
import { toString as qrCode } from 'qrcode';
import { TERMINAL_ID_PATTERN } from '../protocol/platform/topics.ts';
import { ItemId, PatronRef, Size, Title } from '../protocol/platform/words.ts';
import type { Broker } from './broker.ts';
import type { CourierBadge, Fleet } from './fleet.ts';
import type { NewOrder, Orders } from './orders.ts';
import { Refusal } from './refusal.ts';

export interface ApiOptions {
  readonly orders: Orders;
  readonly fleet: Fleet;
  readonly page: string;
  /** Only where scenarios may cut the network. */
  readonly broker?: Broker | undefined;
  trouble(message: string, about: object): void;
}

const JOURNAL_LIMIT = 1_000;
const closed = { additionalProperties: false } as const;
const TerminalId = Type.String({ pattern: TERMINAL_ID_PATTERN });
const OrderBody = Type.Object(
  { terminal: TerminalId, item: ItemId, title: Title, patron: PatronRef, size: Type.Optional(Size) },
  closed,
);
const Badge = Type.Object({ courier: PatronRef, badge: ItemId }, closed);
const TerminalBody = Type.Object(
  { name: Type.Optional(Title), couriers: Type.Array(Badge, { maxItems: 200 }) },
  closed,
);
const DoubtBody = Type.Object({ terminal: TerminalId, item: ItemId }, closed);
const JournalQuery = Type.Object({
  terminal: TerminalId,
  after: Type.Optional(Type.Integer({ minimum: 0 })),
  limit: Type.Optional(Type.Integer({ minimum: 1, maximum: JOURNAL_LIMIT })),
});

/** The server, and how to tell open pages that something changed. */
export function apiServer(options: ApiOptions): { app: FastifyInstance; changed(): void } {
  const app = fastify({
    bodyLimit: 65_536,
    forceCloseConnections: true,
    // A misspelt field is told, not dropped.
    ajv: { customOptions: { removeAdditional: false } },
  });
  app.addHook('onError', async (request, _reply, error) => {
    const { url } = request.routeOptions;
    if ((error.statusCode ?? 500) >= 500) options.trouble('a request failed', { url, why: error.message });
  });
  const pages = createChannel();
  app.get('/', (_request, reply) => reply.type('text/html; charset=utf-8').send(options.page));
  app.get('/health', () => ({ ok: true }));
  app.get('/events', async (request, reply) => {
    reply.hijack();
    pages.register(await createSession(request.raw, reply.raw));
  });
  orderRoutes(app, options.orders);
  fleetRoutes(app, options.fleet);
  if (options.broker) adminRoutes(app, options.broker);
  return { app, changed: () => pages.broadcast({}, 'changed') };
}

type ForHold = { Params: { hold: string } };

function orderRoutes(app: FastifyInstance, orders: Orders): void {
  app.post<{ Body: NewOrder }>('/api/orders', { schema: { body: OrderBody } }, async ({ body }, reply) =>
    reply.code(201).send(await orders.place(body)),
  );
  app.get('/api/orders', () => orders.all());
  app.get<ForHold>('/api/orders/:hold', ({ params }) => orders.one(params.hold));
  app.post<ForHold>('/api/orders/:hold/withdraw', ({ params }) => orders.withdraw(params.hold));
  app.get<ForHold>('/api/orders/:hold/code.svg', async ({ params }, reply) => {
    const { code } = await orders.one(params.hold);
    if (!code) throw new Refusal(409, 'the order is not ready: there is no code to show');
    return reply.type('image/svg+xml').send(await qrCode(code, { type: 'svg', margin: 1 }));
  });
}

function fleetRoutes(app: FastifyInstance, fleet: Fleet): void {
  app.get('/api/terminals', () => fleet.terminals());
  app.put<{ Params: { terminal: string }; Body: { name?: string; couriers: CourierBadge[] } }>(
    '/api/terminals/:terminal',
    { schema: { params: Type.Object({ terminal: TerminalId }), body: TerminalBody } },
    ({ params, body }) => fleet.register(params.terminal, body.name ?? params.terminal, body.couriers),
  );
  app.get('/api/loans', () => fleet.loans());
  app.get('/api/returns', () => fleet.returns());
  app.get('/api/doubts', () => fleet.doubts());
  app.post<{ Body: { terminal: string; item: string } }>(
    '/api/doubts/settle',
    { schema: { body: DoubtBody } },
    async ({ body }, reply) => reply.code(202).send(await fleet.settle(body.terminal, body.item)),
  );
  app.get('/api/counts', () => fleet.counts());
  app.get<{ Querystring: { terminal: string; after?: number; limit?: number } }>(
    '/api/journal',
    { schema: { querystring: JournalQuery } },
    ({ query }) => fleet.journal(query.terminal, query.after, query.limit ?? JOURNAL_LIMIT),
  );
}

function adminRoutes(app: FastifyInstance, broker: Broker): void {
  const body = Type.Object({ running: Type.Boolean() }, closed);
  app.post<{ Body: { running: boolean } }>('/admin/broker', { schema: { body } }, async (request) => {
    await (request.body.running ? broker.start() : broker.stop());
    return request.body;
  });
}
