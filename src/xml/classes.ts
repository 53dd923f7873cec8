/** Of `textClasses`: stands for itself, in XML and as JSON. */
export const ordinary = 0;

/** What a byte means in a text: anything but `ordinary` needs a closer look. */
export const textClasses: Uint8Array = buildTextClasses();

/** Of `nameClasses`: may stand in a name, but not at its start. */
export const nameByte = 1;
/** Of `nameClasses`: may start a name; the colon among them. */
export const nameStart = 2;
/** Of `nameClasses`: part of a character beyond ASCII. */
export const nameHigh = 3;

/** What a byte may be in a name; 0: none of it. */
export const nameClasses: Uint8Array = buildNameClasses();

/** Whether XML 1.0 lets the character beyond ASCII stand in a name. */
export function isNameCharacter(codePoint: number, isFirst: boolean): boolean {
  if (!isFirst && isFollower(codePoint)) return true;
  for (let index = 0; index < startRanges.length; index += 2) {
    if (codePoint < startRanges[index]!) return false;
    if (codePoint <= startRanges[index + 1]!) return true;
  }
  return false;
}

const startRanges = [
  0xc0, 0xd6, 0xd8, 0xf6, 0xf8, 0x2ff, 0x370, 0x37d, 0x37f, 0x1fff, 0x200c, 0x200d, 0x2070, 0x218f,
  0x2c00, 0x2fef, 0x3001, 0xd7ff, 0xf900, 0xfdcf, 0xfdf0, 0xfffd, 0x10000, 0xeffff,
];

function isFollower(codePoint: number): boolean {
  return (
    codePoint === 0xb7 ||
    (codePoint >= 0x300 && codePoint <= 0x36f) ||
    codePoint === 0x203f ||
    codePoint === 0x2040
  );
}

function buildTextClasses(): Uint8Array {
  const classes = new Uint8Array(256);
  classes.fill(1, 0, 0x20);
  classes.fill(1, 0x80);
  for (const character of "<>&]\"'\\") classes[character.charCodeAt(0)] = 1;
  return classes;
}

function buildNameClasses(): Uint8Array {
  const classes = new Uint8Array(256);
  classes.fill(nameHigh, 0x80);
  for (let byte = 0x61; byte <= 0x7a; byte++) {
    classes[byte] = nameStart;
    classes[byte - 0x20] = nameStart;
  }
  for (const character of "_:") classes[character.charCodeAt(0)] = nameStart;
  for (const character of "-.0123456789") classes[character.charCodeAt(0)] = nameByte;
  return classes;
}
