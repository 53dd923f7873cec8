/** A source of numbers that gives the same sequence for the same seed. */
export interface Random {
  /** A whole number from 0 to `limit` - 1. */
  below(limit: number): number;
  pick<T>(choices: readonly T[]): T;
  /** True once in `times` on average. */
  oneIn(times: number): boolean;
}

/** Xorshift of 32 bits; the seed must not be 0. */
export function createRandom(seed: number): Random {
  let state = seed | 0;

  function below(limit: number): number {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) % limit;
  }

  return {
    below,
    pick: (choices) => choices[below(choices.length)]!,
    oneIn: (times) => below(times) === 0,
  };
}
