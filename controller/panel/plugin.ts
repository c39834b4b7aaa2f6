/**
 * A locker board as johnny-five sees it (its "IO plugin"). Pins are names of the panel, not of the chip; there is no
 * pin of a coil or a contact, and no way from a pin to one: `PanelLink` has none.
 *
 *   0 ... 15  L0 ... L15  lamps     OUTPUT, PWM in eighths
 *   16 ... 19 B0 ... B3   buttons   INPUT, high: pressed
 *   20        BUZZER                no mode: a tone is asked of the board, not toggled from here
 *   21, 22    A0, A1      temperature, supply   ANALOG, 10 bits of 5 V whatever the board's voltage is
 */
import { EventEmitter } from 'node:events';
import type { LockerPlugin } from '../../drivers/johnny-five.ts';
import { LIMITS } from '../../protocol/board/messages.ts';
import type { LampWish, Measured, PanelLink } from './link.ts';

const MODES = { INPUT: 0, OUTPUT: 1, ANALOG: 2, PWM: 3, SERVO: 4 } as const;
const FIRST_BUTTON = LIMITS.COMPARTMENTS_MAX;
const BUZZER = FIRST_BUTTON + LIMITS.BUTTONS_MAX;
const TEMPERATURE = BUZZER + 1;
const SUPPLY = BUZZER + 2;
const ALIASES: Readonly<Record<string, number>> = { BUZZER, A0: TEMPERATURE, A1: SUPPLY };

/** What johnny-five's sensors take the full scale for. */
const ASSUMED_VOLTS = 5;
const ASSUMED_MAX = 1023;
const PWM_MAX = 255;
/** Of a chip that nobody measured; ATmega2560 data sheet, ADC characteristics: 1.0 V to 1.2 V. */
const REFERENCE_VOLTS = 1.1;
/** five.Button swallows a change that another follows within 7 ms, as when both waited in one chunk of bytes. */
const CHANGE_GAP_MS = 10;

const OFF: LampWish = { mode: 'off', level: 0 };

type Reader = (value: number) => void;

interface Pin {
  readonly name: string;
  readonly supportedModes: readonly number[];
  mode: number | undefined;
}

export class PanelPlugin extends EventEmitter implements LockerPlugin {
  readonly name = 'LockerBoard';
  /** Wishes are kept and buttons are released while the link is down, so the panel is always ready. */
  readonly isReady = true;
  readonly HIGH = 1;
  readonly LOW = 0;
  readonly MODES = MODES;
  readonly RESOLUTION = { ADC: ASSUMED_MAX, DAC: null, PWM: PWM_MAX };
  readonly aref = ASSUMED_VOLTS;
  readonly defaultLed = 0;
  readonly pins: readonly Pin[];
  readonly analogPins = [TEMPERATURE, SUPPLY];
  readonly #link: PanelLink;
  readonly #referenceVolts: number;
  readonly #readers = new Map<number, Reader[]>();
  readonly #buttons = Array.from({ length: LIMITS.BUTTONS_MAX }, () => ({ pressed: false, nextMs: 0 }));
  readonly #timers = new Set<NodeJS.Timeout>();
  readonly #unlisten: () => void;
  #measuring = false;

