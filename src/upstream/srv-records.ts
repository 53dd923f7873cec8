/** One record of a service as DNS has it (RFC 2782). */
export interface SrvRecord {
  /** Only records with the lowest value are used. */
  readonly priority: number;
  readonly weight: number;
  readonly port: number;
  /** With its final dot. */
  readonly target: string;
}

/** Weights are scaled so that a list is not much longer than this. */
const MAX_HOSTS = 100;

/** The hosts of the records as `scheme://target:port`, each as often as its weight says; weight 0 is never used. */
export function hostsOfRecords(records: readonly SrvRecord[], scheme: string): string[] {
  const lowest = Math.min(...records.map(({ priority }) => priority));
  const used = records.filter(({ priority }) => priority === lowest);
  const weights = reduceWeights(used.map(({ weight }) => weight));
  return used.flatMap(({ target, port }, index) =>
    Array.from({ length: weights[index]! }, () => `${scheme}://${target}:${port}`),
  );
}

function reduceWeights(weights: readonly number[]): readonly number[] {
  const sum = weights.reduce((total, weight) => total + weight, 0);
  const limit = Math.max(MAX_HOSTS, weights.length);
  const scaled =
    sum > limit ? weights.map((weight) => Math.floor((weight * limit) / sum)) : weights;
  const divisor = scaled.reduce(greatestCommonDivisor, 0);
  return divisor < 2 ? scaled : scaled.map((weight) => weight / divisor);
}

function greatestCommonDivisor(a: number, b: number): number {
  return b === 0 ? a : greatestCommonDivisor(b, a % b);
}
