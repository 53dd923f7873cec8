import { expect, test } from "bun:test";
import { sniffContentType } from "./sniff.ts";

const html = "text/html; charset=utf-8";
const text = "text/plain; charset=utf-8";
const binary = "application/octet-stream";

test.each([
  ["", text],
  ['{"a":1}', text],
  ["plain words", text],
  ["héllo", text],
  ["with escape \x1b[31m", text],
  ["<html><body>", html],
  ["  \r\n\t<!DoCtYpE hTmL>", html],
  ["<p class=a>", html],
  ["<!-- note", html],
  ["<a>", html],
  ["<h1>", html],
  ["<abbr>", text],
  ["<html", text],
  ["<`tml>", text],
  ["<?xml version='1.0'?>", "text/xml; charset=utf-8"],
  [" \n<?xml version='1.0'?>", "text/xml; charset=utf-8"],
  ["<?XML version='1.0'?>", text],
  ["%PDF-1.7", "application/pdf"],
  [" %PDF-1.7", text],
  ["%!PS-Adobe-3", "application/postscript"],
  ["\xfe\xff\x00a", "text/plain; charset=utf-16be"],
  ["\xff\xfea\x00", "text/plain; charset=utf-16le"],
  ["\xef\xbb\xbf\x00", text],
  ["\x00\x00\x01\x00", "image/x-icon"],
  ["BM\x00", "image/bmp"],
  ["GIF87a..", "image/gif"],
  ["GIF89a..", "image/gif"],
  ["RIFF\x01\x02\x03\x04WEBPVP8", "image/webp"],
  ["\x89PNG\r\n\x1a\n\x00", "image/png"],
  ["\xff\xd8\xff\xe0", "image/jpeg"],
  ["FORM\x00\x00\x00\x01AIFF", "audio/aiff"],
  ["ID3\x03", "audio/mpeg"],
  ["OggS\x00", "application/ogg"],
  ["MThd\x00\x00\x00\x06", "audio/midi"],
  ["RIFF\x01\x02\x03\x04AVI ", "video/avi"],
  ["RIFF\x01\x02\x03\x04WAVE", "audio/wave"],
  ["\x00\x00\x00\x18ftypmp42\x00\x00\x00\x00isommp42", "video/mp4"],
  ["\x00\x00\x00\x18ftypisom\x00\x00\x00\x00isommp41", "video/mp4"],
  ["\x00\x00\x00\x10ftypisommp42", binary],
  ["\x00\x00\x00\x17ftypmp42\x00\x00\x00\x00isommp42", binary],
  ["\x00\x00\x01\x04ftypmp42", binary],
  ["\x1a\x45\xdf\xa3", "video/webm"],
  [`${"\x00".repeat(34)}LP`, "application/vnd.ms-fontobject"],
  ["\x00\x01\x00\x00", "font/ttf"],
  ["OTTO\x00", "font/otf"],
  ["ttcf\x00", "font/collection"],
  ["wOFF\x00", "font/woff"],
  ["wOF2\x00", "font/woff2"],
  ["\x1f\x8b\x08", "application/x-gzip"],
  ["PK\x03\x04", "application/zip"],
  ["Rar!\x1a\x07\x00", "application/x-rar-compressed"],
  ["Rar!\x1a\x07\x01\x00", "application/x-rar-compressed"],
  ["\x00asm\x01", "application/wasm"],
  ["\x00\x01\x02", binary],
  ["text with \x00", binary],
  ["text with \x0b", binary],
])("guesses the type of %j", (body, type) => {
  const bytes = Buffer.from(body, "latin1");

  const guess = sniffContentType(bytes);

  expect(guess).toBe(type);
});

test("looks at the first 512 bytes only", () => {
  const bytes = Buffer.from(`${"a".repeat(512)}\0`, "latin1");

  const guess = sniffContentType(bytes);

  expect(guess).toBe(text);
});
