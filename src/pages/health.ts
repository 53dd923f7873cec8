/** The clocks that the health page reads. */
export interface HealthClock {
  /** Milliseconds since 1970. */
  readonly nowMs: () => number;
  /** Milliseconds since the process began. */
  readonly uptimeMs: () => number;
}

/** KrakenD's body, members in its order; there are no agents yet whose last sign of life could be shown. */
export function renderHealth({ nowMs, uptimeMs }: HealthClock): string {
  return `{"agents":{},"now":"${renderGoTime(nowMs(), uptimeMs())}","status":"ok"}`;
}

/** The body of a node that is about to stop. Differs from KrakenD: it knows only 200 or no answer. */
export const drainingHealth: string = '{"status":"draining"}';

/**
 * A time as Go prints it: `2026-11-22 13:00:00.123 +0000 UTC m=+30.674738658`, the last part being
 * seconds since the start. Differs from KrakenD: always UTC, whatever the zone of the machine.
 */
export function renderGoTime(nowMs: number, uptimeMs: number): string {
  const iso = new Date(nowMs).toISOString();
  const seconds = iso.slice(11, 19);
  // Go drops the zeros at the end of a fraction, and with the last digit the point.
  const fraction = iso.slice(19, 23).replace(/\.?0*$/, "");
  return `${iso.slice(0, 10)} ${seconds}${fraction} +0000 UTC m=+${(uptimeMs / 1000).toFixed(9)}`;
}
