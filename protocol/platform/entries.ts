/**
 * Journal entries: everything the terminal tells the platform that must not be lost. One schema per kind; `kind`
 * tells them apart. An entry is committed before the effect it speaks of.
 */
import { type Static, Type } from '@sinclair/typebox';
import { REFUSALS } from './questions.ts';
import {
  Closed,
  CompartmentId,
  Count,
  CourierRef,
  HoldId,
  Isbn,
  IsoTime,
  ItemId,
  OneOf,
  PassId,
  PatronRef,
  SessionId,
  Title,
} from './words.ts';

export const VOID_REASONS = [
  'doorNotOpened',
  'notPulsed',
  'boardRefused',
  'boardAway',
  'cancelled',
  'itemStillInside',
  'itemNotInside',
] as const;
export const DOUBT_REASONS = [
  'doorLeftOpen',
  'boardRestarted',
  'pulseUnknown',
  'loadingUnknown',
  'returnUnknown',
  'itemMissing',
  'itemUnexpected',
  'partsMissing',
  'disputed',
] as const;
/** Named ways out of doubt. */
export const WAYS_OUT = ['closeTheDoor', 'courierChecks', 'operatorSettles'] as const;
export const PURPOSES = ['pickup', 'visit', 'return', 'renewal', 'loading'] as const;
export const UNLOCK_CAUSES = ['pickup', 'borrow', 'again', 'return', 'loading', 'unloading'] as const;
/** Who decided that the patron may borrow: the hold did when it was placed. */
export const GRANTERS = ['hold', 'library', 'platform', 'pass'] as const;
/** What a patron says against what the door says. */
export const CLAIMS = ['notTaken', 'notMine', 'nothingInside'] as const;
/** What tells that an item passed a door; `tag…` only where a reader saw it. */
export const EVIDENCE = ['doorOpened', 'doorClosed', 'tagGone', 'tagSeen', 'tagAtPad'] as const;
/** What tags say of a compartment. `unreadable`: nothing certain, as where there is no reader. */
export const VERDICTS = ['confirmed', 'missing', 'unexpected', 'unreadable'] as const;

const door = Type.Optional(SessionId);
const Evidence = Type.Array(OneOf(EVIDENCE, 'what was seen'), { minItems: 1 });
const Items = (description: string) => Type.Array(ItemId, { maxItems: 64, description });

