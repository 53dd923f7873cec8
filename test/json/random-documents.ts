/** Random JSON texts and settings, the same for the same seed. */

/** A source of random integers. */
export interface Dice {
  /** From 0 to `count - 1`. */
  below(count: number): number;
  oneOf<T>(choices: readonly T[]): T;
}

/** A xorshift generator. */
export function createDice(seed: number): Dice {
  let state = seed | 1;
  const below = (count: number): number => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) % count;
  };
  return { below, oneOf: (choices) => choices[below(choices.length)]! };
}

/** Keys are few, so that duplicates and hits of filters are many. Sorted by UTF-16, 😀 would stand elsewhere. */
export const keys: readonly string[] = [
  ..."abcdxyz",
  ...["id", "ab", "abc", "__proto__", "constructor", "prototype", "", "é", "\u{1f600}", "\uffee"],
  ...["<k>", 'q"', "b\\", "\u2028", "\n", "a b", "\ufffd", "collection"],
];

/** The bytes of a random document whose root is an object. */
export function randomDocument(dice: Dice): Uint8Array {
  return Buffer.concat([blank(dice), objectText(dice, 0), blank(dice)]);
}

/** The same text with a few bytes changed, lost or added, or cut off. */
export function damage(dice: Dice, text: Uint8Array): Uint8Array {
  const bytes = [...text];
  for (let times = dice.below(3); times >= 0; times--) {
    const at = dice.below(bytes.length + 1);
    const byte = dice.below(4) === 0 ? dice.below(256) : dice.oneOf(grammarBytes);
    switch (dice.below(4)) {
      case 0:
        bytes.splice(at, 1);
        break;
      case 1:
        bytes.splice(at, 0, byte);
        break;
      case 2:
        bytes.splice(at, 1, byte);
        break;
      default:
        bytes.length = at;
    }
  }
  return Uint8Array.from(bytes);
}

/** A dotted path of one to three keys. */
export function randomPath(dice: Dice): string {
  return randomList(dice, 1, 3, () => dice.oneOf(keys)).join(".");
}

/** Between `least` and `most` things. */
export function randomList<T>(dice: Dice, least: number, most: number, make: () => T): T[] {
  return Array.from({ length: least + dice.below(most - least + 1) }, make);
}

const grammarBytes = [...Buffer.from('{}[]:,"\\ \n0123456789.-+eEtruefalsnudb<\0')];

const numbers = [
  ...["0", "-0", "-0.0", "7", "-12.50", "1.0", "1E3", "1e+3", "1e-10", "1e400", "0.1"],
  ...["12345678901234567890", "0.1000000000000000055511151231257827", "9007199254740993"],
];

const blanks = ["", "", "", " ", "\n", "\t", "\r\n", "  "];

// Valid, overlong, surrogates, cut off, out of range.
const sequences = [
  ...["c3a9", "e4b8ad", "e280a8", "e280a9", "e280a7", "f09f9880", "efbfbd", "efbbbf", "7f"],
  ...["ff", "c0af", "eda080", "e28022".slice(0, 4), "f4908080", "f09f98", "80", "e0809f", "c3"],
].map((hex) => Buffer.from(hex, "hex"));

function valueText(dice: Dice, depth: number): Buffer {
  const choice = dice.below(depth > 3 ? 4 : 7);
  if (choice <= 1) return Buffer.from(dice.oneOf(numbers));
  if (choice === 2) return Buffer.from(dice.oneOf(["true", "false", "null"]));
  if (choice === 3) return stringText(dice);
  return choice <= 5 ? objectText(dice, depth + 1) : arrayText(dice, depth + 1);
}

function objectText(dice: Dice, depth: number): Buffer {
  // Now and then more members than an insertion sort is good for.
  const most = dice.below(60) === 0 ? 60 : 5;
  const members = randomList(dice, 0, most, () => [
    blank(dice),
    keyText(dice),
    blank(dice),
    Buffer.from(":"),
    blank(dice),
    valueText(dice, depth),
    blank(dice),
  ]);
  return enclose(
    dice,
    "{}",
    members.map((parts) => Buffer.concat(parts)),
  );
}

function arrayText(dice: Dice, depth: number): Buffer {
  const items = randomList(dice, 0, 4, () => [blank(dice), valueText(dice, depth), blank(dice)]);
  return enclose(
    dice,
    "[]",
    items.map((parts) => Buffer.concat(parts)),
  );
}

function enclose(dice: Dice, brackets: string, parts: Buffer[]): Buffer {
  const inside = parts.flatMap((part, index) => (index === 0 ? [part] : [Buffer.from(","), part]));
  const open = Buffer.from(brackets.charAt(0));
  const close = Buffer.from(brackets.charAt(1));
  return Buffer.concat([
    open,
    parts.length === 0 ? blank(dice) : open.subarray(1),
    ...inside,
    close,
  ]);
}

function keyText(dice: Dice): Buffer {
  const key = dice.oneOf(keys);
  if (dice.below(12) === 0) return stringText(dice);
  const characters = [...JSON.stringify(key).slice(1, -1)].join("");
  const text = dice.below(6) === 0 && key !== "" ? escapeAll(key) : characters;
  return Buffer.from(`"${text}"`);
}

function stringText(dice: Dice): Buffer {
  const parts = randomList(dice, 0, dice.below(8) === 0 ? 40 : 5, () => stringPart(dice));
  return Buffer.concat([Buffer.from('"'), ...parts, Buffer.from('"')]);
}

function stringPart(dice: Dice): Buffer {
  switch (dice.below(6)) {
    case 0:
      return dice.oneOf(sequences);
    case 1:
      return Buffer.from(dice.oneOf(['\\"', "\\\\", "\\/", "\\b", "\\f", "\\n", "\\r", "\\t"]));
    case 2:
      return Buffer.from(`\\u${dice.oneOf(units)}`);
    case 3:
      return Buffer.from(dice.oneOf(["<", ">", "&", "'", " ", "/", "plain text of some length"]));
    default:
      return Buffer.from(dice.oneOf(["a", "b", "word", "Zoë"]));
  }
}

const units = [
  ...["0041", "003c", "003C", "003e", "0026", "2028", "2029", "0000", "001f", "001F", "0008"],
  ...[
    "000a",
    "0022",
    "005c",
    "007f",
    "00e9",
    "ffff",
    "fffd",
    "d83d",
    "de00",
    "d83d\\ude00",
    "d800",
  ],
  ...["dc00", "d83d\\u0041", "D83D\\uDE00"],
];

function escapeAll(text: string): string {
  const escaped = Array.from({ length: text.length }, (_, index) => text.charCodeAt(index));
  return escaped.map((unit) => `\\u${unit.toString(16).padStart(4, "0")}`).join("");
}

function blank(dice: Dice): Buffer {
  return Buffer.from(dice.oneOf(blanks));
}
