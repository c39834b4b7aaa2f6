/** What is wrong with a configuration, in words: the field, what was found, what is allowed. */
import { KindGuard, type TSchema } from '@sinclair/typebox';
import { type ValueError, ValueErrorType } from '@sinclair/typebox/errors';
import { Value } from '@sinclair/typebox/value';
import { parsePortUrl } from '../port/port-url.ts';
import { scannerChannel } from '../sensing/scanner-channel.ts';
import { libraryProblems } from './library.ts';
import { boardsOf, lockBoardProblems } from './lock-boards.ts';
import type { Problem } from './problem.ts';
import { readerProblems } from './readers.ts';
import { type Config, ConfigSchema } from './schema.ts';

export type { Problem } from './problem.ts';

/** As many compartments as the platform's `state` message holds. */
const COMPARTMENTS_MAX = 128;

/** By the schema; one problem for each field, and unknown fields first, since they explain missing ones. */
export function schemaProblems(value: unknown): Problem[] {
  const byPath = new Map<string, Problem & { readonly unknown: boolean }>();
  for (const error of Value.Errors(ConfigSchema, value)) {
    if (byPath.has(error.path)) continue;
    const unknown = error.type === ValueErrorType.ObjectAdditionalProperties;
    byPath.set(error.path, {
      path: keysOf(error.path),
      what: unknown ? unknownField(error) : wrongField(error),
      unknown,
    });
  }
  const problems = [...byPath.values(), ...withoutBoards(value)];
  return [...problems.filter((p) => p.unknown), ...problems.filter((p) => !p.unknown)];
}

/** Either kind of board will do, and each has its ports. */
function withoutBoards(value: unknown): (Problem & { readonly unknown: boolean })[] {
  const lists = value as { boards?: unknown; boardPorts?: unknown; lockBoards?: unknown } | undefined;
  const empty = (list: unknown) => Array.isArray(list) && list.length === 0;
  const missing = (field: string, allowed: string) => [
    { path: [field], what: `is missing; allowed: ${allowed}`, unknown: false },
  ];
  if (empty(lists?.boards) && empty(lists?.lockBoards))
    return missing('boards', '1 to 8 boards, or commercial ones in lockBoards');
  if (!empty(lists?.boards) && empty(lists?.boardPorts))
    return missing('boardPorts', 'the ports that may carry a board');
  return [];
}

/** What no schema says: names and devices that must differ, ports that must parse, files that belong together. */
export function crossProblems(config: Config): Problem[] {
  const problems: Problem[] = [];
  const seen = new Map<string, string>();
  const unique = (path: Problem['path'], value: string, what: string): void => {
    const first = seen.get(`${what} ${value}`);
    if (first) problems.push({ path, what: `${what} ${value} is already at ${first}; each may stand once` });
    else seen.set(`${what} ${value}`, fieldName(path));
  };
  const port = (path: Problem['path'], url: string): void => {
    try {
      parsePortUrl(url);
      unique(path, url, 'port');
    } catch (error) {
      problems.push({ path, what: (error as Error).message });
    }
  };
  if (config.scanner) {
    port(['scanner', 'port'], config.scanner.port);
    problems.push(...scannerProblems(config.scanner, problems.length > 0));
  }
  for (const [p, url] of config.boardPorts.entries()) port(['boardPorts', p], url);
  for (const [b, { serialNumber }] of config.boards.entries())
    unique(['boards', b, 'serialNumber'], serialNumber, 'serial number');
  for (const [b, { name, port: url }] of config.lockBoards.entries()) {
    unique(['lockBoards', b, 'name'], name, 'serial number');
    // Boards on one RS485 line share its port.
    const shared = config.lockBoards.findIndex((other) => other.port === url) < b;
    if (!shared) port(['lockBoards', b, 'port'], url);
  }
  for (const kind of ['boards', 'lockBoards'] as const)
    for (const [b, { compartments }] of config[kind].entries())
      for (const [c, { name }] of compartments.entries())
        unique([kind, b, 'compartments', c, 'name'], name, 'compartment');
  problems.push(...lockBoardProblems(config));
  const names = boardsOf(config).flatMap(({ compartments }) => compartments.map(({ name }) => name));
  const count = names.length;
  if (count > COMPARTMENTS_MAX)
    problems.push({
      path: ['boards'],
      what: `found ${count} compartments; allowed: ${COMPARTMENTS_MAX} in all`,
    });
  for (const [r, reader] of config.readers.entries()) port(['readers', r, 'port'], reader.port);
  problems.push(...readerProblems(config, new Set(names)));
  problems.push(...libraryProblems(config.library));
  const { cert, key } = config.platform ?? {};
  if (Boolean(cert) !== Boolean(key))
    problems.push({
      path: ['platform', cert ? 'key' : 'cert'],
      what: 'is missing; cert and key belong together',
    });
  return problems;
}

