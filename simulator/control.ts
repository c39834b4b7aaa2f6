/** The control API of the simulated cabinet: what scenarios, tests and the page ask of it. Bad input: 400 with why. */
import { Type } from '@sinclair/typebox';
import { createChannel, createSession } from 'better-sse';
import fastify, { type FastifyInstance } from 'fastify';
import { type Cabinet, COMPARTMENTS } from './cabinet/cabinet.ts';
import type { Behaviour } from './cabinet/people.ts';
import type { DevicePort } from './device-port.ts';
import type { Pace } from './pace.ts';
import { type Scan, scan } from './scanner.ts';

export interface ControlParts {
  readonly cabinet: Cabinet;
  readonly pace: Pace;
  readonly board: DevicePort;
  readonly scanner: DevicePort;
  readonly serialNumber: string;
  /** HTML of the page. */
  readonly page: string;
}

const TELL_EVERY_MS = 100;
const closed = { additionalProperties: false } as const;
const Item = Type.String({ minLength: 1, maxLength: 64 });
const Milliseconds = Type.Number({ minimum: 0, maximum: 3_600_000 });
const CableBody = Type.Object(
  { state: Type.Union(['ok', 'cut', 'hung'].map((state) => Type.Literal(state))) },
  closed,
);
const Compartment = Type.Object({ n: Type.Integer({ minimum: 0, maximum: COMPARTMENTS - 1 }) });
const ScanBody = Type.Object(
  {
    code: Type.String({ minLength: 1, maxLength: 512 }),
    chunks: Type.Optional(Type.Integer({ minimum: 1, maximum: 64 })),
    garbage: Type.Optional(Type.Boolean()),
    half: Type.Optional(Type.Boolean()),
  },
  closed,
);
const PeopleBody = Type.Union([
  Type.Null(),
  Type.Object(
    {
      takes: Type.Optional(Type.Boolean()),
      puts: Type.Optional(Item),
      afterMs: Milliseconds,
      closeAfterMs: Milliseconds,
    },
    closed,
  ),
]);

export function stateOf({ cabinet, board, scanner, serialNumber }: ControlParts) {
  return {
    board: {
      serialNumber,
      connected: board.connected,
      cable: board.cable,
      resets: cabinet.chip.resets,
      uptimeMs: Math.round(cabinet.nowMs),
    },
    scanner: { connected: scanner.connected, cable: scanner.cable },
    compartments: cabinet.state(),
    coils: cabinet.coils,
  };
}

export function controlServer(parts: ControlParts): FastifyInstance {
  const app = fastify({ bodyLimit: 4_096, forceCloseConnections: true });
  app.get('/', (_request, reply) => reply.type('text/html; charset=utf-8').send(parts.page));
  app.get('/state', () => stateOf(parts));
  app.post<{ Body: Scan }>('/scan', { schema: { body: ScanBody } }, async (request) => ({
    atMs: await scan(parts.scanner, request.body),
  }));
  app.post<{ Body: Behaviour | null }>('/people', { schema: { body: PeopleBody } }, ({ body }) => {
    parts.cabinet.behave(body ?? undefined);
    return {};
  });
  compartmentRoutes(app, parts.cabinet);
  boardRoutes(app, parts);
  eventRoute(app, parts);
  return app;
}

type ForCompartment<B = unknown> = { Params: { n: number }; Body: B };

function compartmentRoutes(app: FastifyInstance, cabinet: Cabinet): void {
  const params = Compartment;
  const shut = (n: number) => ({ error: `the door of compartment ${n} is closed` });
  app.post<ForCompartment>('/compartments/:n/close', { schema: { params } }, ({ params: { n } }) => {
    cabinet.push(n);
    return {};
  });
  app.post<ForCompartment>('/compartments/:n/force-open', { schema: { params } }, ({ params: { n } }) => {
    cabinet.forceOpen(n);
    return {};
  });
  const put = Type.Object({ item: Item }, closed);
  app.post<ForCompartment<{ item: string }>>(
    '/compartments/:n/put',
    { schema: { params, body: put } },
    (request, reply) =>
      cabinet.put(request.params.n, request.body.item) ? {} : reply.code(409).send(shut(request.params.n)),
  );
  const take = Type.Object({ item: Type.Optional(Item) }, closed);
  app.post<ForCompartment<{ item?: string }>>(
    '/compartments/:n/take',
    { schema: { params, body: take } },
    (request, reply) => {
      const items = cabinet.take(request.params.n, request.body.item);
      return items ? { items } : reply.code(409).send(shut(request.params.n));
    },
  );
  const jam = Type.Object({ jammed: Type.Boolean() }, closed);
  app.post<ForCompartment<{ jammed: boolean }>>(
    '/compartments/:n/jam',
    { schema: { params, body: jam } },
    (request) => {
      cabinet.jam(request.params.n, request.body.jammed);
      return {};
    },
  );
  const cut = Type.Object({ cut: Type.Boolean() }, closed);
  app.post<ForCompartment<{ cut: boolean }>>(
    '/compartments/:n/contact',
    { schema: { params, body: cut } },
    (request) => {
      cabinet.cutContact(request.params.n, request.body.cut);
      return {};
    },
  );
}

function boardRoutes(app: FastifyInstance, { cabinet, pace, board, scanner }: ControlParts): void {
  const reset = Type.Object({ kind: Type.Union([Type.Literal('external'), Type.Literal('power')]) }, closed);
  app.post<{ Body: { kind: 'external' | 'power' } }>(
    '/board/reset',
    { schema: { body: reset } },
    ({ body }) => {
      cabinet.chip.reset(body.kind);
      return {};
    },
  );
  for (const [path, port] of [
    ['/board/cable', board],
    ['/scanner/cable', scanner],
  ] as const)
    app.post<{ Body: { state: DevicePort['cable'] } }>(path, { schema: { body: CableBody } }, ({ body }) => {
      port.cable = body.state;
      return {};
    });
  let lastOnAtMs = 0;
  cabinet.onCoilOn = (_compartment, cycle) => {
    lastOnAtMs = performance.timeOrigin + pace.realMs(cycle);
  };
  app.get('/coil-times', () => ({ onMs: cabinet.pulseMs, lastOnAtMs }));
}

/** The whole state, when it has changed, ten times a second at the most. */
function eventRoute(app: FastifyInstance, parts: ControlParts): void {
  const channel = createChannel();
  const text = () => {
    const state = stateOf(parts);
    return JSON.stringify({ ...state, board: { ...state.board, uptimeMs: 0 } });
  };
  let told = '';
  const timer = setInterval(() => {
    if (channel.sessionCount === 0) return;
    const now = text();
    if (now !== told) channel.broadcast(JSON.parse(now), 'state');
    told = now;
  }, TELL_EVERY_MS);
  app.addHook('onClose', () => clearInterval(timer));
  app.get('/events', async (request, reply) => {
    reply.hijack();
    const session = await createSession(request.raw, reply.raw);
    session.push(JSON.parse(text()), 'state');
    channel.register(session);
  });
}
