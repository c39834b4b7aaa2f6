/** What a scenario is: a named story that runs by itself and tells facts. */
import type { Stack, StackOptions } from '../stack.ts';

export interface Stage {
  /** Starts the programs; the stage ends them. */
  start(options: Partial<StackOptions>): Promise<Stack>;
  /** The broker is gone, and back. */
  cutNetwork(): Promise<void>;
  mendNetwork(): Promise<void>;
  /** For what this story needs beside the programs; gone afterwards. */
  readonly folder: string;
  /** Progress for a person who waits. */
  say(what: string): void;
}

export interface Scenario {
  readonly about: string;
  run(stage: Stage): Promise<{ readonly ok: boolean; readonly facts: Readonly<Record<string, unknown>> }>;
}
