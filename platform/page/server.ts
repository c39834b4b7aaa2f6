/** What the page asks of the platform, and when it asks again. */
import { useEffect, useState } from 'preact/hooks';
import type { EntryKind, EntryOf } from '../../protocol/platform/entries.ts';
import type { Rule, RuleName } from '../conflicts.ts';
import type { StockStatus } from '../stock-entries.ts';
import type { Checked } from './content.ts';
import type { DoubtReason } from './values.ts';

export interface Order {
  readonly hold: string;
  readonly terminal: string;
  readonly item: string;
  readonly title: string;
  readonly status: 'ordered' | 'placed' | 'loaded' | 'ready' | 'lent' | 'inDoubt' | 'withdrawn';
  readonly compartment?: string;
  readonly code?: string;
  /** Why the terminal refused, in its words. */
  readonly reason?: string;
  readonly loan?: {
    readonly due: string;
    readonly disputed?: string;
    readonly returned?: { readonly at: string; readonly terminal: string };
  };
}
export interface Terminal {
  readonly terminal: string;
  readonly name: string;
  readonly link: 'up' | 'down';
  readonly acknowledged: number;
  readonly chain: 'whole' | 'broken';
  readonly compartments: readonly {
    readonly compartment: string;
    readonly door: 'open' | 'closed' | 'unknown';
    readonly service: string;
    readonly content: 'free' | 'reserved' | 'loaded' | 'inDoubt';
  }[];
}
export interface Doubt {
  readonly terminal: string;
  readonly item: string;
  readonly hold?: string;
  readonly title?: string;
  readonly compartment: string;
  readonly reason: DoubtReason;
  readonly wayOut: EntryOf<'inDoubt'>['wayOut'];
  /** Why the terminal would not settle it, in its words. */
  readonly refusal?: string;
  readonly asked: boolean;
}
/** `loans`: how many it ended; 0 where nobody had the item on loan. */
export interface Return {
  readonly terminal: string;
  readonly sequence: number;
  readonly item: string;
  readonly title: string | null;
  readonly compartment: string;
  readonly at: string;
  readonly loans: number;
}
/** The fields of entries that their words name. */
type Told = Pick<EntryOf<'boardStarted'>, 'board'> &
  Pick<EntryOf<'holdPlaced'>, 'title' | 'item'> &
  Pick<EntryOf<'couriersSet'>, 'count'> & {
    readonly compartment: string;
    readonly purpose: string;
    readonly cause: string;
    readonly outcome: string;
    readonly reason: string;
  } & Readonly<Record<'by' | 'claim' | 'fault' | 'grantedBy' | 'what' | 'why', string>>;
export interface JournalRow {
  readonly sequence: number;
  readonly time?: string;
  readonly data: { readonly kind: EntryKind } & Partial<Told> & Partial<Checked>;
}
export interface Patron {
  readonly patron: string;
  readonly tier: number;
  readonly standing: 'good' | 'blocked';
  readonly card: boolean;
  readonly openLoans: number;
  readonly itemsMax: number;
  /** How many loans they have denied. */
  readonly disputed: number;
  readonly pinWaitsUntil?: string;
}
export interface Pass {
  readonly pass: string;
  readonly patron: string;
  readonly itemsMax: number;
  readonly used: number;
  readonly until: string;
  readonly revoked?: string;
}
export interface Loan {
  readonly item: string;
  readonly title?: string;
  readonly patron: string;
  readonly terminal: string;
  readonly sequence: number;
  readonly due: string;
  readonly grantedBy: EntryOf<'loanPosted'>['grantedBy'];
  readonly disputed?: EntryOf<'loanDisputed'>['claim'];
  readonly returned?: object;
  readonly ended?: object;
}
export interface PassKey {
  readonly key: number;
  readonly state: 'coming' | 'signing' | 'ending';
  readonly awaited: number;
}
export interface StockItem {
  readonly terminal: string;
  readonly item: string;
  readonly title: string;
  readonly status: StockStatus;
  readonly compartment?: string;
  readonly reason?: string;
  readonly onlineOnly?: boolean;
  readonly recalled?: boolean;
  readonly shop?: { readonly isbn: string; readonly priceFen: number };
}
export interface Conflict {
  readonly number: number;
  readonly rule: RuleName;
  readonly outcome: Rule['outcome'];
  readonly look: Rule['look'];
  readonly terminal?: string;
  readonly item?: string;
  readonly title?: string;
  readonly patron?: string;
  readonly pass?: string;
  readonly detail?: string;
  readonly since: string;
  readonly explained?: string;
  readonly seen?: string;
  readonly word?: string;
}
export interface Counts {
  readonly loans: number;
  readonly openLoans: number;
  readonly doubled: number;
}
export interface Picture {
  readonly orders: readonly Order[];
  readonly terminals: readonly Terminal[];
  readonly doubts: readonly Doubt[];
  readonly returns: readonly Return[];
  readonly journal: readonly JournalRow[];
  readonly counts: Counts;
}

