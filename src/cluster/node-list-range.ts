import type { LineFault } from "./node-list-problem.ts";

/** A host as written: a name or IPv4 address, or a range of them. */
export interface HostRange {
  /** How many hosts it stands for, however many that are. */
  readonly count: bigint;
  readonly isRange: boolean;
  /** The first `limit` hosts, in ascending order. */
  expand(limit: number): readonly string[];
}

/** Reads `gw[01-12].test`; text without brackets is one host. */
export function parseHostRange(text: string): HostRange | LineFault {
  const open = text.indexOf("[");
  if (open < 0) return { count: 1n, isRange: false, expand: () => [text] };

  const [match, before = "", first = "", last = "", after = ""] = RANGE.exec(text) ?? [];
  if (match === undefined)
    return { offset: findWrongBracket(text), code: "E08", message: RANGE_FORM };
  const [from, to] = [BigInt(first), BigInt(last)];
  if (from > to || (isPadded(first, last) && first.length !== last.length)) {
    const message = `range [${first}-${last}] must ascend, and zero-padded ends must be equally long`;
    return { offset: open, code: "E08", message };
  }
  const width = isPadded(first, last) ? first.length : 0;
  const count = to - from + 1n;
  return {
    count,
    isRange: true,
    expand(limit) {
      const length = count < limit ? Number(count) : limit;
      const toHost = (_: unknown, index: number): string =>
        `${before}${String(from + BigInt(index)).padStart(width, "0")}${after}`;
      return Array.from({ length }, toHost);
    },
  };
}

/** How E08 tells the form of a range. */
export const RANGE_FORM = "a range is written [1-20], once in an address";
const RANGE = /^([^[\]]*)\[([0-9]+)-([0-9]+)\]([^[\]]*)$/;

/** The second bracket where the first range is sound, else the first one. */
function findWrongBracket(text: string): number {
  const [sound] = /^[^[\]]*\[[0-9]+-[0-9]+\][^[\]]*(?=\[)/.exec(text) ?? [];
  return sound?.length ?? text.indexOf("[");
}

function isPadded(first: string, last: string): boolean {
  return [first, last].some((end) => end.length > 1 && end.startsWith("0"));
}
