import { describe, expect, test } from "bun:test";
import {
  chunkHeader,
  encodeChunk,
  LAST_CHUNK,
  statusLine,
  writeLatin1,
  writeRequestHead,
  writeResponseHead,
} from "./head-writer.ts";

function written(bytes: Buffer, end: number): string {
  return bytes.toString("latin1", 0, end);
}

describe("a request head", () => {
  test("has its own framing line and no other", () => {
    const bytes = Buffer.alloc(200);
    const headers = [
      "Host",
      "a.test",
      "content-length",
      "9",
      "Transfer-Encoding",
      "gzip",
      "X",
      "\xe9",
    ];

    const end = writeRequestHead(bytes, 0, {
      method: "POST",
      target: "/x?y",
      headers,
      framing: { kind: "length", length: 3 },
    });

    expect(written(bytes, end)).toBe(
      "POST /x?y HTTP/1.1\r\nHost: a.test\r\nX: \xe9\r\nContent-Length: 3\r\n\r\n",
    );
  });

  test("without a body has no framing line", () => {
    const bytes = Buffer.alloc(200);

    const end = writeRequestHead(bytes, 0, {
      method: "GET",
      target: "/",
      headers: [],
      framing: { kind: "none" },
    });

    expect(written(bytes, end)).toBe("GET / HTTP/1.1\r\n\r\n");
  });
});

describe("a response head", () => {
  const head = {
    status: 200,
    minorVersion: 1,
    headers: ["X", "1", "X", "2"],
    framing: { kind: "chunked" },
    extraLines: "Date: now\r\n",
  } as const;
  const text = "HTTP/1.1 200 OK\r\nX: 1\r\nX: 2\r\nTransfer-Encoding: chunked\r\nDate: now\r\n\r\n";

  test("is written behind what the buffer holds already", () => {
    const bytes = Buffer.from("ab".padEnd(200));

    const end = writeResponseHead(bytes, 2, { ...head, headers: [...head.headers] });

    expect(written(bytes, end)).toBe(`ab${text}`);
  });

  test("that fits exactly is written, one that does not gives -1", () => {
    const outgoing = { ...head, headers: [...head.headers] };

    expect(writeResponseHead(Buffer.alloc(text.length), 0, outgoing)).toBe(text.length);
    expect(writeResponseHead(Buffer.alloc(text.length - 1), 0, outgoing)).toBe(-1);
    expect(writeResponseHead(Buffer.alloc(text.length), 1, outgoing)).toBe(-1);
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
