/** The panels of all boards, where the configuration asks for them. Composition: boards and panels meet here. */
import type { Board } from './cabinet/board.ts';
import type { Config } from './config.ts';
import type { Input } from './lending/inputs.ts';
import { Panel } from './panel/panel.ts';

export class Panels {
  readonly #panels: ReadonlyMap<string, Panel>;

  constructor(panels: ReadonlyMap<string, Panel>) {
    this.#panels = panels;
  }

  beep(what: 'done' | 'refused'): void {
    for (const panel of this.#panels.values()) panel.beep(what);
  }

  measured(board: string): { readonly celsius?: number } {
    const celsius = this.#panels.get(board)?.temperatureCelsius;
    return celsius === undefined ? {} : { celsius };
  }

  close(): void {
    for (const panel of this.#panels.values()) panel.close();
  }
}

export async function openPanels(
  config: Config,
  boards: readonly Board[],
  input: (input: Input) => void,
): Promise<Panels | undefined> {
  const wanted = config.panel;
  if (!wanted) return undefined;
  const panels = new Map<string, Panel>();
  for (const board of boards) {
    const { name, compartments } = board.plan;
    const referenceVolts = config.boards.find(({ serialNumber }) => serialNumber === name)?.referenceVolts;
    const link = {
      lamps: compartments.length,
      lamp: board.lamps.panel.bind(board.lamps),
      sound: (frequencyHz: number, durationMs: number) => void board.sound(frequencyHz, durationMs),
      listen: board.listen.bind(board),
    };
    const panel = await Panel.open(link, {
      temperature: wanted.temperature,
      ...(referenceVolts === undefined ? {} : { referenceVolts }),
      onButton: (button) => {
        if (wanted.buttons[button] === 'finish') input({ kind: 'button', button: 'finish' });
      },
    });
    panels.set(name, panel);
  }
  return new Panels(panels);
}
