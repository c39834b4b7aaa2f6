/** Order statistics of measured values. */

export function quantile(values: readonly number[], q: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.ceil(q * sorted.length) - 1)] ?? Number.NaN;
}

export const median = (values: readonly number[]): number => quantile(values, 0.5);

export const round = (value: number): number => Number(value.toPrecision(4));

/** One line of the bench's result; `ratio` is ours divided by the reference. */
export interface Result {
  readonly name: string;
  readonly ours: number;
  readonly against: string;
  readonly reference: number;
  readonly ratio: number;
  readonly unit: string;
  readonly runs: number;
}

export function result(
  name: string,
  unit: string,
  runs: number,
  ours: number,
  against: string,
  reference: number,
): Result {
  return {
    name,
    ours: round(ours),
    against,
    reference: round(reference),
    ratio: round(ours / reference),
    unit,
    runs,
  };
}
