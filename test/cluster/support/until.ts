const PAUSE_MS = 10;
const DEFAULT_LIMIT_MS = 10_000;

/** Asks again and again until the answer is neither `undefined` nor `false`; throws with what it waited for when the time is over. */
export async function until<Result>(
  what: string,
  ask: () => Result | undefined | false | Promise<Result | undefined | false>,
  limitMs = DEFAULT_LIMIT_MS,
): Promise<Result> {
  const deadline = performance.now() + limitMs;
  for (;;) {
    const result = await ask();
    if (result !== undefined && result !== false) return result;
    if (performance.now() > deadline) throw new Error(`waited ${limitMs} ms in vain until ${what}`);
    await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
  }
}

/** The same, and how many milliseconds it took. */
export async function timeUntil(
  what: string,
  isSo: () => boolean | Promise<boolean>,
  limitMs?: number,
): Promise<number> {
  const startedAt = performance.now();
  await until(what, isSo, limitMs);
  return performance.now() - startedAt;
}
