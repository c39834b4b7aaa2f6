/**
 * Every message between the controller and a locker board, declared once. `tools/generate.ts` writes
 * `firmware/src/protocol.h` and `docs/protocol/board.md` from this table; `codec.ts` encodes and decodes by it.
 *
 *   frame on the wire   COBS( message u8 | id u16 | fields ... | crc u16 ) 00        at most 64 bytes
 *
 * Numbers are little-endian. `id` is the caller's for a request and echoed in its reply; for an event it is the
 * event's own number, which the controller names in `acknowledge`. `identify` and `identity` never change.
 */

export type FieldType = 'u8' | 'u16' | 'u32' | 'bytes8';
export interface FieldDeclaration {
  readonly type: FieldType;
  readonly about: string;
}
export interface MessageDeclaration {
  readonly number: number;
  readonly kind: 'request' | 'reply' | 'event';
  /** The reply a request is answered with; none for `acknowledge`. */
  readonly reply?: string;
  readonly about: string;
  readonly fields: Readonly<Record<string, FieldDeclaration>>;
}

const u8 = (about: string) => ({ type: 'u8', about }) as const;
const u16 = (about: string) => ({ type: 'u16', about }) as const;
const u32 = (about: string) => ({ type: 'u32', about }) as const;
const bytes8 = (about: string) => ({ type: 'bytes8', about }) as const;

/** Lets the controller see a gap: an event is delivered only after the one it names here. */
const previous = u16('number of the kept event before this one; 0 when it is the oldest kept');

/** Protocol versions this table speaks; the compatibility rule is in `identity.ts`. */
export const PROTOCOL_VERSION = 1;

/** Limits of the wire and of the board, each with its reason. */
export const LIMITS = {
  /** One AVR receive buffer; a whole frame crosses in 5.6 ms at 115200 baud. */
  FRAME_WIRE_BYTES_MAX: 64,
  /** Frame less COBS code, delimiter, message, id and CRC. */
  FRAME_FIELDS_BYTES_MAX: 57,
  /** The coil's data sheet allows 1 s; half of it leaves room for heat. */
  PULSE_MS_MAX: 500,
  /** A shorter pulse does not draw the armature. */
  PULSE_MS_MIN: 20,
  /** How long after the pulse the door may take to move before the end is `notOpened`. */
  OPEN_WAIT_MS_MAX: 5000,
  /** A coil cools this long before its next pulse, and after every start of the board. */
  COIL_REST_MS: 500,
  /** Duty: a coil's on time adds up to at most this; ms. What a cabinet lock rated for 10 % endures at once. */
  COIL_HEAT_MS_MAX: 2000,
  /** One ms of on time is forgotten in so many ms of rest: 10 % duty. Heat is kept over a reset. */
  COIL_COOL_MS: 10,
  HOST_SILENT_MS_MIN: 500,
  HOST_SILENT_MS_MAX: 60000,
  DEBOUNCE_MS_MAX: 200,
  /** Kept until acknowledged; when full, the oldest door event is merged with a newer one of the same door. */
  EVENTS_KEPT: 32,
  EVENT_RESEND_MS: 250,
  COMPARTMENTS_MAX: 16,
  BUTTONS_MAX: 4,
  /** Brightness of a lamp in mode `dim`: eighths. */
  LAMP_LEVEL_MAX: 8,
  /** A passive piezo is heard between these; Hz. */
  SOUND_HZ_MIN: 100,
  SOUND_HZ_MAX: 5000,
  SOUND_MS_MAX: 2000,
} as const;

/** What a board says of one unlock, in `unlockState.state` and `unlockEnded.state`. */
export const UNLOCK_STATES = {
  unknownId: 0,
  pulsing: 1,
  waiting: 2,
  opened: 3,
  notOpened: 4,
  refusedBusy: 5,
  refusedResting: 6,
  refusedRange: 7,
  cutShort: 8,
  refusedHot: 9,
} as const;

export const BOARD_KINDS = { mega2560: 1, uno: 2 } as const;
export const LAMP_MODES = { off: 0, on: 1, blink: 2, breathe: 3, dim: 4 } as const;
export const RESET_CAUSES = { powerOn: 1, external: 2, brownOut: 4, watchdog: 8 } as const;
export const SAFE_REASONS = {
  none: 0,
  started: 1,
  hostSilent: 2,
  watchdog: 3,
  brownOut: 4,
  assertion: 5,
} as const;
export const ERROR_CODES = {
  unknownMessage: 1,
  wrongLength: 2,
  valueOutOfRange: 3,
  notConfigured: 4,
} as const;
export const FAULT_CODES = { eventsMerged: 1, coilTooLong: 2, settingsLost: 3 } as const;

