/** A place in a file; both numbers count from 1, the column counts characters. */
export interface Position {
  readonly line: number;
  readonly column: number;
}

/** Turns an offset of a document into its place. */
export type PositionIndex = (offset: number) => Position;

/** For offsets that count bytes of UTF-8. */
export function indexBytes(bytes: Uint8Array): PositionIndex {
  const starts = lineStarts((from) => bytes.indexOf(LINE_FEED, from));
  const decoder = new TextDecoder();
  return createIndex(starts, (from, to) => decoder.decode(bytes.subarray(from, to)));
}

/** For offsets that count the units of a JavaScript string. */
export function indexText(text: string): PositionIndex {
  const starts = lineStarts((from) => text.indexOf("\n", from));
  return createIndex(starts, (from, to) => text.slice(from, to));
}

const LINE_FEED = 0x0a;

function lineStarts(findLineFeed: (from: number) => number): readonly number[] {
  const starts = [0];
  for (let at = findLineFeed(0); at !== -1; at = findLineFeed(at + 1)) starts.push(at + 1);
  return starts;
}

function createIndex(
  starts: readonly number[],
  textBetween: (from: number, to: number) => string,
): PositionIndex {
  // Questions mostly come in the order of the file, and a file may be a single line: counting goes on where it ended.
  let last = { offset: 0, line: 0, charactersBefore: 0 };
  return (offset) => {
    const line = findLine(starts, offset);
    const goesOn = line === last.line && offset >= last.offset;
    const from = goesOn ? last.offset : starts[line]!;
    const charactersBefore =
      (goesOn ? last.charactersBefore : 0) + countCharacters(textBetween(from, offset));
    last = { offset, line, charactersBefore };
    return { line: line + 1, column: charactersBefore + 1 };
  };
}

function findLine(starts: readonly number[], offset: number): number {
  let line = 0;
  let end = starts.length;
  while (end - line > 1) {
    const middle = (line + end) >> 1;
    if (starts[middle]! <= offset) line = middle;
    else end = middle;
  }
  return line;
}

function countCharacters(text: string): number {
  let count = 0;
  for (const _ of text) count++;
  return count;
}
