/** What can be done to the readers of the simulated cabinet. */
import { Type } from '@sinclair/typebox';
import type { FastifyInstance } from 'fastify';
import type { Cable } from './device-port.ts';
import { FAULTS, type Fault } from './devices/device.ts';
import type { SimReader } from './sim-reader.ts';

const closed = { additionalProperties: false } as const;
const oneOf = (...values: readonly string[]) => Type.Union(values.map((value) => Type.Literal(value)));
const texts = (pattern: string) => Type.Optional(Type.Array(Type.String({ pattern }), { maxItems: 32 }));

interface Deeds {
  cable: { state: Cable };
  fault: { kind: Fault; times?: number };
  pad: { items?: string[]; cards?: string[] };
}

export function readerRoutes(app: FastifyInstance, readers: readonly SimReader[]): void {
  const deed = <K extends keyof Deeds>(
    name: K,
    properties: Parameters<typeof Type.Object>[0],
    act: (reader: SimReader, body: Deeds[K]) => void,
  ) => {
    const schema = { body: Type.Object(properties, closed) };
    app.post<{ Params: { reader: string }; Body: Deeds[K] }>(
      `/readers/:reader/${name}`,
      { schema },
      ({ params, ...request }, reply) => {
        const reader = readers.find(({ plan }) => plan.name === params.reader);
        if (!reader) return reply.code(404).send({ error: `no reader ${params.reader}` });
        act(reader, request.body as Deeds[K]);
        return {};
      },
    );
  };
  deed('cable', { state: oneOf('ok', 'cut', 'hung') }, (reader, { state }) => {
    reader.port.cable = state;
  });
  const times = Type.Optional(Type.Integer({ minimum: 1, maximum: 1_000 }));
  deed('fault', { kind: oneOf(...FAULTS), times }, (reader, body) =>
    reader.device.fail(body.kind, body.times ?? 1),
  );
  deed(
    'pad',
    { items: texts('^.{1,64}$'), cards: texts('^[0-9A-F]{8,20}$') },
    (reader, { items = [], cards = [] }) => {
      reader.items = items;
      reader.cards = cards;
    },
  );
}
