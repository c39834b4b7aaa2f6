/** Open stock, bookshops' new books, copies held, recalls. */
import { Type } from '@sinclair/typebox';
import type { FastifyInstance } from 'fastify';
import { COMMANDS } from '../../protocol/platform/commands.ts';
import { Isbn, ItemId } from '../../protocol/platform/words.ts';
import type { NewStock, Stock } from '../stock.ts';
import { closed, TerminalId } from './fields.ts';

const { item, title, size, onlineOnly, shop } = COMMANDS.placeStock.properties;
const StockBody = Type.Object({ terminal: TerminalId, item, title, size, onlineOnly, shop }, closed);
const ItemBody = Type.Object({ item: ItemId }, closed);
const AtBody = Type.Object({ terminal: TerminalId, item: ItemId }, closed);
const CopiesBody = Type.Object({ copies: Type.Integer({ minimum: 0, maximum: 100_000 }) }, closed);

export function stockRoutes(app: FastifyInstance, stock: Stock): void {
  app.get('/api/stock', () => stock.all());
  app.post<{ Body: NewStock }>('/api/stock', { schema: { body: StockBody } }, async ({ body }, reply) =>
    reply.code(201).send(await stock.place(body)),
  );
  app.post<{ Body: { terminal: string; item: string } }>(
    '/api/stock/withdraw',
    { schema: { body: AtBody } },
    async ({ body }, reply) => reply.code(202).send(await stock.withdraw(body.terminal, body.item)),
  );
  app.get('/api/recalls', () => stock.recalls());
  app.post<{ Body: { item: string } }>(
    '/api/recalls',
    { schema: { body: ItemBody } },
    async ({ body }, reply) => reply.code(202).send(await stock.recall(body.item)),
  );
  app.delete<{ Params: { item: string } }>(
    '/api/recalls/:item',
    { schema: { params: Type.Object({ item: ItemId }) } },
    async ({ params }, reply) => reply.code(202).send(await stock.liftRecall(params.item)),
  );
  app.put<{ Params: { isbn: string }; Body: { copies: number } }>(
    '/api/holdings/:isbn',
    { schema: { params: Type.Object({ isbn: Isbn }), body: CopiesBody } },
    ({ params, body }) => stock.hold(params.isbn, body.copies),
  );
}
