/** Character classes of HTTP/1.1 as tables by byte: 1 means the byte belongs to the class. */

const ALPHANUMERIC = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";

const TOKEN = tableOf(`${ALPHANUMERIC}!#$%&'*+-.^_\`|~`);
const HOST = tableOf(`${ALPHANUMERIC}-._~!$&'()*+,;=:[]%`);

/** Bytes that no field value may hold: everything below blank but TAB, and DEL (RFC 9110 section 5.5). */
export const CONTROL: Uint8Array = controlTable();

/** True for one or more token characters (RFC 9110 section 5.6.2): a method or a field name. */
export function isToken(text: string): boolean {
  return text.length > 0 && consistsOf(text, TOKEN);
}

/** True when a `Host` value holds only what a reg-name, IP literal and port may hold; empty is valid (RFC 9112 section 3.2). */
export function isHostText(text: string): boolean {
  return consistsOf(text, HOST);
}

/** The offset of the first character from `from` on that belongs to no token, or the text's length. */
export function endOfToken(text: string, from: number): number {
  let at = from;
  while (at < text.length && TOKEN[text.charCodeAt(at)] === 1) at++;
  return at;
}

/** True for the code of `0`-`9`, `A`-`F` or `a`-`f`; `NaN`, as read behind the end of a string, is none. */
export function isHexDigit(code: number): boolean {
  return (code >= 48 && code <= 57) || (code >= 65 && code <= 70) || (code >= 97 && code <= 102);
}

function consistsOf(text: string, table: Uint8Array): boolean {
  for (let i = 0; i < text.length; i++) {
    // A code above 255 reads undefined behind the table's end and is refused as well.
    if (table[text.charCodeAt(i)] !== 1) return false;
  }
  return true;
}

function tableOf(members: string): Uint8Array {
  const table = new Uint8Array(256);
  for (let i = 0; i < members.length; i++) table[members.charCodeAt(i)] = 1;
  return table;
}

function controlTable(): Uint8Array {
  const table = new Uint8Array(256).fill(1, 0, 32);
  table[9] = 0;
  table[127] = 1;
  return table;
}
