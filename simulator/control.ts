/** The control API of the simulated cabinet: what scenarios, tests and the page ask of it. Bad input: 400 with why. */
import { Type } from '@sinclair/typebox';
import { createChannel, createSession } from 'better-sse';
import fastify, { type FastifyInstance } from 'fastify';
import type { Reset } from './avr/chip.ts';
import type { Board } from './cabinet/board.ts';
import type { Cabinet } from './cabinet/cabinet.ts';
import type { LockBoard } from './cabinet/lock-board.ts';
import type { Behaviour } from './cabinet/people.ts';
import type { SimBoard } from './cabinet/sim-board.ts';
import type { Cable, DevicePort } from './device-port.ts';
import { FAULTS, type Fault } from './devices/device.ts';
import type { SimulatedAcs } from './library/acs.ts';
import { libraryRoutes } from './library/routes.ts';
import type { Pace } from './pace.ts';
import type { Plugs } from './plugs.ts';
import { readerRoutes } from './reader-routes.ts';
import { type Scan, scan } from './scanner.ts';
import type { SimReader } from './sim-reader.ts';

export interface ControlParts {
  readonly cabinet: Cabinet;
  /** Of the cabinet's boards, ours and the commercial ones: each kind can be treated in its own ways. */
  readonly ours: readonly Board[];
  readonly lockBoards: readonly LockBoard[];
  readonly pace: Pace;
  readonly plugs: Plugs;
  readonly scanner: DevicePort;
  readonly readers: readonly SimReader[];
  readonly library?: SimulatedAcs | undefined;
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
      takes: Type.Optional(Type.Union([Type.Boolean(), Type.Array(Item, { maxItems: 16 })])),
      puts: Type.Optional(Item),
      afterMs: Milliseconds,
      closeAfterMs: Milliseconds,
    },
    closed,
  ),
]);

export function stateOf(parts: ControlParts) {
  const { cabinet, scanner, readers } = parts;
  return {
    boards: cabinet.boards.map((board) => boardState(board, parts)),
    scanner: { connected: scanner.connected, cable: scanner.cable },
    readers: readers.map(({ state }) => state),
    compartments: cabinet.state(),
  };
}

function boardState(board: SimBoard, { ours, plugs }: ControlParts) {
  const port = plugs.portOf(board);
  return {
    serialNumber: board.serialNumber,
    kind: board.kind,
    port: plugs.ports.indexOf(port),
    connected: port.connected,
    cable: port.cable,
    uptimeMs: Math.round(board.nowMs),
    ...panelState(ours.find((one) => one === board)),
    coils: board.doors.coils,
  };
}

/** What only our boards have; the others show themselves without it. */
function panelState(board: Board | undefined) {
  return {
    resets: board?.chip.resets ?? 0,
    tamper: board?.tamperOpen ? ('open' as const) : ('closed' as const),
    buttons: board?.buttons ?? [],
    buzzerHz: board?.buzzerHz ?? 0,
    supplyVolts: board?.supplyVolts ?? 0,
    celsius: board?.celsius ?? 0,
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
  readerRoutes(app, parts.readers);
  if (parts.library) libraryRoutes(app, parts.library);
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
    board.doors.forceOpen(index, board.nowMs);
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
      board.doors.jam(index, request.body.jammed);
      return {};
    },
  );
  const cut = Type.Object({ cut: Type.Boolean() }, closed);
  app.post<ForCompartment<{ cut: boolean }>>(
    '/compartments/:n/contact',
    { schema: { params, body: cut } },
    (request) => {
      const { board, index } = cabinet.at(request.params.n);
      board.doors.cutContact(index, request.body.cut, board.nowMs);
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
  fault: { kind: Fault; times?: number };
}
type Properties = Parameters<typeof Type.Object>[0];

/** `:board` is a name, or a number in the cabinet from 0. A deed that this kind of board does not know: 409. */
function boardRoutes(app: FastifyInstance, parts: ControlParts): void {
  const { cabinet, plugs, ours, lockBoards } = parts;
  const deed = <K extends keyof Deeds, B extends SimBoard>(
    name: K,
    among: readonly B[],
    properties: Properties,
    act: (board: B, body: Deeds[K]) => void,
  ) => {
    const schema = { body: Type.Object(properties, closed) };
    app.post<ForBoard<Deeds[K]>>(`/boards/:board/${name}`, { schema }, ({ params, body }, reply) => {
      const named = boardNamed(cabinet, params.board);
      if (!named) return reply.code(404).send({ error: `no board ${params.board}` });
      const board = among.find((one) => one === named);
      if (!board) return reply.code(409).send({ error: `a board of kind ${named.kind} has no ${name}` });
      act(board, body as Deeds[K]);
      return {};
    });
  };
  deed('cable', cabinet.boards, { state: oneOf('ok', 'cut', 'hung') }, (board, { state }) => {
    plugs.portOf(board).cable = state;
  });
  deed('reset', ours, { kind: oneOf('external', 'power', 'brownOut') }, (board, { kind }) =>
    board.chip.reset(kind),
  );
  deed('tamper', ours, { open: Type.Boolean() }, (board, { open }) => board.setTamper(open));
  deed(
    'button',
    ours,
    { button: Type.Integer({ minimum: 0, maximum: 3 }), pressed: Type.Boolean() },
    (board, { button, pressed }) => board.press(button, pressed),
  );
  deed('supply', ours, { volts: Type.Number({ minimum: 0, maximum: 27 }) }, (board, { volts }) =>
    board.setSupply(volts),
  );
  deed('temperature', ours, { celsius: Type.Number({ minimum: -40, maximum: 125 }) }, (board, { celsius }) =>
    board.setTemperature(celsius),
  );
  const index = Type.Integer({ minimum: 0, maximum: plugs.ports.length - 1 });
  deed('port', cabinet.boards, { index }, (board, body) => plugs.plug(board, body.index));
  const times = Type.Optional(Type.Integer({ minimum: 1, maximum: 1_000 }));
  deed('fault', lockBoards, { kind: oneOf(...FAULTS), times }, (board, body) =>
    board.fail(body.kind, body.times ?? 1),
  );
  scannerRoute(app, parts);
}

const boardNamed = ({ boards }: Cabinet, name: string): SimBoard | undefined =>
  boards.find(({ serialNumber }) => serialNumber === name) ?? boards[Number(name)];

function scannerRoute(app: FastifyInstance, { scanner }: ControlParts): void {
  app.post<{ Body: { state: Cable } }>('/scanner/cable', { schema: { body: CableBody } }, ({ body }) => {
    scanner.cable = body.state;
    return {};
  });
}

/** When a coil went on last, as epoch milliseconds, and how long the pulses were. */
function coilRoute(app: FastifyInstance, { cabinet, pace }: ControlParts): void {
  let lastOnAtMs = 0;
  for (const board of cabinet.boards)
    board.doors.onCoilOn = (_compartment, nowMs) => {
      lastOnAtMs = performance.timeOrigin + pace.realMs(nowMs);
    };
  app.get('/coil-times', () => ({
    onMs: cabinet.boards.flatMap(({ doors }) => doors.pulses.map(({ onMs }) => onMs)),
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