const EMPTY: Picture = {
  orders: [],
  terminals: [],
  doubts: [],
  returns: [],
  journal: [],
  counts: { loans: 0, openLoans: 0, doubled: 0 },
};
const POLL_MS = 5_000;
/** Several changes come together; one look is enough. */
const SETTLE_MS = 150;

export async function get<T>(path: string): Promise<T> {
  const response = await fetch(path);
  if (!response.ok) throw new Error(`${path}: ${response.status}`);
  return (await response.json()) as T;
}

/** `chosen` is the terminal whose journal is shown; the first one until somebody chooses. */
async function look(chosen: string | undefined): Promise<Picture> {
  const [orders, terminals, doubts, returns, counts] = await Promise.all([
    get<Order[]>('/api/orders'),
    get<Terminal[]>('/api/terminals'),
    get<Doubt[]>('/api/doubts'),
    get<Return[]>('/api/returns'),
    get<Counts>('/api/counts'),
  ]);
  const first = chosen ?? terminals[0]?.terminal;
  const journal = first ? await get<JournalRow[]>(`/api/journal?terminal=${first}&limit=12`) : [];
  return { orders, terminals, doubts, returns, journal: [...journal].reverse(), counts };
}

/** The platform as it is now. */
export function usePicture(chosen: string | undefined): Picture {
  return useLook(() => look(chosen), EMPTY, chosen);
}

/** Looks again on every hint and every few seconds, and when `about` is another one. */
export function useLook<T>(look: () => Promise<T>, empty: T, about?: string): T {
  const [seen, see] = useState(empty);
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    const again = () => look().then(see, () => {});
    const soon = () => {
      clearTimeout(timer);
      timer = setTimeout(again, SETTLE_MS);
    };
    const events = new EventSource('/events');
    events.addEventListener('changed', soon);
    const poll = setInterval(again, POLL_MS);
    again();
    return () => {
      events.close();
      clearInterval(poll);
      clearTimeout(timer);
    };
  }, [about]);
  return seen;
}

async function send(path: string, body: object | undefined, method = 'POST'): Promise<Response> {
  return fetch(path, {
    method,
    ...(body ? { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } } : {}),
  });
}

/** The answer's own words where the platform refuses. */
export async function post(
  path: string,
  body?: object,
  method: 'POST' | 'PUT' | 'DELETE' = 'POST',
): Promise<string | undefined> {
  const response = await send(path, body, method);
  return response.ok ? undefined : wordsOf(response);
}

/** What the platform answers, or its own words where it refuses. */
export async function ask<T>(path: string, body: object): Promise<T | string> {
  const response = await send(path, body);
  return response.ok ? ((await response.json()) as T) : wordsOf(response);
}

async function wordsOf(response: Response): Promise<string> {
  const told = (await response.json().catch(() => ({}))) as { message?: string };
  return told.message ?? `${response.status}`;
}
