/** Patrons, credit passes, their keys, and what is revoked. */
import { Type } from '@sinclair/typebox';
import type { FastifyInstance } from 'fastify';
import { OneOf, PassId, PatronRef } from '../../protocol/platform/words.ts';
import type { Credit } from '../credit.ts';
import { type NewPass, PASS_HOURS_MAX, type Revocation } from '../passes.ts';
import type { NewPatron } from '../patrons.ts';
import { TIER_MAX } from '../tiers.ts';
import { closed } from './fields.ts';

/** A pass has room for no longer one (protocol/platform/credit-pass.ts). */
const PatronOfPass = Type.String({ minLength: 1, maxLength: 38 });
const PatronBody = Type.Object(
  {
    tier: Type.Integer({ minimum: 1, maximum: TIER_MAX }),
    card: Type.Optional(Type.String({ minLength: 1, maxLength: 64 })),
    pin: Type.Optional(Type.String({ pattern: '^[0-9]{4,12}$' })),
    standing: Type.Optional(OneOf(['good', 'blocked'], 'good or blocked')),
  },
  closed,
);
const PassBody = Type.Object(
  {
    patron: PatronOfPass,
    itemsMax: Type.Optional(Type.Integer({ minimum: 0, maximum: 255 })),
    hours: Type.Optional(Type.Integer({ minimum: 1, maximum: PASS_HOURS_MAX })),
  },
  closed,
);
const RevocationBody = Type.Object(
  {
    passes: Type.Optional(Type.Array(PassId, { maxItems: 500 })),
    patrons: Type.Optional(Type.Array(PatronRef, { maxItems: 500 })),
  },
  closed,
);

export function creditRoutes(app: FastifyInstance, credit: Credit): void {
  app.get('/api/patrons', () => credit.patrons());
  app.put<{ Params: { patron: string }; Body: NewPatron }>(
    '/api/patrons/:patron',
    { schema: { params: Type.Object({ patron: PatronOfPass }), body: PatronBody } },
    ({ params, body }) => credit.putPatron(params.patron, body),
  );
  app.get('/api/passes', () => credit.passes());
  app.post<{ Body: NewPass }>('/api/passes', { schema: { body: PassBody } }, async ({ body }, reply) =>
    reply.code(201).send(await credit.issue(body)),
  );
  app.post<{ Body: Revocation }>(
    '/api/revocations',
    { schema: { body: RevocationBody } },
    async ({ body }, reply) => reply.code(202).send(await credit.revoke(body)),
  );
  app.get('/api/keys', () => credit.keys());
  app.post('/api/keys/rotate', async (_request, reply) => reply.code(202).send(await credit.rotate()));
}
