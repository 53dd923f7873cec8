/** What a byte means inside a JSON string; the index of `byteClasses` gives one of these. */
export const plainByte = 0;
/** The closing quote. */
export const quoteByte = 1;
/** A backslash. */
export const escapeByte = 2;
/** `<`, `>`, `&`: legal in a string, but written as `\u003c` and so on by Go's encoder. */
export const htmlByte = 3;
/** Below 0x20: illegal in a string. */
export const controlByte = 4;
/** 0x80 and above: part of a UTF-8 sequence, or broken. */
export const highByte = 5;

/** The class of each of the 256 bytes. */
export const byteClasses: Uint8Array = buildByteClasses();

/** The values of hexadecimal digits, 255 for every other byte. */
export const hexValues: Uint8Array = buildHexValues();

function buildByteClasses(): Uint8Array {
  const classes = new Uint8Array(256);
  classes.fill(controlByte, 0, 0x20);
  classes.fill(highByte, 0x80);
  classes[0x22] = quoteByte;
  classes[0x5c] = escapeByte;
  for (const character of "<>&") classes[character.charCodeAt(0)] = htmlByte;
  return classes;
}

function buildHexValues(): Uint8Array {
  const values = new Uint8Array(256).fill(255);
  const digits = "0123456789abcdef";
  for (let value = 0; value < 16; value++) {
    values[digits.charCodeAt(value)] = value;
    values[digits.toUpperCase().charCodeAt(value)] = value;
  }
  return values;
}
