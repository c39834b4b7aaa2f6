/** What people and scripts ask of the running programs, over their HTTP interfaces. */

/** Gives up on an answer after this long: everything is on this machine. */
const ANSWER_MS_MAX = 5_000;

async function call<T>(base: string, method: string, path: string, body?: object): Promise<T> {
  const response = await fetch(base + path, {
    method,
    signal: AbortSignal.timeout(ANSWER_MS_MAX),
    ...(body ? { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } } : {}),
  });
  const text = await response.text();
  if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${text}`);
  return (text ? JSON.parse(text) : undefined) as T;
}

export interface Order {
  readonly hold: string;
  readonly item: string;
  readonly title: string;
  readonly status: 'ordered' | 'placed' | 'loaded' | 'ready' | 'lent' | 'inDoubt' | 'withdrawn';
  readonly code?: string;
  readonly compartment?: string;
  readonly reason?: string;
  readonly loan?: { readonly due: string; readonly disputed?: string; readonly returned?: Returned };
}

export interface TerminalRow {
  readonly terminal: string;
  readonly link: 'up' | 'down';
  readonly acknowledged: number;
  readonly unansweredCommands: number;
  readonly chain: 'whole' | 'broken';
}

interface Returned {
  readonly at: string;
  readonly terminal: string;
  readonly sequence: number;
}

export interface Loan {
  /** Missing where it is of open stock. */
  readonly hold?: string;
  readonly item: string;
  readonly patron: string;
  readonly terminal: string;
  readonly sequence: number;
  readonly due: string;
  readonly grantedBy: 'hold' | 'library' | 'platform' | 'pass';
  readonly pass?: string;
  readonly isbn?: string;
  readonly priceFen?: number;
  readonly renewals: number;
  /** What its patron says: nobody owes until it is settled. */
  readonly disputed?: string;
  readonly returned?: Returned;
  readonly ended?: Returned & { readonly by: 'found' | 'lentAgain' | 'givenUp' };
}

export interface NewStock {
  /** This client's terminal where it is missing. */
  readonly terminal?: string;
  readonly item: string;
  readonly title: string;
  readonly size: 'small' | 'medium' | 'large';
  readonly onlineOnly?: boolean;
  readonly shop?: { readonly isbn: string; readonly priceFen: number };
}

export interface StockRow extends NewStock {
  readonly terminal: string;
  readonly status: 'ordered' | 'placed' | 'loaded' | 'lent' | 'out' | 'withdrawn' | 'refused' | 'gone';
  readonly compartment?: string;
  readonly recalled?: boolean;
}

export interface Pass {
  readonly pass: string;
  readonly patron: string;
  /** What stands in its QR code: scan it. */
  readonly text: string;
  readonly until: string;
  readonly itemsMax: number;
  readonly loanDays: number;
  readonly tier: number;
  /** Which key signed it. */
  readonly key: number;
}

export interface PassKeyRow {
  readonly key: number;
  readonly state: 'coming' | 'signing' | 'ending';
  /** Terminals that have not answered yet. */
  readonly awaited: number;
}

export interface Conflict {
  readonly number: number;
  /** docs/conflicts.md */
  readonly rule: string;
  readonly outcome: string;
  readonly look: string;
  readonly terminal?: string;
  readonly item?: string;
  readonly hold?: string;
  readonly patron?: string;
  readonly pass?: string;
  readonly detail?: string;
  readonly explained?: string;
  readonly seen?: string;
  readonly word?: string;
}

export interface PatronRow {
  readonly patron: string;
  readonly tier: number;
  readonly standing: 'good' | 'blocked';
  readonly openLoans: number;
  readonly itemsMax: number;
}

/** `loans` were posted, `openLoans` are not returned yet. */
export interface Counts {
  readonly loans: number;
  readonly openLoans: number;
  readonly returns: number;
  readonly doubts: number;
  readonly doubled: number;
  readonly duplicates: number;
  readonly gaps: number;
  readonly refused: number;
  readonly badPayloads: number;
}

interface Doubt {
  readonly item: string;
  readonly hold?: string;
  readonly compartment: string;
  readonly reason: string;
  readonly wayOut: 'closeTheDoor' | 'courierChecks' | 'operatorSettles';
  readonly refusal?: string;
  readonly asked: boolean;
}

export interface JournalRow {
  readonly data: { readonly kind: string; readonly [field: string]: unknown };
}

export class PlatformClient {
  readonly base: string;
  /** Whose journal and orders it speaks of. */
  readonly name: string;
  constructor(base: string, terminal = 'demo') {
    this.base = base;
    this.name = terminal;
  }
  /** For the patron of the demonstration, where `more` names nobody else. */
  order(
    item: string,
    title: string,
    more: { readonly patron?: string; readonly reach?: 'low' | 'high' } = {},
  ): Promise<Order> {
    const body = { terminal: this.name, item, title, patron: 'patron-demo', ...more };
    return call(this.base, 'POST', '/api/orders', body);
  }
  withdraw = (hold: string) => call<void>(this.base, 'POST', `/api/orders/${hold}/withdraw`);
  /** "Open for me": what became of it is asked with `commandOf`. */
  open = (holds: readonly string[]) =>
    call<{ command: string; terminal: string }>(this.base, 'POST', '/api/open', { holds });
  commandOf = (command: string) =>
    call<{ outcome?: string; reason?: string }>(this.base, 'GET', `/api/commands/${command}`);
  /** A terminal that is not known yet, with the couriers of the demonstration. */
  register = (terminal: string, couriers: readonly { courier: string; badge: string }[]) =>
    call<void>(this.base, 'PUT', `/api/terminals/${terminal}`, { name: terminal, couriers });
  orders = () => call<Order[]>(this.base, 'GET', '/api/orders');
  orderOf = (hold: string) => call<Order>(this.base, 'GET', `/api/orders/${hold}`);
  counts = () => call<Counts>(this.base, 'GET', '/api/counts');
  /** The newest first; ended ones as well. */
  loans = () => call<Loan[]>(this.base, 'GET', '/api/loans');
  patrons = () => call<PatronRow[]>(this.base, 'GET', '/api/patrons');
  putPatron(
    patron: string,
    about: { tier: number; card?: string; pin?: string; standing?: 'good' | 'blocked' },
  ): Promise<void> {
    return call(this.base, 'PUT', `/api/patrons/${patron}`, about);
  }
  /** `itemsMax`: fewer than the patron's tier allows. */
  pass(patron: string, more: { readonly itemsMax?: number; readonly hours?: number } = {}): Promise<Pass> {
    return call(this.base, 'POST', '/api/passes', { patron, ...more });
  }
  /** Told to every terminal. */
  revoke(what: { readonly passes?: readonly string[]; readonly patrons?: readonly string[] }): Promise<void> {
    return call(this.base, 'POST', '/api/revocations', what);
  }
  keys = () => call<PassKeyRow[]>(this.base, 'GET', '/api/keys');
  /** The new key signs once every terminal has answered. */
  rotateKeys = () => call<PassKeyRow[]>(this.base, 'POST', '/api/keys/rotate');
  stock(book: NewStock): Promise<StockRow> {
    return call(this.base, 'POST', '/api/stock', { terminal: this.name, ...book });
  }
  stocked = () => call<StockRow[]>(this.base, 'GET', '/api/stock');
  recall = (item: string) => call<void>(this.base, 'POST', '/api/recalls', { item });
  neighbours(neighbours: readonly string[]): Promise<void> {
    return call(this.base, 'PUT', `/api/terminals/${this.name}/neighbours`, { neighbours });
  }
  /** Copies of an ISBN that libraries hold. */
  copies(isbn: string, copies: number): Promise<void> {
    return call(this.base, 'PUT', `/api/holdings/${isbn}`, { copies });
  }
  /** Those that nobody has looked at; `all`: every one. */
  conflicts = (all = false) => call<Conflict[]>(this.base, 'GET', `/api/conflicts?all=${all}`);
  seen(conflict: number, word: string): Promise<void> {
    return call(this.base, 'POST', `/api/conflicts/${conflict}/seen`, { word });
  }
  /** `loans`: how many the return ended; 0 where nobody had the item on loan. */
  returns = () => call<{ item: string; loans: number }[]>(this.base, 'GET', '/api/returns');
  doubts = () => call<Doubt[]>(this.base, 'GET', '/api/doubts');
  /** What the terminal answers stands beside the doubt. */
  settle(item: string): Promise<void> {
    return call(this.base, 'POST', '/api/doubts/settle', { terminal: this.name, item });
  }
  broker = (running: boolean) => call<void>(this.base, 'POST', '/admin/broker', { running });
  async terminal(): Promise<TerminalRow> {
    const all = await call<TerminalRow[]>(this.base, 'GET', '/api/terminals');
    const own = all.find(({ terminal }) => terminal === this.name);
    if (!own) throw new Error(`the platform knows no terminal ${this.name}`);
    return own;
  }
  journal(after = 0, limit = 1000): Promise<JournalRow[]> {
    return call(this.base, 'GET', `/api/journal?terminal=${this.name}&after=${after}&limit=${limit}`);
  }
}

export interface CoilStatistics {
  readonly pulses: number;
  readonly onMsMax: number;
  readonly togetherMax: number;
}

export interface ReaderState {
  readonly reader: string;
  readonly connected: boolean;
}

export interface CabinetState {
  readonly readers: readonly ReaderState[];
  readonly boards: readonly {
    readonly serialNumber: string;
    readonly connected: boolean;
    readonly resets: number;
    readonly buzzerHz: number;
    readonly coils: CoilStatistics;
  }[];
  readonly compartments: readonly {
    readonly door: 'open' | 'closed';
    readonly items: readonly string[];
    readonly coil: boolean;
    /** Brightness, 0 to 1. */
    readonly lamp: number;
  }[];
}

/** The simulated local library. */
export interface LibraryState {
  readonly cable: 'ok' | 'cut' | 'hung';
  readonly clients: number;
  readonly loans: readonly {
    readonly item: string;
    readonly patronId: string;
    readonly dueDate: string;
    /** Transaction date as the terminal told it. */
    readonly since?: string;
  }[];
  /** What took effect, in order, such as `checkout B1 to 20210042`. */
  readonly effects: readonly string[];
  /** Codes of the requests that arrived, each with its sequence number. */
  readonly log: readonly string[];
}

export class CabinetClient {
  readonly base: string;
  constructor(base: string) {
    this.base = base;
  }
  state = () => call<CabinetState>(this.base, 'GET', '/state');
  scan = (code: string) => call<{ atMs: number }>(this.base, 'POST', '/scan', { code });
  people(behaviour: {
    /** Everything, or these items. */
    takes?: boolean | readonly string[];
    puts?: string;
    afterMs: number;
    closeAfterMs: number;
  }): Promise<void> {
    return call(this.base, 'POST', '/people', behaviour);
  }
  reader(name: string, deed: 'cable' | 'fault' | 'pad', body: object): Promise<void> {
    return call(this.base, 'POST', `/readers/${name}/${deed}`, body);
  }
  /** The latch of a door is stuck, or free again; compartments are numbered through all boards. */
  jam(compartment: number, jammed: boolean): Promise<void> {
    return call(this.base, 'POST', `/compartments/${compartment}/jam`, { jammed });
  }
  /** Boards by serial number. */
  cable(board: string, state: 'ok' | 'cut' | 'hung'): Promise<void> {
    return call(this.base, 'POST', `/boards/${board}/cable`, { state });
  }
  /** Into another board's TCP port. */
  plug(board: string, index: number): Promise<void> {
    return call(this.base, 'POST', `/boards/${board}/port`, { index });
  }
  reset(board: string, kind: 'external' | 'power' | 'brownOut'): Promise<void> {
    return call(this.base, 'POST', `/boards/${board}/reset`, { kind });
  }
  library = () => call<LibraryState>(this.base, 'GET', '/library');
  /** Patrons and items are added or replaced, loans and habits changed; see simulator/library/plan.ts. */
  changeLibrary(change: {
    readonly patrons?: readonly object[];
    readonly items?: readonly object[];
    readonly loans?: readonly { readonly itemId: string; readonly patronId: string | null }[];
    readonly holds?: readonly object[];
    readonly habits?: object;
  }): Promise<void> {
    return call(this.base, 'POST', '/library', change);
  }
  /** `hung`: half-open, connected and silent. */
  libraryCable(state: LibraryState['cable']): Promise<void> {
    return call(this.base, 'POST', '/library/cable', { state });
  }
  /** What happens to each answer from now on, such as `drop`: it was done, and the connection ends. */
  libraryFaults(faults: readonly string[]): Promise<void> {
    return call(this.base, 'POST', '/library/faults', { faults });
  }
  coilTimes = () => call<{ onMs: number[]; lastOnAtMs: number }>(this.base, 'GET', '/coil-times');
}

export interface Health {
  readonly platformLink: 'up' | 'down';
  readonly scannerLink: 'up' | 'down';
  readonly boards: readonly { readonly board: string; readonly link: 'up' | 'down' }[];
  readonly readers: readonly { readonly reader: string; readonly link: 'up' | 'down' }[];
  readonly journal: { readonly head: number; readonly acknowledged: number };
  readonly unfinishedSessions: number;
  readonly libraryLink: 'up' | 'down' | 'none';
  /** What the library has not been told yet. */
  readonly tellings: number;
  readonly memoryBytes: number;
}

export interface KioskView {
  readonly screen: { readonly name: string };
  readonly notice?: { readonly name: string };
  readonly compartments: readonly {
    readonly compartment: string;
    readonly door: 'open' | 'closed' | 'unknown';
    readonly service: 'in' | 'out';
  }[];
}

export class KioskClient {
  readonly base: string;
  constructor(base: string) {
    this.base = base;
  }
  health = () => call<Health>(this.base, 'GET', '/health');
  press = (button: string) => call<void>(this.base, 'POST', '/button', { button });
  type = (code: string) => call<void>(this.base, 'POST', '/code', { code });
  pin = (pin: string) => call<void>(this.base, 'POST', '/pin', { pin });
  choose = (item: string) => call<void>(this.base, 'POST', '/choose', { item });

  screen = async () => (await this.view()).screen.name;

  /** What is shown now: the first event of the page's own stream. */
  async view(): Promise<KioskView> {
    const stop = new AbortController();
    const limit = setTimeout(() => stop.abort(), ANSWER_MS_MAX);
    try {
      const response = await fetch(`${this.base}/events`, { signal: stop.signal });
      let text = '';
      for await (const chunk of response.body ?? []) {
        text += new TextDecoder().decode(chunk);
        const view = text
          .split('\n\n')
          .slice(0, -1)
          .find((event) => /^event: ?view$/m.test(event));
        const data = view && /^data: ?(.*)$/m.exec(view)?.[1];
        if (data) return JSON.parse(data) as KioskView;
      }
      throw new Error('the kiosk told nothing');
    } finally {
      clearTimeout(limit);
      stop.abort();
    }
  }
}