/** `portWrong`: nothing can be derived from the port, and that is told already. */
function scannerProblems(scanner: NonNullable<Config['scanner']>, portWrong: boolean): Problem[] {
  const channel = portWrong ? undefined : scannerChannel(scanner);
  return channel && 'what' in channel ? [{ path: ['scanner', channel.field], what: channel.what }] : [];
}

export function fieldName(path: Problem['path']): string {
  return path.map((key, at) => (typeof key === 'number' ? `[${key}]` : at === 0 ? key : `.${key}`)).join('');
}

/** JSON pointer to keys; an array's index becomes a number. */
function keysOf(pointer: string): (string | number)[] {
  const keys = pointer.split('/').slice(1);
  return keys.map((key) =>
    /^\d+$/.test(key) ? Number(key) : key.replaceAll('~1', '/').replaceAll('~0', '~'),
  );
}

function wrongField(error: ValueError): string {
  const missing = error.type === ValueErrorType.ObjectRequiredProperty || error.value === undefined;
  const found = missing ? 'is missing' : `found ${shown(error)}`;
  return `${found}; allowed: ${allowed(error.schema)}`;
}

/** A password must not reach the log through an error. */
function shown({ path, value }: ValueError): string {
  if (/(password|login)$/i.test(path)) return 'something that is not allowed';
  if (value === null) return 'nothing';
  if (Array.isArray(value)) return `a list of ${value.length}`;
  if (typeof value === 'object') return 'a group of fields';
  const json = JSON.stringify(value);
  return json.length > 60 ? `${json.slice(0, 60)}…` : json;
}

function allowed(schema: TSchema): string {
  if (schema.description) return schema.description;
  if (KindGuard.IsObject(schema)) return `a group of ${Object.keys(schema.properties).join(', ')}`;
  return String(schema.type ?? 'another value');
}

function unknownField(error: ValueError): string {
  const known = Object.keys((error.schema as { properties?: object }).properties ?? {});
  const name = String(keysOf(error.path).at(-1));
  const near = nearest(name, known);
  return near ? `is not known; did you mean "${near}"?` : `is not known; allowed: ${known.join(', ')}`;
}

/** The known name at the smallest edit distance, if it is near enough to be meant. */
function nearest(name: string, known: readonly string[]): string | undefined {
  const ranked = known.map((one) => ({ one, distance: distance(name.toLowerCase(), one.toLowerCase()) }));
  ranked.sort((a, b) => a.distance - b.distance);
  const best = ranked[0];
  return best && best.distance <= Math.max(1, Math.floor(best.one.length / 2)) ? best.one : undefined;
}

/** Levenshtein, one row at a time. */
function distance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (const [i, x] of [...a].entries()) {
    const next = [i + 1];
    for (const [j, y] of [...b].entries())
      next.push(Math.min((row[j] ?? 0) + (x === y ? 0 : 1), (row[j + 1] ?? 0) + 1, (next[j] ?? 0) + 1));
    row = next;
  }
  return row.at(-1) ?? 0;
}
