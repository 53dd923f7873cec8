/** Only this much of a body is looked at. */
const SNIFFED_BYTES = 512;

/**
 * The media type that Go's server guesses from a body's first bytes (the MIME sniffing standard of the WHATWG).
 * JSON is `text/plain; charset=utf-8`, and so is nothing at all; what nothing fits is `application/octet-stream`.
 */
export function sniffContentType(bytes: Buffer): string {
  const head = bytes.subarray(0, SNIFFED_BYTES);
  const start = firstNonBlank(head);
  if (head[start] === LESS_THAN) {
    if (HTML_STARTS.some((tag) => startsWithTag(head, start, tag)))
      return "text/html; charset=utf-8";
    if (startsWith(head, start, "<?xml")) return "text/xml; charset=utf-8";
  }
  const media = typeBySignature(head, MEDIA_SIGNATURES);
  if (media !== undefined) return media;
  if (isMp4(head)) return "video/mp4";

  const fallback = isText(head, start) ? "text/plain; charset=utf-8" : "application/octet-stream";
  return typeBySignature(head, OTHER_SIGNATURES) ?? fallback;
}

const LESS_THAN = 60;

/** Upper case; letters match in either case, and a blank or `>` must follow. */
const HTML_STARTS = [
  "<!DOCTYPE HTML",
  "<HTML",
  "<HEAD",
  "<SCRIPT",
  "<IFRAME",
  "<H1",
  "<DIV",
  "<FONT",
  "<TABLE",
  "<A",
  "<STYLE",
  "<TITLE",
  "<B",
  "<BODY",
  "<BR",
  "<P",
  "<!--",
];

/** Stands for any byte in a pattern; no signature holds a real one. */
const ANY = "\u0100";
const RIFF = `RIFF${ANY.repeat(4)}`;

/** A pattern has one byte per character. */
interface Signature {
  readonly pattern: string;
  readonly type: string;
}

/** In the order in which they are tried. */
const MEDIA_SIGNATURES: readonly Signature[] = [
  { pattern: "%PDF-", type: "application/pdf" },
  { pattern: "%!PS-Adobe-", type: "application/postscript" },
  { pattern: `\xfe\xff${ANY}${ANY}`, type: "text/plain; charset=utf-16be" },
  { pattern: `\xff\xfe${ANY}${ANY}`, type: "text/plain; charset=utf-16le" },
  { pattern: `\xef\xbb\xbf${ANY}`, type: "text/plain; charset=utf-8" },
  { pattern: "\0\0\x01\0", type: "image/x-icon" },
  { pattern: "\0\0\x02\0", type: "image/x-icon" },
  { pattern: "BM", type: "image/bmp" },
  { pattern: "GIF87a", type: "image/gif" },
  { pattern: "GIF89a", type: "image/gif" },
  { pattern: `${RIFF}WEBPVP`, type: "image/webp" },
  { pattern: "\x89PNG\r\n\x1a\n", type: "image/png" },
  { pattern: "\xff\xd8\xff", type: "image/jpeg" },
  { pattern: `FORM${ANY.repeat(4)}AIFF`, type: "audio/aiff" },
  { pattern: "ID3", type: "audio/mpeg" },
  { pattern: "OggS\0", type: "application/ogg" },
  { pattern: "MThd\0\0\0\x06", type: "audio/midi" },
  { pattern: `${RIFF}AVI `, type: "video/avi" },
  { pattern: `${RIFF}WAVE`, type: "audio/wave" },
];

/** What is tried behind MP4. */
const OTHER_SIGNATURES: readonly Signature[] = [
  { pattern: "\x1a\x45\xdf\xa3", type: "video/webm" },
  { pattern: `${ANY.repeat(34)}LP`, type: "application/vnd.ms-fontobject" },
  { pattern: "\0\x01\0\0", type: "font/ttf" },
  { pattern: "OTTO", type: "font/otf" },
  { pattern: "ttcf", type: "font/collection" },
  { pattern: "wOFF", type: "font/woff" },
  { pattern: "wOF2", type: "font/woff2" },
  { pattern: "\x1f\x8b\x08", type: "application/x-gzip" },
  { pattern: "PK\x03\x04", type: "application/zip" },
  { pattern: "Rar!\x1a\x07\0", type: "application/x-rar-compressed" },
  { pattern: "Rar!\x1a\x07\x01\0", type: "application/x-rar-compressed" },
  { pattern: "\0asm", type: "application/wasm" },
];

function firstNonBlank(bytes: Buffer): number {
  let at = 0;
  while (at < bytes.length && isBlank(bytes[at]!)) at++;
  return at;
}

/** TAB, LF, FF, CR and blank. */
function isBlank(byte: number): boolean {
  return byte === 32 || byte === 9 || byte === 10 || byte === 12 || byte === 13;
}

function typeBySignature(bytes: Buffer, signatures: readonly Signature[]): string | undefined {
  return signatures.find(({ pattern }) => startsWith(bytes, 0, pattern))?.type;
}

function startsWithTag(bytes: Buffer, from: number, tag: string): boolean {
  for (let i = 0; i < tag.length; i++) {
    const wanted = tag.charCodeAt(i);
    const byte = bytes[from + i];
    if (byte !== wanted && !(isUpper(wanted) && byte === wanted + 32)) return false;
  }
  const next = bytes[from + tag.length];
  return next === 32 || next === 62;
}

function isUpper(code: number): boolean {
  return code >= 65 && code <= 90;
}

function startsWith(bytes: Buffer, from: number, pattern: string): boolean {
  if (bytes.length - from < pattern.length) return false;

  for (let i = 0; i < pattern.length; i++) {
    if (pattern[i] !== ANY && pattern.charCodeAt(i) !== bytes[from + i]) return false;
  }
  return true;
}

/** An `ftyp` box that fits into what is at hand and names an `mp4` brand, its minor version aside. */
function isMp4(bytes: Buffer): boolean {
  if (bytes.length < 12 || !startsWith(bytes, 4, "ftyp")) return false;

  const boxBytes = bytes.readUInt32BE(0);
  if (boxBytes % 4 !== 0 || bytes.length < boxBytes) return false;

  for (let at = 8; at < boxBytes; at += 4) {
    if (at !== 12 && startsWith(bytes, at, "mp4")) return true;
  }
  return false;
}

/** No control characters but TAB, LF, FF, CR and ESC. */
function isText(bytes: Buffer, from: number): boolean {
  for (let i = from; i < bytes.length; i++) {
    const byte = bytes[i]!;
    if (byte < 32 && !isBlank(byte) && byte !== 27) return false;
  }
  return true;
}
