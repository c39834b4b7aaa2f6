/** The control API of the simulated cabinet: what scenarios, tests and the page ask of it. Bad input: 400 with why. */
import { Type } from '@sinclair/typebox';
import { createChannel, createSession } from 'better-sse';
import fastify, { type FastifyInstance } from 'fastify';
import type { Reset } from './avr/chip.ts';
import type { Board } from './cabinet/board.ts';
import type { Cabinet } from './cabinet/cabinet.ts';
import type { Behaviour } from './cabinet/people.ts';
import type { Cable, DevicePort } from './device-port.ts';
import type { Pace } from './pace.ts';
import type { Plugs } from './plugs.ts';
import { type Scan, scan } from './scanner.ts';

export interface ControlParts {
  readonly cabinet: Cabinet;
  readonly pace: Pace;
  readonly plugs: Plugs;
  readonly scanner: DevicePort;
  /** HTML of the page. */
  readonly page: string;
}

const TELL_EVERY_MS = 100;
const closed = { additionalProperties: false } as const;
const Item = Type.String({ minLength: 1, maxLength: 64 });
const Milliseconds = Type.Number({ minimum: 0, maximum: 3_600_000 });
const oneOf = (...values: readonly string[]) => Type.Union(values.map((value) => Type.Literal(value)));
const CableBody = Type.Object({ state: oneOf('ok', 'cut', 'hung') }, closed);
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

export function stateOf({ cabinet, plugs, scanner }: ControlParts) {
  return {
    boards: cabinet.boards.map((board) => boardState(board, plugs)),
    scanner: { connected: scanner.connected, cable: scanner.cable },
    compartments: cabinet.state(),
  };
}

function boardState(board: Board, plugs: Plugs) {
  const port = plugs.portOf(board);
  return {
    serialNumber: board.serialNumber,
    kind: board.kind,
    port: plugs.ports.indexOf(port),
    connected: port.connected,
    cable: port.cable,
    resets: board.chip.resets,
    uptimeMs: Math.round(board.nowMs),
    tamper: board.tamperOpen ? ('open' as const) : ('closed' as const),
    buttons: board.buttons,
    buzzerHz: board.buzzerHz,
    supplyVolts: board.supplyVolts,
    celsius: board.celsius,
    coils: board.coils,
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
  coilRoute(app, parts);
  eventRoute(app, parts);
  return app;
}

type ForCompartment<B = unknown> = { Params: { n: number }; Body: B };

function compartmentRoutes(app: FastifyInstance, cabinet: Cabinet): void {
  const params = Type.Object({ n: Type.Integer({ minimum: 0, maximum: cabinet.size - 1 }) });
  const shut = (n: number) => ({ error: `the door of compartment ${n} is closed` });
  app.post<ForCompartment>('/compartments/:n/close', { schema: { params } }, ({ params: { n } }) => {
    cabinet.push(n);
    return {};
  });
  app.post<ForCompartment>('/compartments/:n/force-open', { schema: { params } }, ({ params: { n } }) => {
    const { board, index } = cabinet.at(n);
    board.forceOpen(index);
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
      const { board, index } = cabinet.at(request.params.n);
      board.jam(index, request.body.jammed);
      return {};
    },
  );
  const cut = Type.Object({ cut: Type.Boolean() }, closed);
  app.post<ForCompartment<{ cut: boolean }>>(
    '/compartments/:n/contact',
    { schema: { params, body: cut } },
    (request) => {
      const { board, index } = cabinet.at(request.params.n);
      board.cutContact(index, request.body.cut);
      return {};
    },
  );
}

type ForBoard<B> = { Params: { board: string }; Body: B };
/** What can be done to a board, each with its body. */
interface Deeds {
  cable: { state: Cable };
  reset: { kind: Reset };
  tamper: { open: boolean };
  button: { button: number; pressed: boolean };
  supply: { volts: number };
  temperature: { celsius: number };
  port: { index: number };
}

/** `:board` is a serial number, or a number in the cabinet from 0. */
function boardRoutes(app: FastifyInstance, { cabinet, plugs, scanner }: ControlParts): void {
  const deed = <K extends keyof Deeds>(
    name: K,
    properties: Parameters<typeof Type.Object>[0],
    act: (board: Board, body: Deeds[K]) => void,
  ) => {
    const schema = { body: Type.Object(properties, closed) };
    app.post<ForBoard<Deeds[K]>>(`/boards/:board/${name}`, { schema }, ({ params, body }, reply) => {
      const board =
        cabinet.boards.find(({ serialNumber }) => serialNumber === params.board) ??
        cabinet.boards[Number(params.board)];
      if (!board) return reply.code(404).send({ error: `no board ${params.board}` });
      act(board, body as Deeds[K]);
      return {};
    });
  };
  deed('cable', { state: oneOf('ok', 'cut', 'hung') }, (board, { state }) => {
    plugs.portOf(board).cable = state;
  });
  deed('reset', { kind: oneOf('external', 'power', 'brownOut') }, (board, { kind }) =>
    board.chip.reset(kind),
  );
  deed('tamper', { open: Type.Boolean() }, (board, { open }) => board.setTamper(open));
  deed(
    'button',
    { button: Type.Integer({ minimum: 0, maximum: 3 }), pressed: Type.Boolean() },
    (board, { button, pressed }) => board.press(button, pressed),
  );
  deed('supply', { volts: Type.Number({ minimum: 0, maximum: 27 }) }, (board, { volts }) =>
    board.setSupply(volts),
  );
  deed('temperature', { celsius: Type.Number({ minimum: -40, maximum: 125 }) }, (board, { celsius }) =>
    board.setTemperature(celsius),
  );
  const index = Type.Integer({ minimum: 0, maximum: cabinet.boards.length - 1 });
  deed('port', { index }, (board, body) => plugs.plug(board, body.index));
  app.post<{ Body: { state: Cable } }>('/scanner/cable', { schema: { body: CableBody } }, ({ body }) => {
    scanner.cable = body.state;
    return {};
  });
}

/** When a coil went on last, as epoch milliseconds, and how long the pulses were. */
function coilRoute(app: FastifyInstance, { cabinet, pace }: ControlParts): void {
  let lastOnAtMs = 0;
  for (const board of cabinet.boards)
    board.onCoilOn = (_compartment, cycle) => {
      lastOnAtMs = performance.timeOrigin + pace.realMs(cycle);
    };
  app.get('/coil-times', () => ({
    onMs: cabinet.boards.flatMap(({ pulses }) => pulses.map(({ onMs }) => onMs)),
    lastOnAtMs,
  }));
}

/** The whole state, when it has changed, ten times a second at the most. */
function eventRoute(app: FastifyInstance, parts: ControlParts): void {
  const channel = createChannel();
  const text = () => {
    const state = stateOf(parts);
    const boards = state.boards.map((board) => ({ ...board, uptimeMs: 0 }));
    return JSON.stringify({ ...state, boards });
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
