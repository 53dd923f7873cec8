/**
 * Counts the segments `.` and `..` of a path, `%2e` forms included, since servers resolve them
 * after decoding (RFC 3986 section 6.2.2.3). A backslash and the escapes of both slashes part
 * segments too: many servers take them for slashes. What follows a semicolon or a NUL does not
 * count: there are servers that cut it off first.
 */
export function countDotSegments(path: string): number {
  // Nearly every path ends here: two native searches.
  if (!path.includes(".") && !path.includes("%2")) return 0;

  let count = 0;
  let dots = 0;
  let isDots = true;
  for (let at = 0; at <= path.length; ) {
    const kind = kindAt(path, at);
    if (kind === SEPARATOR) {
      if (isDots && (dots === 1 || dots === 2)) count++;
      dots = 0;
      isDots = true;
    } else if (kind === DOT) {
      dots++;
    } else if (kind === CUT) {
      if (isDots && (dots === 1 || dots === 2)) count++;
      isDots = false;
    } else {
      isDots = false;
    }
    at += kind === OTHER || path.charCodeAt(at) !== PERCENT ? 1 : 3;
  }
  return count;
}

const OTHER = 0;
const DOT = 1;
const SEPARATOR = 2;
const CUT = 3;
const PERCENT = 0x25;

/** What stands at `at`; the end of the path parts segments like a slash. */
function kindAt(path: string, at: number): number {
  switch (path.charCodeAt(at)) {
    case 0x2e:
      return DOT;
    case 0x2f:
    case 0x5c:
      return SEPARATOR;
    case 0x3b:
    case 0x00:
      return CUT;
    case PERCENT:
      return escapedKind(path.charCodeAt(at + 1), path.charCodeAt(at + 2) | 0x20);
    default:
      return at === path.length ? SEPARATOR : OTHER;
  }
}

/** `%2e`, `%2f`, `%5c`, `%3b` and `%00`, by their two digits, the second in lower case. */
function escapedKind(first: number, second: number): number {
  if (first === 0x32 && second === 0x65) return DOT;
  if (first === 0x32 && second === 0x66) return SEPARATOR;
  if (first === 0x35 && second === 0x63) return SEPARATOR;
  const isSemicolon = first === 0x33 && second === 0x62;
  // The bit that makes letters small turns the digit 0 into itself.
  const isNul = first === 0x30 && second === 0x30;
  return isSemicolon || isNul ? CUT : OTHER;
}
