import { describe, expect, test } from "bun:test";
import { BodyDecoder } from "./body-decoder.ts";
import type { BodyFraming } from "./body-framing.ts";

const chunked: BodyFraming = { kind: "chunked" };

interface Decoded {
  body: string;
  consumed: number;
  isDone: boolean;
  error: string | undefined;
}

function decode(framing: BodyFraming, text: string, pieceBytes = text.length): Decoded {
  const decoder = new BodyDecoder(framing);
  const bytes = Buffer.from(text, "latin1");
  let body = "";
  let consumed = 0;
  for (let to = pieceBytes; consumed === to - pieceBytes && to <= bytes.length; to += pieceBytes) {
    consumed = decoder.decode(bytes, consumed, to, (chunk) => {
      body += chunk.toString("latin1");
    });
  }
  return { body, consumed, isDone: decoder.isDone, error: decoder.error };
}

describe("a body of known length (RFC 9112 section 6.2)", () => {
  test("ends after that many bytes and leaves the next message alone", () => {
    const result = decode({ kind: "length", length: 3 }, "abcGET / HTTP/1.1");

    expect(result).toEqual({ body: "abc", consumed: 3, isDone: true, error: undefined });
  });

  test("goes on over several pieces", () => {
    const result = decode({ kind: "length", length: 5 }, "abcde", 1);

    expect(result).toEqual({ body: "abcde", consumed: 5, isDone: true, error: undefined });
  });

  test("of nothing is done at once and takes nothing", () => {
    const result = decode({ kind: "length", length: 0 }, "GET");

    expect(result).toEqual({ body: "", consumed: 0, isDone: true, error: undefined });
  });

  test("is cut short when the peer closes", () => {
    const decoder = new BodyDecoder({ kind: "length", length: 3 });
    decoder.decode(Buffer.from("ab"), 0, 2, () => {});

    expect(decoder.endOfInput()).toBe(false);
    expect(decoder.isDone).toBe(false);
  });

  test("is handed out without a copy", () => {
    const bytes = Buffer.from("xabcx");
    let chunk: Buffer | undefined;

    new BodyDecoder({ kind: "length", length: 3 }).decode(bytes, 1, 5, (view) => {
      chunk = view;
    });
    bytes[1] = 0x7a;

    expect(chunk?.toString()).toBe("zbc");
  });
});

describe("other framings", () => {
  test("no body takes nothing", () => {
    const result = decode({ kind: "none" }, "GET");

    expect(result).toEqual({ body: "", consumed: 0, isDone: true, error: undefined });
  });

  test("a body until close takes everything and ends with the connection (RFC 9112 section 6.3)", () => {
    const decoder = new BodyDecoder({ kind: "close" });
    const bytes = Buffer.from("abc");

    const end = decoder.decode(bytes, 0, 3, () => {});

    expect(end).toBe(3);
    expect(decoder.isDone).toBe(false);
    expect(decoder.endOfInput()).toBe(true);
    expect(decoder.isDone).toBe(true);
  });

  test("a decoder begins again after a reset", () => {
    const decoder = new BodyDecoder(chunked);
    decoder.decode(Buffer.from("zz"), 0, 2, () => {});
    expect(decoder.error).toBeDefined();

    decoder.reset({ kind: "length", length: 2 });
    const end = decoder.decode(Buffer.from("abc"), 0, 3, () => {});

    expect(end).toBe(2);
    expect(decoder.isDone).toBe(true);
    expect(decoder.error).toBeUndefined();
  });
});

