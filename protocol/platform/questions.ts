/**
 * What a terminal asks the platform while a person waits, and the answers: on `ask` and `answer`, QoS 1, each with an id
 * and an expiry. An answer that comes late answers nothing. What was granted is told again by the journal, once.
 */
import { type Static, Type } from '@sinclair/typebox';
import { Closed, HoldId, Isbn, IsoTime, ItemId, OneOf, PassId, PatronRef } from './words.ts';

export const REFUSALS = [
  'unknownPatron',
  'wrongPin',
  'blocked',
  'limit',
  'notLoanable',
  'recalled',
  'tooExpensive',
  'enoughCopies',
  'noRenewal',
  'notOnLoan',
] as const;
export type Refusal = (typeof REFUSALS)[number];

export const QUESTIONS = {
  /** Whose card this is. */
  patron: Closed({
    kind: Type.Literal('patron'),
    card: Type.String({ minLength: 1, maxLength: 64 }),
    pin: Type.String({ maxLength: 32 }),
  }),
  loan: Closed({
    kind: Type.Literal('loan'),
    patron: PatronRef,
    item: ItemId,
    pass: Type.Optional(PassId),
  }),
  /** A new book of a bookshop, bought by the library at this moment and lent at once. */
  purchase: Closed({
    kind: Type.Literal('purchase'),
    patron: PatronRef,
    item: ItemId,
    isbn: Isbn,
    priceFen: Type.Integer({ minimum: 0, description: 'price in fen' }),
  }),
  renewal: Closed({ kind: Type.Literal('renewal'), item: ItemId }),
} as const;
export type PlatformQuestion = {
  [K in keyof typeof QUESTIONS]: Static<(typeof QUESTIONS)[K]>;
}[keyof typeof QUESTIONS];

const QuestionId = Type.String({
  minLength: 1,
  maxLength: 64,
  description: 'the terminal’s; the answer repeats it',
});

export const AskSchema = Closed({
  id: QuestionId,
  question: Type.Unsafe<PlatformQuestion>(Type.Union(Object.values(QUESTIONS))),
});
export type Ask = Static<typeof AskSchema>;

export const AnswerSchema = Closed({
  id: QuestionId,
  outcome: OneOf(['granted', 'refused'], 'what the platform decided'),
  reason: Type.Optional(OneOf(REFUSALS, 'why it refused')),
  patron: Type.Optional(PatronRef),
  holds: Type.Optional(Type.Array(HoldId, { maxItems: 64, description: 'of this patron, at this terminal' })),
  due: Type.Optional(IsoTime),
});
export type Answer = Static<typeof AnswerSchema>;
