/** One thing that is wrong with a configuration. */
export interface Problem {
  /** Keys and indexes from the root. */
  readonly path: readonly (string | number)[];
  readonly what: string;
}
