/** Writes a point in time (milliseconds since 1970) as local wall-clock text. */
export type TimeFormat = (timeMs: number) => string;

/**
 * Local time to the second, `2026/11/22 13:09:15` with `separator` between date and time.
 * The text of the last second is kept: a busy log asks thousands of times for the same one.
 */
export function createTimeFormat(separator: string): TimeFormat {
  let lastSecond = Number.NaN;
  let lastText = "";
  return (timeMs) => {
    const second = Math.floor(timeMs / 1000);
    if (second !== lastSecond) {
      lastSecond = second;
      lastText = renderSecond(second * 1000, separator);
    }
    return lastText;
  };
}

function renderSecond(timeMs: number, separator: string): string {
  const time = new Date(timeMs);
  const date = `${time.getFullYear()}/${twoDigits(time.getMonth() + 1)}/${twoDigits(time.getDate())}`;
  const clock = [time.getHours(), time.getMinutes(), time.getSeconds()].map(twoDigits).join(":");
  return date + separator + clock;
}

function twoDigits(value: number): string {
  return value < 10 ? `0${value}` : String(value);
}
