/**
 * The only file that knows johnny-five: one Board over an IO plugin, and those components that cost nothing there.
 *
 * Its Piezo toggles a pin in a busy loop and its animations turn one for up to five seconds (nanotimer, temporal), so
 * tones, pulsing and fading are the board's or a plain timer's here. Its own lists never forget a Board or a component:
 * each pin has one component for the life of its Board, and a Board is for as long as the process drives the panel.
 */
import { type EventEmitter, once } from 'node:events';
import five from 'johnny-five';

/** What a component asks of the plugin beyond johnny-five's IO plugin interface. */
export interface LockerPlugin extends EventEmitter {
  normalize(pin: number | string): number;
  breathe(pin: number | string): void;
  blink(pin: number | string): void;
  tone(frequencyHz: number, durationMs: number): void;
}

export type Lamp = LockerLed;
export type Button = five.Button;
export type Buzzer = five.Piezo;
export type Thermometer = five.Thermometer;
export type Sensor = five.Sensor;

/** Without repl: false the Board reads stdin, without sigint: false it ends the process by itself. */
const QUIET = { repl: false, debug: false, sigint: false };
const FADE_STEP_MS = 50;
const FADE_MS = 1_000;
const FULL = 255;
/** The plugin measures once a second; the default asks 40 times. */
const MEASURE_MS = 1_000;
const MICROSECONDS = 1_000_000;
/** The full scale of `analogRead`, in every sensor of johnny-five. */
const SCALE_MAX = 1_023;

/** Celsius of volts at the sensor's output. johnny-five's own formulas round to whole degrees. */
const CELSIUS = {
  /** Analog Devices TMP36, table 1: 750 mV at 25 °C, 10 mV/°C. */
  TMP36: (volts: number) => (volts - 0.5) * 100,
  /** Texas Instruments LM35: 10 mV/°C. */
  LM35: (volts: number) => volts * 100,
} as const;
export type TemperatureSensor = keyof typeof CELSIUS;

/** Missing in the types. */
interface CanDisable {
  disable(): void;
}

interface WithBoard {
  readonly board: five.Board;
  readonly pin: number | string;
}

/** A Led of which the board itself does what takes rhythm; timers do the rest, 20 times a second at most. */
class LockerLed extends five.Led {
  readonly #plugin: LockerPlugin;
  #fading: NodeJS.Timeout | undefined;

  constructor(options: WithBoard) {
    super(options);
    this.#plugin = options.board.io;
  }

  /** In the board's rhythm: two seconds up and down. */
  override pulse(): this {
    this.stop();
    this.#plugin.breathe(this.pin);
    return this;
  }

  /** Without a time in the board's rhythm, about 2 Hz, which costs one message. */
  override blink(ms?: number | (() => void), callback?: () => void): this {
    this.stop();
    if (ms !== undefined) return typeof ms === 'number' ? super.blink(ms, callback) : super.blink(ms);
    this.#plugin.blink(this.pin);
    return this;
  }

  override fade(to: number | five.AnimationSegment, ms = FADE_MS, callback?: () => void): this {
    if (typeof to !== 'number')
      throw new RangeError('an animation would take a whole core: fade to a number');
    this.stop();
    const from = this.value ?? 0;
    const begunMs = performance.now();
    this.#fading = setInterval(() => {
      const part = Math.min(1, (performance.now() - begunMs) / ms);
      this.brightness(Math.round(from + (to - from) * part));
      if (part < 1) return;
      this.stop();
      callback?.();
    }, FADE_STEP_MS);
    return this;
  }

  override fadeIn(ms?: number, callback?: () => void): this {
    return this.fade(FULL, ms, callback);
  }

  override fadeOut(ms?: number, callback?: () => void): this {
    return this.fade(0, ms, callback);
  }

  override strobe(ms?: number | (() => void), callback?: () => void): this {
    return this.blink(ms, callback);
  }

  override stop(): this {
    clearInterval(this.#fading);
    return super.stop();
  }
}

type Playing = five.Piezo & { readonly io: LockerPlugin };

function play(this: Playing, frequencyHz: number, durationMs: number): Playing {
  this.io.tone(frequencyHz, durationMs);
  return this;
}

/** A controller in johnny-five's sense: properties that replace those of Piezo. */
const TONES = {
  initialize: { value: () => {} },
  frequency: { value: play },
  /** Half a period, in microseconds. */
  tone: {
    value(this: Playing, halfUs: number, durationMs: number) {
      return play.call(this, MICROSECONDS / 2 / halfUs, durationMs);
    },
  },
  noTone: {
    value(this: Playing) {
      return play.call(this, 0, 0);
    },
  },
};

/** One Board and its components, one for each pin. */
export class Components {
  readonly #board: five.Board;
  readonly #plugin: LockerPlugin;
  readonly #made = new Map<number, unknown>();
  readonly #ends: (() => void)[] = [];

  /** Resolves when the Board is ready, which is within one turn of the event loop. */
  static async open(plugin: LockerPlugin): Promise<Components> {
    const components = new Components(plugin);
    await once(components.#board as unknown as EventEmitter, 'ready');
    return components;
  }

  private constructor(plugin: LockerPlugin) {
    this.#plugin = plugin;
    this.#board = new five.Board({ io: plugin, ...QUIET });
    // Without a listener an 'error' would end the process; the plugin has none to tell.
    this.#board.on('error', () => {});
  }

  lamp(pin: number | string): Lamp {
    return this.#once(pin, () => {
      const lamp = new LockerLed({ board: this.#board, pin });
      this.#ends.push(() => lamp.stop().off());
      return lamp;
    });
  }

  button(pin: number | string): Button {
    return this.#once(pin, () => new five.Button({ board: this.#board, pin }));
  }

  buzzer(pin: number | string): Buzzer {
    return this.#once(pin, () => {
      const options = { board: this.#board, pin: this.#plugin.normalize(pin), controller: TONES };
      const buzzer = new five.Piezo(options);
      this.#ends.push(() => buzzer.stop().off());
      return buzzer;
    });
  }

  thermometer(pin: number | string, sensor: TemperatureSensor): Thermometer {
    return this.#once(pin, () => {
      const toCelsius = (scaled: number | null) =>
        scaled === null ? Number.NaN : CELSIUS[sensor]((scaled / SCALE_MAX) * this.#board.io.aref);
      const options = { board: this.#board, pin, freq: MEASURE_MS, toCelsius };
      const thermometer = new five.Thermometer(options) as Thermometer & CanDisable;
      this.#ends.push(() => thermometer.disable());
      return thermometer;
    });
  }

  /** Full scale is 5 V, whatever the board's voltage is. */
  sensor(pin: number | string): Sensor {
    return this.#once(pin, () => {
      const options = { board: this.#board, pin, freq: MEASURE_MS };
      const sensor = new five.Sensor(options) as Sensor & CanDisable;
      this.#ends.push(() => sensor.disable());
      return sensor;
    });
  }

  /** Ends every timer, darkens the lamps and takes the Board out of johnny-five's lists. */
  close(): void {
    for (const end of this.#ends) end();
    const { Board } = five as unknown as {
      Board: { cache: five.Board[]; Pins: { normalize: { clear(): void } } };
    };
    const at = Board.cache.indexOf(this.#board);
    if (at >= 0) Board.cache.splice(at, 1);
    Board.Pins.normalize.clear();
  }

  #once<T>(pin: number | string, make: () => T): T {
    const number = this.#plugin.normalize(pin);
    const made = (this.#made.get(number) ?? make()) as T;
    this.#made.set(number, made);
    return made;
  }
}
