/** Bytes from MQTT to a checked value, or an error that names the field. */
import type { Static, TSchema } from '@sinclair/typebox';
import { TypeCompiler } from '@sinclair/typebox/compiler';
import { CommandSchema, ReplySchema } from './commands.ts';
import { JournalEventSchema } from './journal-event.ts';
import { AnswerSchema, AskSchema } from './questions.ts';
import { AcknowledgedSchema, StateSchema, TelemetrySchema } from './state.ts';

/** Larger payloads are refused before parsing; the largest honest one, a state of 128 compartments, is 14 KB. */
export const PAYLOAD_BYTES_MAX = 65_536;

export const CHANNEL_SCHEMAS = {
  journal: JournalEventSchema,
  acknowledged: AcknowledgedSchema,
  state: StateSchema,
  telemetry: TelemetrySchema,
  command: CommandSchema,
  reply: ReplySchema,
  ask: AskSchema,
  answer: AnswerSchema,
} as const;

export type Parsed<T> =
  | {
      readonly ok: true;
      readonly value: T;
      /** The payload, byte for byte: what a hash is made of. */
      readonly text: string;
    }
  | { readonly ok: false; readonly error: string };
export type Parser<T> = (payload: Uint8Array) => Parsed<T>;

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** A parser of JSON payloads by schema; compiled once, on first use. */
export function parserOf<S extends TSchema>(schema: S): Parser<Static<S>> {
  let compiled: ReturnType<typeof TypeCompiler.Compile<S>> | undefined;
  return (payload) => {
    if (payload.length > PAYLOAD_BYTES_MAX)
      return { ok: false, error: `${payload.length} bytes, at most ${PAYLOAD_BYTES_MAX}` };
    let [text, value]: [string, unknown] = ['', undefined];
    try {
      text = utf8.decode(payload);
      value = JSON.parse(text);
    } catch {
      return { ok: false, error: 'not JSON in UTF-8' };
    }
    compiled ??= TypeCompiler.Compile(schema);
    if (compiled.Check(value)) return { ok: true, value, text };
    const first = compiled.Errors(value).First();
    return { ok: false, error: `${first?.path || '/'}: ${first?.message ?? 'does not fit the schema'}` };
  };
}

export const parseCommand = parserOf(CommandSchema);
export const parseReply = parserOf(ReplySchema);
export const parseJournalEvent = parserOf(JournalEventSchema);
export const parseState = parserOf(StateSchema);
export const parseAcknowledged = parserOf(AcknowledgedSchema);
export const parseTelemetry = parserOf(TelemetrySchema);
export const parseAsk = parserOf(AskSchema);
export const parseAnswer = parserOf(AnswerSchema);
