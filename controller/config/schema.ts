/** What may stand in the configuration file, with its defaults and limits. */
import { type Static, Type } from '@sinclair/typebox';
import { CODE_RULES } from '../../protocol/barcode/validate.ts';
import { LOCK_DRIVER_NAMES } from '../../protocol/lock/drivers.ts';
import { BYTE_ORDERS, POLARITIES } from '../../protocol/lock/lock.ts';
import { TERMINAL_ID_PATTERN } from '../../protocol/platform/topics.ts';
import { Closed, OneOf, REACHES, Size } from '../../protocol/platform/words.ts';
import { RFID_DRIVER_NAMES } from '../../protocol/rfid/drivers.ts';
import type { TagModel } from '../../protocol/tag/content.ts';
import { SCANNER_MODES } from '../sensing/scanner-channel.ts';
import { LibrarySchema } from './library.ts';

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

const ScannerSchema = Closed({
  port: Type.String({
    minLength: 1,
    description:
      'a port such as serial:/dev/serial/by-id/NAME?baud=9600, tcp://127.0.0.1:4001 or hid:0c2e:0b61?usagePage=8c',
  }),
  /** Missing where the port tells it: lines over serial: and tcp:, by usage page over hid:. */
  mode: Type.Optional(OneOf(SCANNER_MODES, 'lines, pos or keyboard')),
  /** Of the reports in mode pos; missing where the vendor is known. */
  layout: Type.Optional(OneOf(['aim', 'plain'], 'aim (as Honeywell) or plain (as Newland)')),
  /** Only of a scanner that reads when it is told to. */
  make: Type.Optional(OneOf(['honeywell', 'newland'], 'honeywell or newland')),
  /** What is asked of each code (protocol/barcode/validate.ts). */
  codes: Type.Optional(
    Type.Array(OneOf(CODE_RULES, CODE_RULES.join(', ')), {
      uniqueItems: true,
      description: `any of ${CODE_RULES.join(', ')}, each once`,
    }),
  ),
  stripAim: Type.Optional(Type.Boolean({ description: 'true or false' })),
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

const compartmentName = text('^[A-Z]{1,2}[0-9]{1,3}$', 'a name as on the door, such as A07');
const CompartmentSchema = Closed({
  name: compartmentName,
  size: { ...Size, description: 'small, medium or large' },
  /** A bin keeps what is brought back until a courier empties it. */
  use: { ...OneOf(['any', 'returns'], 'any or returns'), default: 'any' },
  /** `low`: also for patrons who sit or are small. */
  reach: { ...OneOf(REACHES, REACHES.join(' or ')), default: 'high' },
});

const BoardSchema = Closed({
  serialNumber: text('^[\\x21-\\x7e]{1,8}$', '1 to 8 characters without blanks, as the board says'),
  /** Of the board's chip, measured once (docs/panel.md): the data sheet only promises 1.0 to 1.2. */
  referenceVolts: Type.Optional(
    Type.Number({ minimum: 1, maximum: 1.2, description: 'volts from 1 to 1.2, see docs/panel.md' }),
  ),
  compartments: Type.Array(CompartmentSchema, {
    minItems: 1,
    maxItems: 16,
    description: '1 to 16 compartments, in the order of the board’s connectors',
  }),
});

/** A commercial lock board; what its maker and its locks leave open. Limits differ by driver: see lock-boards.ts. */
const LockBoardSchema = Closed({
  name: text('^[\\x21-\\x7e]{1,16}$', '1 to 16 characters without blanks'),
  driver: OneOf(LOCK_DRIVER_NAMES, LOCK_DRIVER_NAMES.join(', ')),
  port: portUrl,
  address: Type.Optional(
    Type.Integer({ minimum: 0, maximum: 255, description: 'the address that is set on the board, 0 to 255' }),
  ),
  polarity: Type.Optional(OneOf(POLARITIES, POLARITIES.join(' or '))),
  byteOrder: Type.Optional(OneOf(BYTE_ORDERS, BYTE_ORDERS.join(' or '))),
  pulseMs: Type.Optional(
    Type.Integer({ minimum: 10, maximum: 9_000, description: 'whole milliseconds from 10 to 9000' }),
  ),
  answersUnlock: Type.Optional(Type.Boolean({ description: 'true or false' })),
  clearBusy: Type.Optional(Type.Boolean({ description: 'true or false' })),
  pollMs: ms(250, 50, 5_000),
  compartments: Type.Array(CompartmentSchema, {
    minItems: 1,
    maxItems: 50,
    description: '1 to 50 compartments, in the order of the board’s locks',
  }),
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
  returnIdleMs: ms(60_000, 10_000, 600_000),
  visitIdleMs: ms(90_000, 10_000, 600_000),
  // A person waits; the library has half of it, then the platform is asked.
  askMs: ms(8_000, 1_000, 60_000),
  // Sixteen tags behind one door take a slow reader about three seconds, twice.
  checkMs: ms(10_000, 1_000, 60_000),
  noticeMs: ms(8_000, 1_000, 60_000),
});

/** Either compartments, in the order of the antennas, or a pad beside the screen. */
const ReaderSchema = Closed({
  name: text('^[a-z0-9-]{1,16}$', '1 to 16 of a-z, 0-9 and -, such as shelf'),
  driver: OneOf(RFID_DRIVER_NAMES, RFID_DRIVER_NAMES.join(', ')),
  port: portUrl,
  compartments: Type.Optional(
    Type.Array(compartmentName, {
      minItems: 1,
      maxItems: 64,
      description: '1 to 64 names of compartments, in the order of the antennas',
    }),
  ),
  pad: Type.Optional(Type.Literal(true, { description: 'true, or left out' })),
  /** Only uhfreader18, and only where its type misleads: newer firmware tells antenna and signal strength. */
  layout: Type.Optional(OneOf(['classic', 'antenna'], 'classic or antenna')),
});

const TAG_MODELS = ['iso28560-3', 'danish', 'iso28560-2', 'rfid501'] as const satisfies readonly TagModel[];
const digits = Type.Optional(
  Type.Integer({ minimum: 1, maximum: 32, description: 'how many digits, 1 to 32' }),
);
const byteCount = Type.Optional(Type.Integer({ minimum: 0, maximum: 62, description: 'bytes, 0 to 62' }));
const EPC_FORMS = ['hex', 'ascii', 'bcd', 'decimal', 'sgtin-96', 'grai-96'] as const;

/** What the library writes on its tags (protocol/tag). */
const TagsSchema = Closed({
  models: Type.Optional(
    Type.Array(OneOf(TAG_MODELS, TAG_MODELS.join(', ')), {
      minItems: 1,
      uniqueItems: true,
      description: `any of ${TAG_MODELS.join(', ')}, each once`,
    }),
  ),
  /** How a UHF tag's EPC holds the item; without it no UHF tag names one. */
  epc: Type.Optional(
    Closed({
      form: OneOf(EPC_FORMS, EPC_FORMS.join(', ')),
      prefixHex: Type.Optional(text('^([0-9A-Fa-f]{2})+$', 'pairs of hexadecimal digits, in quotes')),
      offsetBytes: byteCount,
      lengthBytes: byteCount,
      digits,
      companyPrefix: Type.Optional(text('^[0-9]{6,12}$', '6 to 12 digits, in quotes')),
      reference: Type.Optional(text('^[0-9]{1,7}$', '1 to 7 digits, in quotes')),
    }),
  ),
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
  library: Type.Optional(LibrarySchema),
  kiosk: { ...KioskSchema, default: {} },
  scanner: Type.Optional(ScannerSchema),
  boardPorts: Type.Array(portUrl, {
    default: [],
    maxItems: 32,
    description:
      'the ports that may carry a board; a file name may hold one *, as in serial:/dev/serial/by-id/usb-Arduino*',
  }),
  readers: Type.Array(ReaderSchema, { default: [], maxItems: 8, description: 'up to 8 readers' }),
  tags: { ...TagsSchema, default: {} },
  boards: Type.Array(BoardSchema, { default: [], maxItems: 8, description: 'up to 8 boards' }),
  lockBoards: Type.Array(LockBoardSchema, {
    default: [],
    maxItems: 32,
    description: 'up to 32 commercial lock boards',
  }),
  panel: Type.Optional(PanelSchema),
  times: { ...TimesSchema, default: {} },
  log: {
    ...Closed({ level: { ...OneOf(LOG_LEVELS, LOG_LEVELS.join(', ')), default: 'info' } }),
    default: {},
  },
});

/** A checked configuration: every default is filled in, every path is absolute. */
export type Config = Static<typeof ConfigSchema>;
