/**
 * A latency as gin's access log writes it: Go's notation (`851ns`, `4.529µs`, `1.23ms`, `2.05s`, `1m10s`),
 * cut to 10 µs above 1 ms, to 10 ms above 1 s and to 10 s above 1 minute.
 */
export function renderLatency(latencyMs: number): string {
  if (latencyMs < 1) return renderBelowMillisecond(Math.floor(latencyMs * 1e6));
  if (latencyMs < 1000) return `${renderScaled(Math.floor(latencyMs * 100), 2)}ms`;
  if (latencyMs < 60_000) return `${renderScaled(Math.floor(latencyMs / 10), 2)}s`;

  const seconds = Math.floor(latencyMs / 10_000) * 10;
  const minutes = Math.floor(seconds / 60);
  const hours = Math.floor(minutes / 60);
  const inFront = hours === 0 ? "" : `${hours}h`;
  return `${inFront}${minutes % 60}m${seconds % 60}s`;
}

function renderBelowMillisecond(nanoseconds: number): string {
  if (nanoseconds <= 0) return "0s";
  return nanoseconds < 1000 ? `${nanoseconds}ns` : `${renderScaled(nanoseconds, 3)}µs`;
}

/** `count` with its last `digits` digits behind the point, without zeros at the end; two integers print faster than one fraction. */
function renderScaled(count: number, digits: 2 | 3): string {
  const scale = digits === 2 ? 100 : 1000;
  const whole = Math.floor(count / scale);
  let rest = count - whole * scale;
  if (rest === 0) return String(whole);

  let width: number = digits;
  while (rest % 10 === 0) {
    rest /= 10;
    width--;
  }
  const zeros = rest >= 100 ? 3 : rest >= 10 ? 2 : 1;
  return `${whole}.${ZEROS[width - zeros]!}${rest}`;
}

const ZEROS = ["", "0", "00"];
