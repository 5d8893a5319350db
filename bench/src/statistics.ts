/**
 * The value below which the given share of the samples lies (nearest rank).
 * @param sorted ascending
 * @param share 0 to 1
 * @returns `undefined` without samples
 */
export function percentile(sorted: ArrayLike<number>, share: number): number | undefined {
  return sorted.length === 0 ? undefined : sorted[Math.min(sorted.length - 1, Math.max(0, Math.ceil(sorted.length * share) - 1))];
}

/** The middle value; of an even number of values the mean of the middle two. `undefined` without values. */
export function median(values: readonly number[]): number | undefined {
  const sorted = values.toSorted((a, b) => a - b);
  const upper = sorted[Math.floor(sorted.length / 2)];
  const lower = sorted[Math.ceil(sorted.length / 2) - 1];
  return upper === undefined || lower === undefined ? undefined : (lower + upper) / 2;
}

/** What is told of many latencies, in their unit; `undefined` fields without samples. */
export interface LatencySummary {
  readonly p50?: number;
  readonly p99?: number;
  readonly max?: number;
}

export function summarise(samples: readonly number[]): LatencySummary {
  const sorted = Float64Array.from(samples).sort();
  return { p50: percentile(sorted, 0.5), p99: percentile(sorted, 0.99), max: sorted.at(-1) };
}