describe("a chunked body (RFC 9112 section 7.1)", () => {
  test.each([
    ["3\r\nabc\r\n0\r\n\r\n", "abc"],
    ["0\r\n\r\n", ""],
    ["1\r\na\r\n00A\r\n0123456789\r\na\r\nabcdefghij\r\n0\r\n\r\n", "a0123456789abcdefghij"],
    ["3;name=value\r\nabc\r\n0;x\r\n\r\n", "abc"],
    ['3;n="a;b"\t\r\nabc\r\n0\r\n\r\n', "abc"],
    ["3 \t\r\nabc\r\n0\r\n\r\n", "abc"],
    ["3 ;x\r\nabc\r\n0\r\n\r\n", "abc"],
    ["2\r\n\r\n\r\n0\r\n\r\n", "\r\n"],
    ["5\r\n0\r\n\r\n\r\n0\r\n\r\n", "0\r\n\r\n"],
  ])("%j holds %j, however it is cut", (text, body) => {
    const expected = { body, consumed: text.length, isDone: true, error: undefined };

    expect(decode(chunked, text)).toEqual(expected);
    expect(decode(chunked, text, 1)).toEqual(expected);
  });

  test("leaves the next message alone", () => {
    const text = "3\r\nabc\r\n0\r\n\r\n";

    const result = decode(chunked, `${text}GET / HTTP/1.1`);

    expect(result.consumed).toBe(text.length);
  });

  test("drops its trailers (RFC 9112 section 7.1.2)", () => {
    const text = "1\r\na\r\n0\r\nX-User: admin\r\nY: z\r\n\r\n";

    const result = decode(chunked, text);

    expect(result).toEqual({ body: "a", consumed: text.length, isDone: true, error: undefined });
  });

  test.each([
    ["\r\n", "empty hex number for chunk length"],
    ["g\r\n", "invalid byte in chunk length"],
    ["-1\r\n", "invalid byte in chunk length"],
    ["+1\r\n", "invalid byte in chunk length"],
    ["0x1\r\n", "invalid byte in chunk length"],
    [" 1\r\n", "invalid byte in chunk length"],
    ["1 1\r\n", "invalid byte in chunk length"],
    ["1_0\r\n", "invalid byte in chunk length"],
    ["1,\r\n", "invalid byte in chunk length"],
    ["1\n", "invalid byte in chunk length"],
    ["1\r1", "malformed chunked encoding"],
    ["1;a\nb\r\n", "malformed chunked encoding"],
    ["1;a\r\r\n", "malformed chunked encoding"],
    ["1;\0\r\n", "malformed chunked encoding"],
    ["1\r\nab", "malformed chunked encoding"],
    ["1\r\na\n", "malformed chunked encoding"],
    ["1\r\na\rb", "malformed chunked encoding"],
    ["0\r\n\n", "malformed chunked encoding"],
    ["0\r\n\rx", "malformed chunked encoding"],
    ["0\r\nX: y\n\r\n", "malformed chunked encoding"],
    ["0\r\nX: \0\r\n\r\n", "malformed chunked encoding"],
    ["FFFFFFFFFFFFFFFFF\r\n", "http chunk length too large"],
    ["0000000000000001\r\n", "http chunk length too large"],
    ["7fffffffffffff\r\n", "http chunk length too large"],
  ])("refuses %j, however it is cut", (text, error) => {
    expect(decode(chunked, text)).toMatchObject({ isDone: false, error });
    expect(decode(chunked, text, 1)).toMatchObject({ isDone: false, error });
  });

  test("takes an extension of 256 bytes a line and not one more (RFC 9112 section 7.1.1)", () => {
    const withExtension = (byteLength: number) =>
      `1;${"x".repeat(byteLength - 1)}\r\na\r\n0\r\n\r\n`;

    expect(decode(chunked, withExtension(256))).toMatchObject({ isDone: true });
    expect(decode(chunked, withExtension(257))).toMatchObject({ error: "header line too long" });
  });

  test("takes 8 KiB of trailers and not more", () => {
    const withTrailer = (byteLength: number) => `0\r\nX: ${"x".repeat(byteLength - 3)}\r\n\r\n`;

    expect(decode(chunked, withTrailer(8000))).toMatchObject({ isDone: true });
    expect(decode(chunked, withTrailer(8300))).toMatchObject({
      error: "http: suspiciously long trailer after chunked body",
    });
  });

  test("refuses a body of tiny chunks with long extensions", () => {
    const text = `1;${"x".repeat(200)}\r\na\r\n`.repeat(200);

    expect(decode(chunked, text).error).toBe("chunked encoding contains too much non-data");
  });

  test("takes any number of tiny chunks without extensions", () => {
    const text = `${"1\r\na\r\n".repeat(50_000)}0\r\n\r\n`;

    expect(decode(chunked, text)).toMatchObject({ isDone: true, error: undefined });
  });

  test("counts an extension for its own chunk only", () => {
    const text = `1;${"x".repeat(200)}\r\na\r\n${"1\r\na\r\n".repeat(1000)}0\r\n\r\n`;

    expect(decode(chunked, text)).toMatchObject({ isDone: true, error: undefined });
  });

  test("stays broken and hands out nothing more", () => {
    const decoder = new BodyDecoder(chunked);
    const chunks: string[] = [];
    decoder.decode(Buffer.from("1\r\na!"), 0, 5, (chunk) => chunks.push(String(chunk)));

    const end = decoder.decode(Buffer.from("1\r\nb\r\n"), 0, 6, (chunk) =>
      chunks.push(String(chunk)),
    );

    expect(end).toBe(0);
    expect(chunks).toEqual(["a"]);
    expect(decoder.error).toBe("malformed chunked encoding");
    expect(decoder.endOfInput()).toBe(false);
  });

  test("is cut short when the peer closes before the last chunk", () => {
    const decoder = new BodyDecoder(chunked);
    decoder.decode(Buffer.from("1\r\na\r\n"), 0, 6, () => {});

    expect(decoder.endOfInput()).toBe(false);
  });
});
