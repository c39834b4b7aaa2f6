/** Fields of requests. A misspelt one is told, not dropped. */
import { Type } from '@sinclair/typebox';
import { TERMINAL_ID_PATTERN } from '../../protocol/platform/topics.ts';

export const closed = { additionalProperties: false } as const;
export const TerminalId = Type.String({ pattern: TERMINAL_ID_PATTERN });
