import type { Random } from "./random.ts";

const METHODS = ["GET", "POST", "GET", "OPTIONS", "CONNECT", "get", "M-S!", "", "G T", "G(T"];
const TARGETS = [
  "/",
  "/a/b?x=1",
  "/a?b?c#d",
  "//e.test/../x",
  "/%41%2f?%zz",
  "/%zz",
  "/a%2",
  "/\xe9",
  "/a b",
  "*",
  "b.test:443",
  "[::1]:80",
  "http://b.test/x?y",
  "HTTPS://b.test:8",
  "http://u@b.test/",
  "http:///x",
  "http://:1/x",
  "http://[::1]:8x/",
  "http://b.test?q/",
  "http://b.test#f",
  "ftp://b.test/",
  "http:/x",
  "x",
  "",
  `/${"a".repeat(80)}`,
];
const VERSIONS = [
  "HTTP/1.1",
  "HTTP/1.1",
  "HTTP/1.0",
  "HTTP/1.7",
  "HTTP/2.0",
  "HTTP/1.",
  "http/1.1",
];
const STATUSES = ["200 OK", "204 No Content", "304 Not Modified", "100 Continue", "404", "599 "];
const ODD_STATUSES = ["99 X", " 200  a b", "2000", "+20 X", "", "abc", "020 X", "200\tOK"];
const FRAMINGS = [
  "Content-Length: 5",
  "content-length:0",
  "Content-Length: 12",
  "Transfer-Encoding: chunked",
  "Transfer-Encoding: chunked",
  "TRANSFER-ENCODING:\tChunked ",
];
const LINES = [
  "Host: a.test",
  "Connection: close",
  "Connection: keep-alive",
  "Connection: x, Close",
  "Expect: 100-continue",
  "X-Id: 7",
  "x:",
  "Accept: a, b;q=0.1\t",
  "X: \xe9\xff",
];
const ODD_LINES = [
  ...FRAMINGS,
  "Host: b@c",
  "Host:",
  "Content-Length: +5",
  "Content-Length: 5, 5",
  "Content-Length: 9999999999999999",
  "Content-Length : 5",
  "Transfer-Encoding: gzip, chunked",
  "Transfer-Encoding: ",
  "Expect: x",
  "Bad Name: x",
  "no colon",
  ": x",
  " folded",
  "N(: x",
  "\t: x",
];
const SIZES = ["5", "5", "05", "5 ", "5;a=b", "5;", "5\t;x", "5;a b"];
const ODD_SIZES = [
  "",
  "0",
  "g",
  "-5",
  "0x5",
  "5 5",
  "F".repeat(17),
  "4",
  "6",
  `5;${"x".repeat(300)}`,
];
const INTERESTING = "\r\n\r\n\0\x0b\x7f\x80\xff \t:,;%/?#@0159afAFgx";

/** A request with its body and the start of another message behind it: now and then well-formed, often nearly so. */
export function requestText(random: Random): string {
  const line = random.oneIn(8) ? oddRequestLine(random) : `${method(random)} /a HTTP/1.1`;
  const host = random.oneIn(12) ? "" : "Host: a.test\r\n";
  return mutate(`${emptyLines(random)}${line}\r\n${host}${linesAndBody(random)}`, random);
}

/** A response with its body and the start of another message behind it. */
export function responseText(random: Random): string {
  const version = random.oneIn(8) ? random.pick(VERSIONS) : "HTTP/1.1";
  const status = random.oneIn(10) ? random.pick(ODD_STATUSES) : random.pick(STATUSES);
  return mutate(`${version} ${status}\r\n${linesAndBody(random)}`, random);
}

function method(random: Random): string {
  return random.oneIn(2) ? "POST" : "GET";
}

function oddRequestLine(random: Random): string {
  return `${random.pick(METHODS)} ${random.pick(TARGETS)} ${random.pick(VERSIONS)}`;
}

function emptyLines(random: Random): string {
  return random.oneIn(20) ? "\r\n".repeat(random.below(7)) : "";
}

function linesAndBody(random: Random): string {
  let text = "";
  for (let count = random.below(4); count > 0; count--) text += `${headerLine(random)}\r\n`;
  if (random.oneIn(500)) text += `Long: ${"y".repeat(random.below(6000))}\r\n`;
  if (random.oneIn(100)) text += "a: b\r\n".repeat(random.below(14));

  const framing = random.oneIn(3) ? "" : `${random.pick(FRAMINGS)}\r\n`;
  return `${text}${framing}\r\n${body(random)}GET /next HTTP/1.1\r\n`;
}

function headerLine(random: Random): string {
  return random.oneIn(12) ? random.pick(ODD_LINES) : random.pick(LINES);
}

function body(random: Random): string {
  if (random.oneIn(3)) return "abcde".repeat(random.below(4));

  let text = "";
  for (let count = random.below(4); count > 0; count--) text += `${size(random)}\r\nabcde\r\n`;
  const trailers = random.oneIn(4) ? "X-User: admin\r\n" : "";
  return `${text}0\r\n${trailers}\r\n`;
}

function size(random: Random): string {
  return random.oneIn(20) ? random.pick(ODD_SIZES) : random.pick(SIZES);
}

function mutate(text: string, random: Random): string {
  if (random.oneIn(2)) return random.oneIn(6) ? text.slice(0, random.below(text.length + 1)) : text;

  let mutated = text;
  for (let count = 1 + random.below(3); count > 0; count--) mutated = mutateOnce(mutated, random);
  return mutated;
}

function mutateOnce(text: string, random: Random): string {
  const at = random.below(text.length + 1);
  const length = random.below(4);
  const byte = INTERESTING[random.below(INTERESTING.length)]!;
  switch (random.below(4)) {
    case 0:
      return text.slice(0, at) + byte + text.slice(at);
    case 1:
      return text.slice(0, at) + byte + text.slice(at + 1);
    case 2:
      return text.slice(0, at) + text.slice(at + length);
    default:
      return text.slice(0, at + length) + text.slice(at);
  }
}
