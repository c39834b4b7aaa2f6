/** What may stand in the configuration file, with its defaults and limits. */
import { type Static, Type } from '@sinclair/typebox';
import { TERMINAL_ID_PATTERN } from '../../protocol/platform/topics.ts';
import { Closed, OneOf, Size } from '../../protocol/platform/words.ts';

/** `description` is what an error says is allowed. */
const text = (pattern: string, description: string) => Type.String({ pattern, description });
const path = (description: string) => Type.String({ minLength: 1, maxLength: 4_096, description });
const ms = (by: number, minimum: number, maximum: number) =>
  Type.Integer({
    default: by,
    minimum,
    maximum,
    description: `whole milliseconds from ${minimum} to ${maximum}`,
  });
const portUrl = Type.String({
  minLength: 1,
  description: 'a port such as serial:/dev/serial/by-id/NAME?baud=115200 or tcp://127.0.0.1:4001',
});

const PlatformSchema = Closed({
  broker: text(
    '^mqtts?://[^\\s/]+$',
    'a broker such as mqtt://127.0.0.1:1883 or mqtts://broker.example:8883',
  ),
  username: Type.Optional(Type.String({ minLength: 1, description: 'a user name' })),
  password: Type.Optional(Type.String({ description: 'a password, in quotes' })),
  ca: Type.Optional(path('the path of a PEM file')),
  cert: Type.Optional(path('the path of a PEM file')),
  key: Type.Optional(path('the path of a PEM file')),
});

const KioskSchema = Closed({
  host: Type.String({ default: '127.0.0.1', minLength: 1, description: 'an address of this machine' }),
  port: Type.Integer({
    default: 8080,
    minimum: 0,
    maximum: 65_535,
    description: 'a port from 0 (any) to 65535',
  }),
  language: { ...OneOf(['zh', 'en'], 'zh or en'), default: 'zh' },
});

const BoardSchema = Closed({
  serialNumber: text('^[\\x21-\\x7e]{1,8}$', '1 to 8 characters without blanks, as the board says'),
  /** Of the board's chip, measured once (docs/panel.md): the data sheet only promises 1.0 to 1.2. */
  referenceVolts: Type.Optional(
    Type.Number({ minimum: 1, maximum: 1.2, description: 'volts from 1 to 1.2, see docs/panel.md' }),
  ),
  compartments: Type.Array(
    Closed({
      name: text('^[A-Z]{1,2}[0-9]{1,3}$', 'a name as on the door, such as A07'),
      size: { ...Size, description: 'small, medium or large' },
    }),
    {
      minItems: 1,
      maxItems: 16,
      description: '1 to 16 compartments, in the order of the board’s connectors',
    },
  ),
});

/** The board's own limits (docs/protocol/board.md) bound the first four. */
const TimesSchema = Closed({
  // Shorter pulses do not move the bolt, longer ones the board would cut.
  pulseMs: ms(200, 20, 500),
  openWaitMs: ms(2_000, 100, 30_000),
  // A contact bounces for 5 ms and more; a door swings slower than 200 ms.
  debounceMs: ms(20, 5, 200),
  // Below one second a busy Raspberry Pi would look dead to its boards.
  hostSilentMs: ms(3_000, 1_000, 60_000),
  leftOpenMs: ms(180_000, 10_000, 3_600_000),
  courierIdleMs: ms(300_000, 10_000, 3_600_000),
  noticeMs: ms(8_000, 1_000, 60_000),
});

const PanelSchema = Closed({
  temperature: { ...OneOf(['TMP36', 'LM35', 'none'], 'TMP36, LM35 or none'), default: 'none' },
  /** What each button does, in the order of the board's connectors. */
  buttons: Type.Array(OneOf(['finish', 'none'], 'finish or none'), {
    default: ['finish'],
    maxItems: 4,
    description: 'up to 4 of: finish, none',
  }),
});

const LOG_LEVELS = ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'] as const;

export const ConfigSchema = Closed({
  terminal: text(TERMINAL_ID_PATTERN, '2 to 32 of a-z, 0-9 and -, such as village-017'),
  data: path('the folder of the ledger'),
  platform: Type.Optional(PlatformSchema),
  kiosk: { ...KioskSchema, default: {} },
  scanner: Type.Optional(Closed({ port: portUrl })),
  boardPorts: Type.Array(portUrl, {
    minItems: 1,
    maxItems: 32,
    description:
      'the ports that may carry a board; a file name may hold one *, as in serial:/dev/serial/by-id/usb-Arduino*',
  }),
  boards: Type.Array(BoardSchema, { minItems: 1, maxItems: 8, description: '1 to 8 boards' }),
  panel: Type.Optional(PanelSchema),
  times: { ...TimesSchema, default: {} },
  log: {
    ...Closed({ level: { ...OneOf(LOG_LEVELS, LOG_LEVELS.join(', ')), default: 'info' } }),
    default: {},
  },
});

/** A checked configuration: every default is filled in, every path is absolute. */
export type Config = Static<typeof ConfigSchema>;
