/** The platform's web API and page. Bad input is answered with which field and why. */
import { Type } from '@sinclair/typebox';
import { createChannel, createSession } from 'better-sse';
import fastify, { type FastifyInstance } from 'fastify';
import type { Broker } from './broker.ts';
import type { Credit } from './credit.ts';
import type { Fleet } from './fleet.ts';
import type { Orders } from './orders.ts';
import { creditRoutes } from './routes/credit.ts';
import { closed } from './routes/fields.ts';
import { fleetRoutes } from './routes/fleet.ts';
import { orderRoutes } from './routes/orders.ts';
import { stockRoutes } from './routes/stock.ts';
import type { Stock } from './stock.ts';

export interface ApiOptions {
  readonly orders: Orders;
  readonly fleet: Fleet;
  readonly credit: Credit;
  readonly stock: Stock;
  readonly page: string;
  /** Only where scenarios may cut the network. */
  readonly broker?: Broker | undefined;
  trouble(message: string, about: object): void;
}

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
  const changed = () => pages.broadcast({}, 'changed');
  // What one page did, the others see.
  app.addHook('onResponse', async ({ method }, { statusCode }) => {
    if (method !== 'GET' && statusCode < 300) changed();
  });
  app.get('/', (_request, reply) => reply.type('text/html; charset=utf-8').send(options.page));
  app.get('/health', () => ({ ok: true }));
  app.get('/events', async (request, reply) => {
    reply.hijack();
    pages.register(await createSession(request.raw, reply.raw));
  });
  orderRoutes(app, options.orders);
  fleetRoutes(app, options.fleet);
  creditRoutes(app, options.credit);
  stockRoutes(app, options.stock);
  if (options.broker) adminRoutes(app, options.broker);
  return { app, changed };
}

function adminRoutes(app: FastifyInstance, broker: Broker): void {
  const body = Type.Object({ running: Type.Boolean() }, closed);
  app.post<{ Body: { running: boolean } }>('/admin/broker', { schema: { body } }, async (request) => {
    await (request.body.running ? broker.start() : broker.stop());
    return request.body;
  });
}