  constructor(link: PanelLink, referenceVolts: number = REFERENCE_VOLTS) {
    super();
    this.#link = link;
    this.#referenceVolts = referenceVolts;
    this.pins = pinsOf(link.lamps);
    this.#unlisten = link.listen({
      button: (button, pressed) => this.#buttonMoved(button, pressed),
      measured: (measured) => this.#measured(measured),
      link: (state) => {
        if (state === 'up') return;
        this.#measuring = false;
        this.#releaseAll();
      },
    });
  }

  /** Whether what was told last of A0 and A1 is true now. */
  get measuring(): boolean {
    return this.#measuring;
  }

  /** A pin's number, whichever way it was named. */
  normalize(pin: number | string): number {
    const [, kind, digits] = /^([LB])(\d+)$/.exec(String(pin)) ?? [];
    if (kind) return Number(digits) + (kind === 'B' ? FIRST_BUTTON : 0);
    return ALIASES[pin] ?? Number(pin);
  }

  pinMode(pin: number | string, mode: number): void {
    this.#pin(pin, mode).mode = mode;
  }

  digitalWrite(pin: number | string, value: number): void {
    this.#lamp(pin, value ? { mode: 'on', level: 0 } : OFF);
  }

  analogWrite(pin: number | string, value: number): void {
    const eighths = Math.round((value / PWM_MAX) * LIMITS.LAMP_LEVEL_MAX);
    if (!(value > 0)) this.#lamp(pin, OFF);
    else if (eighths >= LIMITS.LAMP_LEVEL_MAX) this.#lamp(pin, { mode: 'on', level: 0 });
    // The faintest light that was asked for is still light.
    else this.#lamp(pin, { mode: 'dim', level: Math.max(1, eighths) });
  }

  breathe(pin: number | string): void {
    this.#lamp(pin, { mode: 'breathe', level: 0 });
  }

  blink(pin: number | string): void {
    this.#lamp(pin, { mode: 'blink', level: 0 });
  }

  digitalRead(pin: number | string, reader: Reader): void {
    this.#read(pin, MODES.INPUT, reader);
  }

  analogRead(pin: number | string, reader: Reader): void {
    this.#read(pin, MODES.ANALOG, reader);
  }

  /** What no piezo can play is silence: a song must not end the process. */
  tone(frequencyHz: number, durationMs: number): void {
    const hz = Math.round(frequencyHz);
    const ms = Math.round(Math.min(durationMs, LIMITS.SOUND_MS_MAX));
    const audible = hz >= LIMITS.SOUND_HZ_MIN && hz <= LIMITS.SOUND_HZ_MAX && ms > 0;
    this.#link.sound(audible ? hz : 0, audible ? ms : 0);
  }

  close(): void {
    this.#unlisten();
    for (const timer of this.#timers) clearTimeout(timer);
    this.#timers.clear();
    // A component counts how long its button is held: the count ends here.
    this.#buttons.forEach((_, button) => {
      this.#tell(FIRST_BUTTON + button, this.LOW);
    });
    this.#readers.clear();
    this.removeAllListeners();
  }

  #pin(pin: number | string, mode: number): Pin {
    const known = this.pins[this.normalize(pin)];
    if (known?.supportedModes.includes(mode)) return known;
    const word = Object.entries(MODES).find(([, value]) => value === mode)?.[0] ?? mode;
    throw new RangeError(`${this.name} has no pin ${pin} with mode ${word}; see docs/panel.md`);
  }

  #lamp(pin: number | string, wish: LampWish): void {
    this.#pin(pin, MODES.PWM);
    this.#link.lamp(this.normalize(pin), wish);
  }

  #read(pin: number | string, mode: number, reader: Reader): void {
    this.#pin(pin, mode);
    const number = this.normalize(pin);
    this.#readers.set(number, [...(this.#readers.get(number) ?? []), reader]);
  }

  #tell(pin: number, value: number): void {
    for (const reader of this.#readers.get(pin) ?? []) reader(value);
  }

  #buttonMoved(button: number, pressed: boolean): void {
    const state = this.#buttons[button];
    if (!state || state.pressed === pressed) return;
    state.pressed = pressed;
    const nowMs = performance.now();
    const waitMs = Math.max(0, state.nextMs - nowMs);
    state.nextMs = nowMs + waitMs + CHANGE_GAP_MS;
    const tell = () => this.#tell(FIRST_BUTTON + button, pressed ? this.HIGH : this.LOW);
    if (waitMs === 0) tell();
    else this.#later(waitMs, tell);
  }

  #later(ms: number, act: () => void): void {
    const timer = setTimeout(() => {
      this.#timers.delete(timer);
      act();
    }, ms);
    this.#timers.add(timer);
  }

  /** Nobody holds a button through a link that is down; a press that was missed is over. */
  #releaseAll(): void {
    this.#buttons.forEach((_, button) => {
      this.#buttonMoved(button, false);
    });
  }

  #measured({ supply, temperature, reference }: Measured): void {
    this.#measuring = reference > 0;
    if (!this.#measuring) return;
    const scaled = (raw: number) => ((raw / reference) * this.#referenceVolts * ASSUMED_MAX) / ASSUMED_VOLTS;
    this.#tell(TEMPERATURE, scaled(temperature));
    this.#tell(SUPPLY, scaled(supply));
  }
}

function pinsOf(lamps: number): Pin[] {
  const pin = (name: string, ...supportedModes: number[]) => ({ name, supportedModes, mode: undefined });
  return [
    ...Array.from({ length: LIMITS.COMPARTMENTS_MAX }, (_, index) =>
      index < lamps ? pin(`L${index}`, MODES.OUTPUT, MODES.PWM) : pin(`L${index}`),
    ),
    ...Array.from({ length: LIMITS.BUTTONS_MAX }, (_, index) => pin(`B${index}`, MODES.INPUT)),
    pin('BUZZER'),
    pin('A0', MODES.ANALOG),
    pin('A1', MODES.ANALOG),
  ];
}
