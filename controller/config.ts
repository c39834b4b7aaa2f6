/** The configuration of one terminal: a YAML file to a checked value with every default filled in. */
import { readFile } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { Value } from '@sinclair/typebox/value';
import { type Document, isNode, LineCounter, parseDocument } from 'yaml';
import { crossProblems, fieldName, type Problem, schemaProblems } from './config/problems.ts';
import { type Config, ConfigSchema } from './config/schema.ts';
import { TerminalError } from './error.ts';

export type { Config } from './config/schema.ts';

/** More would hide the first, which is mostly the cause. */
const PROBLEMS_SHOWN_MAX = 5;

export async function loadConfig(path: string): Promise<Config> {
  const file = resolve(path);
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch (cause) {
    const code = (cause as NodeJS.ErrnoException).code;
    const what =
      code === 'ENOENT' ? 'is not there: create it, or name another file' : `cannot be read (${code})`;
    throw new TerminalError('config.missing', `configuration ${file} ${what}`, { cause });
  }
  return parseConfig(text, file);
}

/** `file` names the text in errors, and paths in it start from its folder. */
export function parseConfig(text: string, file: string): Config {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false });
  const syntax = document.errors[0];
  if (syntax) {
    const { line, col } = lines.linePos(syntax.pos[0]);
    throw new TerminalError(
      'config.syntax',
      `configuration ${file}, line ${line}, column ${col}: ${syntax.message}`,
    );
  }
  const value = Value.Default(ConfigSchema, contentOf(document, file));
  let problems = schemaProblems(value);
  if (problems.length === 0) problems = crossProblems(value as Config);
  if (problems.length > 0) throw fieldError(file, problems, document, lines);
  return withFullPaths(value as Config, dirname(file));
}

function contentOf(document: Document.Parsed, file: string): unknown {
  try {
    return document.toJS() ?? {};
  } catch (cause) {
    // An alias without its anchor, or one that would unfold without end, is only found here.
    const what = (cause as Error).message;
    throw new TerminalError('config.syntax', `configuration ${file}: ${what}; write it without aliases`, {
      cause,
    });
  }
}

function fieldError(
  file: string,
  problems: readonly Problem[],
  document: Document.Parsed,
  lines: LineCounter,
): TerminalError {
  const shown = problems.slice(0, PROBLEMS_SHOWN_MAX).map(({ path, what }) => {
    const node = document.getIn(path, true);
    const at = isNode(node) && node.range ? ` (line ${lines.linePos(node.range[0]).line})` : '';
    return `${fieldName(path) || 'the file'}${at}: ${what}`;
  });
  const more = problems.length - shown.length;
  if (more > 0) shown.push(`and ${more} more`);
  return new TerminalError('config.field', `configuration ${file}: ${shown.join('\n  ')}`);
}

function withFullPaths(config: Config, folder: string): Config {
  const full = { ...config, data: resolve(folder, config.data) };
  if (!config.platform) return full;
  const platform = { ...config.platform };
  for (const name of ['ca', 'cert', 'key'] as const) {
    const path = platform[name];
    if (path !== undefined) platform[name] = resolve(folder, path);
  }
  return { ...full, platform };
}
