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
  readonly loan?: { readonly due: string; readonly returned?: Returned };
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
  constructor(base: string) {
    this.base = base;
  }
  order(item: string, title: string): Promise<Order> {
    return call(this.base, 'POST', '/api/orders', { terminal: 'demo', item, title, patron: 'patron-demo' });
  }
  orders = () => call<Order[]>(this.base, 'GET', '/api/orders');
  orderOf = (hold: string) => call<Order>(this.base, 'GET', `/api/orders/${hold}`);
  counts = () => call<Counts>(this.base, 'GET', '/api/counts');
  loans = () => call<{ hold: string; item: string; returned?: Returned }[]>(this.base, 'GET', '/api/loans');
  /** `loans`: how many the return ended; 0 where nobody had the item on loan. */
  returns = () => call<{ item: string; loans: number }[]>(this.base, 'GET', '/api/returns');
  doubts = () => call<Doubt[]>(this.base, 'GET', '/api/doubts');
  /** What the terminal answers stands beside the doubt. */
  settle(item: string): Promise<void> {
    return call(this.base, 'POST', '/api/doubts/settle', { terminal: 'demo', item });
  }
  broker = (running: boolean) => call<void>(this.base, 'POST', '/admin/broker', { running });
  async terminal(): Promise<TerminalRow> {
    const [first] = await call<TerminalRow[]>(this.base, 'GET', '/api/terminals');
    if (!first) throw new Error('the platform knows no terminal');
    return first;
  }
  journal(after = 0, limit = 1000): Promise<JournalRow[]> {
    return call(this.base, 'GET', `/api/journal?terminal=demo&after=${after}&limit=${limit}`);
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
  coilTimes = () => call<{ onMs: number[]; lastOnAtMs: number }>(this.base, 'GET', '/coil-times');
}

export interface Health {
  readonly platformLink: 'up' | 'down';
  readonly scannerLink: 'up' | 'down';
  readonly boards: readonly { readonly board: string; readonly link: 'up' | 'down' }[];
  readonly readers: readonly { readonly reader: string; readonly link: 'up' | 'down' }[];
  readonly journal: { readonly head: number; readonly acknowledged: number };
  readonly unfinishedSessions: number;
  readonly memoryBytes: number;
}

export interface KioskView {
  readonly screen: { readonly name: string };
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
  press = (button: 'finish' | 'return') => call<void>(this.base, 'POST', '/button', { button });
  type = (code: string) => call<void>(this.base, 'POST', '/code', { code });
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
