/** Birth, last will, acknowledgement and telemetry. */
import { type Static, Type } from '@sinclair/typebox';
import { Closed, CompartmentId, Count, OneOf, Size } from './words.ts';

export const JournalId = Type.String({
  pattern: '^[0-9a-f]{16}$',
  description: 'made with the journal; a terminal with a new database begins a new journal at sequence 1',
});

/**
 * Retained on `state`. The will repeats the session number of its birth, so that a will that comes late cannot mark
 * a newer session dead.
 */
export const StateSchema = Closed({
  link: OneOf(['up', 'down'], 'birth says up; the last will says down'),
  session: Count('MQTT session number: grows with each birth'),
  journal: JournalId,
  version: Type.String({ maxLength: 40 }),
  boot: Count('starts of the controller'),
  compartments: Type.Array(
    Closed({
      compartment: CompartmentId,
      size: Size,
      service: OneOf(['in', 'out'], 'in or out of service'),
      door: OneOf(['open', 'closed', 'unknown'], 'debounced contact'),
      content: OneOf(['free', 'reserved', 'loaded', 'inDoubt'], 'what is inside'),
    }),
    { maxItems: 128 },
  ),
});
export type TerminalState = Static<typeof StateSchema>;

/** On `acknowledged`, after the platform's own commit: everything up to `upTo` is stored without a gap. */
export const AcknowledgedSchema = Closed({ journal: JournalId, upTo: Count('sequence; 0 for none yet') });

export const TelemetrySchema = Closed({
  uptimeMs: Count('of the controller'),
  memoryBytes: Count('resident'),
  unacknowledged: Count('entries the platform has not acknowledged'),
  boards: Type.Array(
    Closed({
      board: Type.String(),
      link: OneOf(['up', 'down'], 'board link'),
      framesBad: Count('since boot'),
      celsius: Type.Optional(Type.Number({ description: 'in the cabinet' })),
    }),
  ),
  readers: Type.Optional(
    Type.Array(
      Closed({
        reader: Type.String(),
        link: OneOf(['up', 'down'], 'reader link'),
        framesBad: Count('since boot'),
      }),
    ),
  ),
});
export type Telemetry = Static<typeof TelemetrySchema>;
