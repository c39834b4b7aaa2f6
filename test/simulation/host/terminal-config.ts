/** The simulated terminal: two boards, 32 compartments, and the readers that were drawn for it. */
import { Value } from '@sinclair/typebox/value';
import { ConfigSchema } from '../../../controller/config/schema.ts';
import type { Config } from '../../../controller/config.ts';
import { SIZES } from '../../../protocol/platform/words.ts';

export const TERMINAL = 'village-1';
export const BOARDS = ['BOARD-A', 'BOARD-B'] as const;
export const COMPARTMENTS_A_BOARD = 16;
export const boardUrl = (board: string) => `tcp://${board.toLowerCase()}:1`;
export const readerUrl = (reader: number) => `tcp://reader-${reader}:1`;
export const SCANNER_URL = 'tcp://scanner:1';
export const LIBRARY_URL = 'tcp://library:6001';
export const LIBRARY = 'LOCAL';
export const LIBRARY_ACCOUNT = { userId: 'terminal', password: 'account-password' };
export const BADGE = 'COURIER-BADGE-1';

export const compartmentNames = (board: number): string[] =>
  Array.from(
    { length: COMPARTMENTS_A_BOARD },
    (_, index) => `${'AB'[board]}${String(index + 1).padStart(2, '0')}`,
  );
export const ALL_COMPARTMENTS = BOARDS.flatMap((_, board) => compartmentNames(board));

/** Its times are told in UTC, so that a run is the same in every time zone. */
const library = {
  url: LIBRARY_URL,
  login: { user: LIBRARY_ACCOUNT.userId, password: LIBRARY_ACCOUNT.password },
  institutionId: LIBRARY,
  peer: { dates: 'utc' },
};

/** `sensed`: of how many boards the compartments have an antenna each. */
export function terminalConfig(data: string, sensed: number, hasLibrary: boolean): Config {
  return Value.Default(ConfigSchema, {
    terminal: TERMINAL,
    data,
    platform: { broker: 'mqtt://broker:1883' },
    scanner: { port: SCANNER_URL },
    ...(hasLibrary && { library }),
    boardPorts: BOARDS.map(boardUrl),
    boards: BOARDS.map((serialNumber, board) => ({
      serialNumber,
      compartments: compartmentNames(board).map((name, index) => ({
        name,
        size: SIZES[index < 8 ? 0 : index < 13 ? 1 : 2],
        use: board === 0 && index === COMPARTMENTS_A_BOARD - 1 ? 'returns' : 'any',
      })),
    })),
    readers: Array.from({ length: sensed }, (_, board) => ({
      name: `reader-${board}`,
      driver: 'feig',
      port: readerUrl(board),
      compartments: compartmentNames(board),
    })),
    // A host may be silent for a minute; in quiet hours the simulated one is silent for longer, which costs nothing
    // but lamps.
    times: { hostSilentMs: 60_000 },
  }) as Config;
}
