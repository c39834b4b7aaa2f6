/**
 * The panel of one locker board: its lamps, buttons, buzzer and thermometer as johnny-five components, and the little
 * that every cabinet does with them. johnny-five is loaded by the first panel that is opened, and not before.
 */
import type {
  Button,
  Buzzer,
  Components,
  Lamp,
  Sensor,
  TemperatureSensor,
  Thermometer,
} from '../../drivers/johnny-five.ts';
import { LIMITS } from '../../protocol/board/messages.ts';
import type { PanelLink } from './link.ts';
import { PanelPlugin } from './plugin.ts';

export interface PanelOptions {
  readonly temperature: TemperatureSensor | 'none';
  /** The chip's own reference, see docs/panel.md; without it 1.1 V, which may be 9 % off. */
  readonly referenceVolts?: number;
  /** A button was pressed; the patron has heard it. */
  onButton(button: number): void;
}

/** Hz and beats of 100 ms; `null` is a rest. */
const BEEPS = {
  refused: [
    ['a4', 2],
    [null, 1],
    ['a4', 2],
  ],
  done: [
    ['c6', 1],
    ['g6', 2],
  ],
} as const;
const BEATS_A_MINUTE = 600;
const PRESSED = { hz: 2_093, ms: 30 } as const;
/** What the sensors can tell; beyond it there is none, or its cable is broken. */
const CELSIUS_MIN = -40;
const CELSIUS_MAX = 125;

export class Panel {
  readonly #link: PanelLink;
  readonly #plugin: PanelPlugin;
  readonly #components: Components;
  readonly #thermometer: Thermometer | undefined;

  static async open(link: PanelLink, options: PanelOptions): Promise<Panel> {
    const { Components } = await import('../../drivers/johnny-five.ts');
    const plugin = new PanelPlugin(link, options.referenceVolts);
    return new Panel(link, options, plugin, await Components.open(plugin));
  }

  private constructor(link: PanelLink, options: PanelOptions, plugin: PanelPlugin, components: Components) {
    this.#link = link;
    this.#plugin = plugin;
    this.#components = components;
    if (options.temperature !== 'none') this.#thermometer = components.thermometer('A0', options.temperature);
    for (let button = 0; button < LIMITS.BUTTONS_MAX; button += 1)
      this.button(button).on('down', () => {
        this.buzzer.frequency(PRESSED.hz, PRESSED.ms);
        options.onButton(button);
      });
  }

  /** How many lamps there are. */
  get lamps(): number {
    return this.#link.lamps;
  }

  lamp(index: number): Lamp {
    return this.#components.lamp(`L${index}`);
  }

  button(index: number): Button {
    return this.#components.button(`B${index}`);
  }

  get buzzer(): Buzzer {
    return this.#components.buzzer('BUZZER');
  }

  get thermometer(): Thermometer | undefined {
    return this.#thermometer;
  }

  /** The board's supply input, behind whatever divider the cabinet has. */
  get supply(): Sensor {
    return this.#components.sensor('A1');
  }

  /** Of the cabinet, now; `undefined` while the board is away or has no sensor. */
  get temperatureCelsius(): number | undefined {
    const celsius = this.#plugin.measuring ? this.#thermometer?.celsius : undefined;
    if (celsius === undefined || !(celsius >= CELSIUS_MIN && celsius <= CELSIUS_MAX)) return undefined;
    return Math.round(celsius * 10) / 10;
  }

  beep(what: keyof typeof BEEPS): void {
    const song = BEEPS[what].map(([note, beats]): [string | null, number] => [note, beats]);
    // A song that is still heard would go on beside the new one.
    this.buzzer.stop().play({ song, tempo: BEATS_A_MINUTE });
  }

  /** Nothing keeps the process alive after this. */
  close(): void {
    this.#components.close();
    this.#plugin.close();
  }
}
