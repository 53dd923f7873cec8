/** The longest time that a timer of the runtime keeps, 24.8 days; a longer one would be over at once. */
const LONGEST_TIMER_MS = 2 ** 31 - 1;

/** A time for `setTimeout`: as given, or the longest there is. */
export function toTimerMs(milliseconds: number): number {
  return Math.min(milliseconds, LONGEST_TIMER_MS);
}