export const MESSAGES = {
  identify: {
    number: 0x01,
    kind: 'request',
    reply: 'identity',
    about: 'Who are you? Fixed for ever.',
    fields: {},
  },
  identity: {
    number: 0x81,
    kind: 'reply',
    about: 'Answer to `identify`. Fixed for ever; later versions may only append.',
    fields: {
      protocolMin: u8('lowest protocol version the firmware speaks'),
      protocolMax: u8('highest protocol version the firmware speaks'),
      versionMajor: u8('firmware version'),
      versionMinor: u8('firmware version'),
      versionPatch: u8('firmware version'),
      tableHash: u32('CRC-32 of the canonical message table'),
      compartments: u8('doors this board drives'),
      pulseMsMax: u16('the board cuts every pulse here'),
      serialNumber: bytes8('ASCII, zero padded; all 0xFF when never set'),
      boot: u16('starts counted in EEPROM; events are numbered within one boot'),
      resetCause: u8('bits of RESET_CAUSES'),
      kind: u8('BOARD_KINDS: which hex belongs on it'),
      buttons: u8('panel buttons this board has'),
    },
  },
  configure: {
    number: 0x02,
    kind: 'request',
    reply: 'configured',
    about:
      'Timing and polarity; kept in EEPROM. The board clamps nothing: a value out of range is an `error`.',
    fields: {
      hostSilentMs: u16('all off when no valid frame came for this long; ms'),
      openWaitMs: u16('after the pulse, how long to wait for the door; ms'),
      debounceMs: u8('a contact must be stable this long; ms'),
      contactOpenLevel: u8('1: contact input high means open (cable cut reads open); 0: low means open'),
      tamperOpenLevel: u8('the same for the tamper input'),
    },
  },
  configured: { number: 0x82, kind: 'reply', about: 'The settings are in force.', fields: {} },
  unlock: {
    number: 0x03,
    kind: 'request',
    reply: 'unlockState',
    about:
      'Pulse one coil. The same `unlockId` again never pulses again while the board remembers it, which is until the next unlock of that compartment: it answers how the first one stands.',
    fields: {
      unlockId: u32('journal sequence of the entry that is the cause'),
      compartment: u8('0 ... compartments - 1'),
      pulseMs: u16('coil on time; ms'),
    },
  },
  unlockStatus: {
    number: 0x04,
    kind: 'request',
    reply: 'unlockState',
    about: 'How does that unlock stand? Never pulses.',
    fields: { unlockId: u32('as in `unlock`') },
  },
  unlockState: {
    number: 0x83,
    kind: 'reply',
    about: 'State of one unlock; the board remembers the last one of each compartment.',
    fields: {
      unlockId: u32('as asked'),
      compartment: u8('0xFF when the id is unknown'),
      state: u8('UNLOCK_STATES'),
    },
  },
  setLamp: {
    number: 0x05,
    kind: 'request',
    reply: 'done',
    about: 'Lamp of one compartment.',
    fields: {
      compartment: u8('0 ... compartments - 1'),
      mode: u8('LAMP_MODES'),
      level: u8('brightness in mode `dim`, 0 ... 8 eighths; of no meaning in the others'),
    },
  },
  sound: {
    number: 0x08,
    kind: 'request',
    reply: 'done',
    about: 'Buzzer. A new sound replaces the one that is heard.',
    fields: {
      frequencyHz: u16('0: silence; Hz'),
      durationMs: u16('0 ... 2000; ms'),
    },
  },
  provision: {
    number: 0x09,
    kind: 'request',
    reply: 'done',
    about:
      'Gives the board its serial number; kept in EEPROM. `status.settingsPending` tells when it is there.',
    fields: { serialNumber: bytes8('1 to 8 printable ASCII characters, zero padded') },
  },
  done: { number: 0x85, kind: 'reply', about: 'Carried out.', fields: {} },
  heartbeat: {
    number: 0x06,
    kind: 'request',
    reply: 'status',
    about: 'Keeps the board out of the host-silent state and asks for the truth about every door.',
    fields: {},
  },
  status: {
    number: 0x86,
    kind: 'reply',
    about: 'All doors, debounced.',
    fields: {
      uptimeMs: u32('since this boot; wraps'),
      boot: u16('as in `identity`'),
      doorsOpen: u16('bit n: door n is open'),
      doorsKnown: u16('bit n: contact n has been stable since start'),
      coil: u8('coil that is on, 0xFF for none'),
      safeReason: u8('SAFE_REASONS: why outputs were last forced off'),
      framesBad: u16('frames dropped since boot; wraps'),
      eventsKept: u8('events not yet acknowledged'),
      inputs: u8('bit 0: tamper open; bit 1: tamper known; bit 4 + n: button n pressed'),
      settingsPending: u8('1: settings are still being written to EEPROM'),
      supply: u16('supply input, 10 bits of the board’s own voltage; 0 until measured'),
      temperature: u16('temperature input, 10 bits of the board’s own voltage; 0 until measured'),
      reference: u16('1.1 V reference, 10 bits of the board’s own voltage: that is 1126.4 / reference V'),
    },
  },
  acknowledge: {
    number: 0x07,
    kind: 'request',
    about: 'Events of `boot` up to and including `upTo` are stored by the controller. Has no reply.',
    fields: { boot: u16('of the events'), upTo: u16('event number') },
  },
  error: {
    number: 0x8f,
    kind: 'reply',
    about: 'The request was not carried out.',
    fields: { message: u8('number of the request'), code: u8('ERROR_CODES') },
  },
  started: {
    number: 0xc1,
    kind: 'event',
    about: 'First event of every boot, number 1.',
    fields: {
      boot: u16('as in `identity`'),
      previous,
      resetCause: u8('bits of RESET_CAUSES'),
      safeReason: u8('SAFE_REASONS: told again after the reset'),
    },
  },
  doorMoved: {
    number: 0xc2,
    kind: 'event',
    about: 'A debounced contact changed.',
    fields: {
      boot: u16('as in `identity`'),
      previous,
      compartment: u8('0 ... compartments - 1'),
      open: u8('1 open, 0 closed'),
      uptimeMs: u32('when it was settled'),
    },
  },
  unlockEnded: {
    number: 0xc3,
    kind: 'event',
    about: 'An unlock came to its end: opened, notOpened or cutShort.',
    fields: {
      boot: u16('as in `identity`'),
      previous,
      unlockId: u32('as in `unlock`'),
      compartment: u8('0 ... compartments - 1'),
      state: u8('UNLOCK_STATES'),
      pulseMs: u16('how long the coil was really on; ms'),
    },
  },
  tamperMoved: {
    number: 0xc5,
    kind: 'event',
    about: 'The debounced tamper input changed: the cabinet’s housing was opened or shut.',
    fields: {
      boot: u16('as in `identity`'),
      previous,
      open: u8('1 open, 0 closed'),
      uptimeMs: u32('when it was settled'),
    },
  },
  buttonMoved: {
    number: 0xc6,
    kind: 'event',
    about: 'A debounced panel button changed.',
    fields: {
      boot: u16('as in `identity`'),
      previous,
      button: u8('0 ... buttons - 1'),
      pressed: u8('1 pressed, 0 released'),
      uptimeMs: u32('when it was settled'),
    },
  },
  fault: {
    number: 0xc4,
    kind: 'event',
    about: 'Something a technician should know.',
    fields: { boot: u16('as in `identity`'), previous, code: u8('FAULT_CODES'), detail: u16('by code') },
  },
} as const satisfies Record<string, MessageDeclaration>;

export type MessageName = keyof typeof MESSAGES;
type ValueOf<F> = F extends { type: 'bytes8' } ? Uint8Array : number;
export type FieldsOf<N extends MessageName> = {
  -readonly [K in keyof (typeof MESSAGES)[N]['fields']]: ValueOf<(typeof MESSAGES)[N]['fields'][K]>;
};
/** One decoded message: its name, id and field values. */
export type BoardMessage = { [N in MessageName]: { name: N; id: number; fields: FieldsOf<N> } }[MessageName];
export type MessageOf<N extends MessageName> = Extract<BoardMessage, { name: N }>;
export type EventName = {
  [N in MessageName]: (typeof MESSAGES)[N]['kind'] extends 'event' ? N : never;
}[MessageName];
