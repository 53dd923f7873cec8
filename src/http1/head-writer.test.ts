import { describe, expect, test } from "bun:test";
import {
  chunkHeader,
  encodeChunk,
  LAST_CHUNK,
  preparedLines,
  prepareHeaders,
  statusLine,
  writeLatin1,
} from "./head-writer.ts";

describe("a prepared list", () => {
  test("has its lines at hand, in their order and spelling", () => {
    const list = prepareHeaders(["X-a", "1", "x-A", "", "B", "\xe9"]);

    expect(preparedLines(list)).toBe("X-a: 1\r\nx-A: \r\nB: \xe9\r\n");
  });

  test("is known as the same object, not by its content", () => {
    prepareHeaders(["A", "1"]);

    expect(preparedLines(["A", "1"])).toBeUndefined();
  });
});

test.each([
  [200, 1, "HTTP/1.1 200 OK\r\n"],
  [404, 0, "HTTP/1.0 404 Not Found\r\n"],
  [413, 1, "HTTP/1.1 413 Request Entity Too Large\r\n"],
  [599, 1, "HTTP/1.1 599 status code 599\r\n"],
  [999, 1, "HTTP/1.1 999 status code 999\r\n"],
] as const)("the status line of %p in HTTP/1.%p is Go's", (status, minorVersion, line) => {
  expect(statusLine(status, minorVersion)).toBe(line);
});

describe("a chunk (RFC 9112 section 7.1)", () => {
  test("has its length in hexadecimal", () => {
    expect(chunkHeader(255)).toBe("ff\r\n");
  });

  test("is written with its header and its end", () => {
    const bytes = Buffer.alloc(30);

    const end = encodeChunk(bytes, 1, Buffer.from("0123456789abcdef"));

    expect(bytes.toString("latin1", 1, end)).toBe("10\r\n0123456789abcdef\r\n");
  });

  test("that fits exactly is written, one that does not gives -1", () => {
    const content = Buffer.from("abc");

    expect(encodeChunk(Buffer.alloc(8), 0, content)).toBe(8);
    expect(encodeChunk(Buffer.alloc(7), 0, content)).toBe(-1);
  });

  test("without content is not written, since it would end the body", () => {
    const bytes = Buffer.alloc(30);

    expect(encodeChunk(bytes, 4, Buffer.alloc(0))).toBe(4);
    expect(bytes.every((byte) => byte === 0)).toBe(true);
  });

  test("the last one ends the body and its trailers", () => {
    expect(LAST_CHUNK.toString()).toBe("0\r\n\r\n");
  });
});

test("text is written one byte per character or not at all", () => {
  const bytes = Buffer.alloc(3);

  expect(writeLatin1(bytes, 1, "\xe9a")).toBe(3);
  expect([...bytes]).toEqual([0, 0xe9, 0x61]);
  expect(writeLatin1(bytes, 2, "ab")).toBe(-1);
});
