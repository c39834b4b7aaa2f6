/**
 * Commands from the platform and their replies. A command carries an id and an expiry; it is sent again after each
 * birth until it is answered. A repeated command is answered again, not executed again; an expired one is refused.
 */
import { type Static, Type } from '@sinclair/typebox';
import {
  Closed,
  CourierRef,
  Hex256,
  HoldId,
  Isbn,
  IsoTime,
  ItemId,
  OneOf,
  PassId,
  PatronRef,
  REACHES,
  Size,
  Title,
} from './words.ts';

export const COMMANDS = {
  placeHold: Closed({
    kind: Type.Literal('placeHold'),
    hold: HoldId,
    item: ItemId,
    title: Title,
    patron: PatronRef,
    size: Size,
    reach: Type.Optional(OneOf(REACHES, 'where this patron reaches; missing: anywhere')),
  }),
  /** "Open for me", from the patron's telephone: executed only while the clock is trusted. */
  openFor: Closed({
    kind: Type.Literal('openFor'),
    holds: Type.Array(HoldId, { minItems: 1, maxItems: 16 }),
  }),
  /** A copy that anybody may borrow here; with an ISBN and a price one that a bookshop sells to the library. */
  placeStock: Closed({
    kind: Type.Literal('placeStock'),
    item: ItemId,
    title: Title,
    size: Size,
    onlineOnly: Type.Optional(Type.Boolean({ description: 'not for issue while offline' })),
    shop: Type.Optional(Closed({ isbn: Isbn, priceFen: Type.Integer({ minimum: 0 }) })),
  }),
  withdrawStock: Closed({ kind: Type.Literal('withdrawStock'), item: ItemId }),
  /** Lent no more from now on, whatever it is; a courier takes it out. */
  recallItem: Closed({ kind: Type.Literal('recallItem'), item: ItemId }),
  /** The recall is over: a courier has the item in hand elsewhere, or it was not meant. */
  liftRecall: Closed({ kind: Type.Literal('liftRecall'), item: ItemId }),
  /** All keys that count from now on: a key that is not among them signs nothing any more. */
  setPassKeys: Closed({
    kind: Type.Literal('setPassKeys'),
    keys: Type.Array(
      Closed({
        key: Type.Integer({ minimum: 0, maximum: 255 }),
        publicKey: Type.String({ pattern: '^[0-9a-f]{64}$', description: 'Ed25519' }),
      }),
      { maxItems: 8 },
    ),
  }),
  /** Passes and patrons that no longer count; until a time after which none of those passes holds anyway. */
  revokePasses: Closed({
    kind: Type.Literal('revokePasses'),
    passes: Type.Array(PassId, { maxItems: 500 }),
    patrons: Type.Array(PatronRef, { maxItems: 500 }),
    until: IsoTime,
  }),
  /** Where else, when the cabinet is full. */
  setNeighbours: Closed({
    kind: Type.Literal('setNeighbours'),
    neighbours: Type.Array(Type.String({ minLength: 1, maxLength: 80 }), { maxItems: 5 }),
  }),
  /** The hold may be collected by whoever knows the code; only a salted hash of the code reaches the terminal. */
  readyHold: Closed({
    kind: Type.Literal('readyHold'),
    hold: HoldId,
    codeSalt: Type.String({ pattern: '^[0-9a-f]{32}$' }),
    codeHash: Hex256,
    expires: IsoTime,
  }),
  withdrawHold: Closed({ kind: Type.Literal('withdrawHold'), hold: HoldId }),
  /** The way out of a doubt about an item that is not on hold: it is not here, or not any more. */
  forgetItem: Closed({ kind: Type.Literal('forgetItem'), item: ItemId }),
  setCouriers: Closed({
    kind: Type.Literal('setCouriers'),
    couriers: Type.Array(Closed({ courier: CourierRef, badgeHash: Hex256 }), { maxItems: 200 }),
  }),
} as const;
export type CommandKind = keyof typeof COMMANDS;
export type CommandAction = { [K in CommandKind]: Static<(typeof COMMANDS)[K]> }[CommandKind];

export const CommandSchema = Closed({
  id: Type.String({
    minLength: 1,
    maxLength: 64,
    description: 'the platform’s id; a repeat is answered, not executed',
  }),
  expires: IsoTime,
  action: Type.Unsafe<CommandAction>(Type.Union(Object.values(COMMANDS))),
});
export type Command = Static<typeof CommandSchema>;

export const REPLY_OUTCOMES = ['done', 'refused', 'expired', 'clockUntrusted', 'invalid'] as const;
export const ReplySchema = Closed({
  id: Type.String({ minLength: 1, maxLength: 64 }),
  outcome: OneOf(REPLY_OUTCOMES, 'what became of the command'),
  reason: Type.Optional(Type.String({ maxLength: 200, description: 'for a person' })),
});
export type Reply = Static<typeof ReplySchema>;
