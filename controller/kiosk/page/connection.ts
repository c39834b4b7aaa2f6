/** The page's link to the controller: views come in over SSE, what a person does goes out. */
import { useEffect, useState } from 'preact/hooks';
import type { KioskInput, KioskView } from '../../lending/screen.ts';

const RETRY_MS = 1_000;
/** The controller answers from memory; a second is a hundred times what it takes. */
const SEND_MS_MAX = 3_000;

export interface Connection {
  readonly view: KioskView | undefined;
  /** Adds to the page's clock to give the controller's, which the view's times are in. */
  readonly offsetMs: number;
  readonly link: 'up' | 'down';
}

/** EventSource gives up for ever on some errors, so each loss opens a new one. */
export function useConnection(): Connection {
  const [connection, set] = useState<Connection>({ view: undefined, offsetMs: 0, link: 'down' });
  useEffect(() => {
    let events: EventSource | undefined;
    let timer: ReturnType<typeof setTimeout> | undefined;
    let version: string | undefined;
    const open = (): void => {
      events = new EventSource('events');
      events.addEventListener('version', ({ data }: MessageEvent<string>) => {
        version ??= data;
        // The terminal was updated while this page stood on the screen.
        if (version !== data) location.reload();
      });
      events.addEventListener('view', ({ data }: MessageEvent<string>) => {
        const view = JSON.parse(data) as KioskView;
        set({ view, offsetMs: view.nowMs - performance.now(), link: 'up' });
      });
      events.onopen = () => set((before) => ({ ...before, link: 'up' }));
      events.onerror = () => {
        events?.close();
        set((before) => ({ ...before, link: 'down' }));
        timer = setTimeout(open, RETRY_MS);
      };
    };
    open();
    return () => {
      clearTimeout(timer);
      events?.close();
    };
  }, []);
  return connection;
}

function requestOf(input: KioskInput): [path: string, body: object] {
  if (input.kind === 'code') return ['code', { code: input.text }];
  if (input.kind === 'choose') return ['choose', { item: input.item }];
  if (input.kind === 'pin') return ['pin', { pin: input.pin }];
  return ['button', { button: input.button }];
}

/** Whether the controller took it. */
export async function send(input: KioskInput): Promise<boolean> {
  const [path, body] = requestOf(input);
  try {
    const answer = await fetch(path, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
      signal: AbortSignal.timeout(SEND_MS_MAX),
    });
    return answer.ok;
  } catch {
    return false;
  }
}

/** Milliseconds until a time of the controller's clock, renewed several times a second; 0 once it is past. */
export function useCountdown(untilMs: number | undefined, offsetMs: number): number {
  const left = (): number =>
    untilMs === undefined ? 0 : Math.max(0, untilMs - performance.now() - offsetMs);
  const [, renew] = useState(0);
  useEffect(() => {
    if (left() === 0) return;
    const timer = setInterval(() => {
      renew((count) => count + 1);
      if (left() === 0) clearInterval(timer);
    }, 200);
    return () => clearInterval(timer);
  }, [untilMs, offsetMs]);
  return left();
}
