/** Flags of the head of a rendered file that the head of another one is without: `--rate 100/1s:src`. */
export function findLostFlags(before: string, after: string): readonly string[] {
  const kept = new Set(flagsOf(after));
  return flagsOf(before).filter((flag) => !kept.has(flag));
}

/** Only the head counts: it ends with the first line that is no comment. */
function flagsOf(text: string): readonly string[] {
  const flags: string[] = [];
  for (const line of text.split("\n")) {
    if (!line.startsWith("#")) break;
    if (line.startsWith(PREFIX)) flags.push(line.slice(PREFIX.length));
  }
  return flags;
}

const PREFIX = "# flag: ";