export const ENTRIES = {
  terminalStarted: Closed({
    kind: Type.Literal('terminalStarted'),
    version: Type.String(),
    unfinished: Count('sessions to settle'),
  }),
  boardStarted: Closed({
    kind: Type.Literal('boardStarted'),
    board: Type.String(),
    firmware: Type.String(),
    boot: Count('board boot number'),
    resetCause: Count('bits, see the board’s wire'),
  }),
  /** The cabinet's housing, where locks and boards are. */
  tamperOpened: Closed({ kind: Type.Literal('tamperOpened'), board: Type.String() }),
  tamperClosed: Closed({ kind: Type.Literal('tamperClosed'), board: Type.String() }),
  holdPlaced: Closed({ kind: Type.Literal('holdPlaced'), hold: HoldId, item: ItemId, title: Title }),
  holdReady: Closed({ kind: Type.Literal('holdReady'), hold: HoldId, expires: IsoTime }),
  holdWithdrawn: Closed({ kind: Type.Literal('holdWithdrawn'), hold: HoldId }),
  couriersSet: Closed({ kind: Type.Literal('couriersSet'), count: Count('badges') }),
  sessionStarted: Closed({
    kind: Type.Literal('sessionStarted'),
    session: SessionId,
    purpose: OneOf(PURPOSES, 'what the person came for'),
    patron: Type.Optional(PatronRef),
    courier: Type.Optional(CourierRef),
  }),
  unlockRequested: Closed({
    kind: Type.Literal('unlockRequested'),
    session: SessionId,
    compartment: CompartmentId,
    cause: OneOf(UNLOCK_CAUSES, 'why the door may open'),
    hold: Type.Optional(HoldId),
    item: Type.Optional(ItemId),
    attempt: Type.Integer({ minimum: 1 }),
    boardBoot: Count('boot number of the board when asked; tells after a restart whether it forgot'),
  }),
  unlockEnded: Closed({
    kind: Type.Literal('unlockEnded'),
    session: SessionId,
    compartment: CompartmentId,
    outcome: OneOf(
      ['opened', 'notOpened', 'notPulsed', 'cutShort', 'refused', 'unknown'],
      'how the unlock ended',
    ),
  }),
  doorOpened: Closed({ kind: Type.Literal('doorOpened'), compartment: CompartmentId, session: door }),
  doorClosed: Closed({ kind: Type.Literal('doorClosed'), compartment: CompartmentId, session: door }),
  itemLoaded: Closed({
    kind: Type.Literal('itemLoaded'),
    session: SessionId,
    hold: Type.Optional(HoldId),
    item: ItemId,
    compartment: CompartmentId,
    courier: CourierRef,
    evidence: Type.Optional(Evidence),
  }),
  loadingVoided: Closed({
    kind: Type.Literal('loadingVoided'),
    session: SessionId,
    hold: Type.Optional(HoldId),
    item: ItemId,
    compartment: CompartmentId,
    reason: OneOf(VOID_REASONS, 'why the item is not in'),
  }),
  loanPosted: Closed({
    kind: Type.Literal('loanPosted'),
    session: SessionId,
    hold: Type.Optional(HoldId),
    item: ItemId,
    patron: PatronRef,
    compartment: CompartmentId,
    grantedBy: OneOf(GRANTERS, 'who decided that the patron may borrow'),
    pass: Type.Optional(PassId),
    due: Type.Optional(IsoTime),
    purchase: Type.Optional(
      Closed({ isbn: Isbn, priceFen: Count('price in fen') }, 'bought by the library at this moment'),
    ),
    evidence: Evidence,
  }),
  loanVoided: Closed({
    kind: Type.Literal('loanVoided'),
    session: SessionId,
    hold: Type.Optional(HoldId),
    item: ItemId,
    patron: PatronRef,
    compartment: CompartmentId,
    reason: OneOf(VOID_REASONS, 'why nobody owes the item'),
  }),
  loanRefused: Closed({
    kind: Type.Literal('loanRefused'),
    session: SessionId,
    item: ItemId,
    by: OneOf(['library', 'platform', 'terminal'], 'who refused'),
    reason: OneOf([...REFUSALS, 'notOffline', 'needsNetwork'], 'why'),
  }),
  /** The patron denies a loan that the door has posted: nobody owes the item until a person has looked. */
  loanDisputed: Closed({
    kind: Type.Literal('loanDisputed'),
    hold: Type.Optional(HoldId),
    item: ItemId,
    compartment: CompartmentId,
    claim: OneOf(CLAIMS, 'what the patron says'),
  }),
  loanRenewed: Closed({
    kind: Type.Literal('loanRenewed'),
    session: SessionId,
    item: ItemId,
    grantedBy: OneOf(['library', 'platform'], 'who decided'),
    due: Type.Optional(IsoTime),
  }),
  passRefused: Closed({
    kind: Type.Literal('passRefused'),
    fault: OneOf(
      ['unknownKey', 'forged', 'spanTooLong', 'notYet', 'expired', 'revoked', 'limit'],
      'why the credit pass does not count',
    ),
    pass: Type.Optional(PassId),
  }),
  stockPlaced: Closed({ kind: Type.Literal('stockPlaced'), item: ItemId, title: Title }),
  stockWithdrawn: Closed({ kind: Type.Literal('stockWithdrawn'), item: ItemId }),
  itemRecalled: Closed({ kind: Type.Literal('itemRecalled'), item: ItemId }),
  recallLifted: Closed({ kind: Type.Literal('recallLifted'), item: ItemId }),
  /** The local library was told of a loan or a return that has happened, and did not take it: a person settles it. */
  libraryRefused: Closed({
    kind: Type.Literal('libraryRefused'),
    telling: Count('sequence of the entry that was told'),
    what: OneOf(['checkout', 'checkin'], 'what it was told'),
    item: ItemId,
    reason: Type.String({ maxLength: 200, description: 'the library’s words, without names' }),
  }),
  itemReturned: Closed({
    kind: Type.Literal('itemReturned'),
    session: Type.Optional(SessionId),
    item: ItemId,
    compartment: CompartmentId,
    evidence: Evidence,
  }),
  /** The item is not in: whoever has borrowed it still has it. */
  returnVoided: Closed({
    kind: Type.Literal('returnVoided'),
    session: SessionId,
    item: ItemId,
    compartment: CompartmentId,
    reason: OneOf(VOID_REASONS, 'why the item is not in'),
  }),
  /** After a door closed: what the tags say, beside what should be there. */
  contentChecked: Closed({
    kind: Type.Literal('contentChecked'),
    session: Type.Optional(SessionId),
    compartment: CompartmentId,
    at: OneOf(['compartment', 'pad'], 'where the tags were read'),
    verdict: OneOf(VERDICTS, 'the worst of what was found'),
    missing: Items('should be there, and are certainly not'),
    unexpected: Items('are there, and should not be'),
    unknownTags: Count('tags that name no item'),
  }),
  /** An item that was in doubt is seen where it should be: nobody has it. */
  itemFound: Closed({
    kind: Type.Literal('itemFound'),
    session: Type.Optional(SessionId),
    hold: Type.Optional(HoldId),
    item: ItemId,
    compartment: CompartmentId,
  }),
  itemUnloaded: Closed({
    kind: Type.Literal('itemUnloaded'),
    session: SessionId,
    hold: Type.Optional(HoldId),
    item: ItemId,
    compartment: CompartmentId,
    courier: CourierRef,
    why: OneOf(['returned', 'stray', 'withdrawn', 'expired', 'recalled', 'swap'], 'why it leaves'),
    evidence: Evidence,
  }),
  unloadingVoided: Closed({
    kind: Type.Literal('unloadingVoided'),
    session: SessionId,
    item: ItemId,
    compartment: CompartmentId,
    reason: OneOf(VOID_REASONS, 'why the item is still in'),
  }),
  /** An operator has settled a doubt: the item is no longer looked for here. */
  itemForgotten: Closed({ kind: Type.Literal('itemForgotten'), item: ItemId, compartment: CompartmentId }),
  inDoubt: Closed({
    kind: Type.Literal('inDoubt'),
    session: Type.Optional(SessionId),
    hold: Type.Optional(HoldId),
    item: ItemId,
    compartment: CompartmentId,
    reason: OneOf(DOUBT_REASONS, 'what is not known'),
    wayOut: OneOf(WAYS_OUT, 'how it will be settled'),
  }),
  sessionEnded: Closed({
    kind: Type.Literal('sessionEnded'),
    session: SessionId,
    outcome: OneOf(['done', 'voided', 'inDoubt'], 'how the visit ended'),
  }),
  compartmentOut: Closed({
    kind: Type.Literal('compartmentOut'),
    compartment: CompartmentId,
    reason: OneOf(['doorDoesNotOpen', 'boardAway', 'contentUnknown'], 'why it is out of service'),
  }),
  compartmentBack: Closed({ kind: Type.Literal('compartmentBack'), compartment: CompartmentId }),
  codesRefused: Closed({
    kind: Type.Literal('codesRefused'),
    count: Count('wrong codes in a row'),
    waitMs: Count('how long the kiosk waits'),
  }),
} as const;

export type EntryKind = keyof typeof ENTRIES;
export type EntryOf<K extends EntryKind> = Static<(typeof ENTRIES)[K]>;
export type Entry = { [K in EntryKind]: EntryOf<K> }[EntryKind];

export const EntrySchema = Type.Unsafe<Entry>(Type.Union(Object.values(ENTRIES)));
