/** Orders: place, follow, withdraw, show the code, open for a patron who stands there. */
import { Type } from '@sinclair/typebox';
import type { FastifyInstance } from 'fastify';
import { toString as qrCode } from 'qrcode';
import { HoldId, ItemId, OneOf, PatronRef, REACHES, Size, Title } from '../../protocol/platform/words.ts';
import type { NewOrder, Orders } from '../orders.ts';
import { Refusal } from '../refusal.ts';
import { closed, TerminalId } from './fields.ts';

const OrderBody = Type.Object(
  {
    terminal: TerminalId,
    item: ItemId,
    title: Title,
    patron: PatronRef,
    size: Type.Optional(Size),
    reach: Type.Optional(OneOf(REACHES, 'low or high')),
  },
  closed,
);
const OpenBody = Type.Object({ holds: Type.Array(HoldId, { minItems: 1, maxItems: 16 }) }, closed);
type ForHold = { Params: { hold: string } };

export function orderRoutes(app: FastifyInstance, orders: Orders): void {
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
  app.post<{ Body: { holds: string[] } }>(
    '/api/open',
    { schema: { body: OpenBody } },
    async ({ body }, reply) => reply.code(202).send(await orders.open(body.holds)),
  );
}
