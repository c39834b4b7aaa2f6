/** The cabinet's state as the simulator streams it, and what hands can do. */
import { useEffect, useState } from 'preact/hooks';

export interface CompartmentView {
  readonly compartment: number;
  /** Its board's place in the cabinet. */
  readonly board: number;
  readonly door: 'open' | 'closed';
  readonly jammed: boolean;
  readonly items: readonly string[];
  readonly lamp: number;
  readonly coil: boolean;
}
export interface BoardView {
  readonly serialNumber: string;
  readonly kind: string;
  readonly connected: boolean;
  readonly cable: 'ok' | 'cut' | 'hung';
  readonly tamper: 'open' | 'closed';
  readonly buttons: readonly boolean[];
  readonly buzzerHz: number;
  readonly coils: { readonly pulses: number; readonly onMsMax: number };
}
export interface CabinetView {
  readonly boards: readonly BoardView[];
  readonly compartments: readonly CompartmentView[];
}

export function useCabinet(): { view: CabinetView | undefined; lost: boolean } {
  const [view, setView] = useState<CabinetView>();
  const [lost, setLost] = useState(false);
  useEffect(() => {
    const events = new EventSource('/events');
    events.addEventListener('state', (event) => {
      setLost(false);
      setView(JSON.parse(event.data) as CabinetView);
    });
    events.addEventListener('error', () => setLost(true));
    return () => events.close();
  }, []);
  return { view, lost };
}

export function act(path: string, body: object = {}): void {
  void fetch(path, {
    method: 'POST',
    body: JSON.stringify(body),
    headers: { 'content-type': 'application/json' },
  }).catch(() => {});
}
