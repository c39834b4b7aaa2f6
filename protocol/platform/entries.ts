/**
 * Journal entries: everything the terminal tells the platform that must not be lost. One schema per kind; `kind`
 * tells them apart. An entry is committed before the effect it speaks of.
 */
import { type Static, Type } from '@sinclair/typebox';
import {
  Closed,
  CompartmentId,
  Count,
  CourierRef,
  HoldId,
  IsoTime,
  ItemId,
  OneOf,
  PatronRef,
  SessionId,
  Title,
} from './words.ts';

export const VOID_REASONS = ['doorNotOpened', 'notPulsed', 'boardRefused', 'boardAway', 'cancelled'] as const;
export const DOUBT_REASONS = ['doorLeftOpen', 'boardRestarted', 'pulseUnknown', 'loadingUnknown'] as const;
/** Named ways out of doubt. */
export const WAYS_OUT = ['closeTheDoor', 'courierChecks'] as const;
export const UNLOCK_CAUSES = ['pickup', 'loading'] as const;

const door = Type.Optional(SessionId);

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
    purpose: OneOf(UNLOCK_CAUSES, 'what the person came for'),
    patron: Type.Optional(PatronRef),
    courier: Type.Optional(CourierRef),
  }),
  unlockRequested: Closed({
    kind: Type.Literal('unlockRequested'),
    session: SessionId,
    compartment: CompartmentId,
    cause: OneOf(UNLOCK_CAUSES, 'why the door may open'),
    hold: HoldId,
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
    hold: HoldId,
    item: ItemId,
    compartment: CompartmentId,
    courier: CourierRef,
  }),
  loadingVoided: Closed({
    kind: Type.Literal('loadingVoided'),
    session: SessionId,
    hold: HoldId,
    item: ItemId,
    compartment: CompartmentId,
    reason: OneOf(VOID_REASONS, 'why the item is not in'),
  }),
  loanPosted: Closed({
    kind: Type.Literal('loanPosted'),
    session: SessionId,
    hold: HoldId,
    item: ItemId,
    patron: PatronRef,
    compartment: CompartmentId,
    grantedBy: OneOf(['hold'], 'who decided that the patron may borrow'),
    evidence: Type.Array(OneOf(['doorOpened', 'doorClosed'], 'what was seen'), { minItems: 1 }),
  }),
  loanVoided: Closed({
    kind: Type.Literal('loanVoided'),
    session: SessionId,
    hold: HoldId,
    item: ItemId,
    patron: PatronRef,
    compartment: CompartmentId,
    reason: OneOf(VOID_REASONS, 'why nobody owes the item'),
  }),
  inDoubt: Closed({
    kind: Type.Literal('inDoubt'),
    session: SessionId,
    hold: HoldId,
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
