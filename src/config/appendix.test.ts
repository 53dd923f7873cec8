import { expect, test } from "bun:test";
import { createHash } from "node:crypto";
import { type Appendix, readAppendix, renderAppendix } from "./appendix.ts";

const text = Buffer.from('{ "version": 3, "name": "é" }\n');
const source = { text, name: "krakend.json", format: "json" } as const;

function read(bytes: Uint8Array): Appendix {
  return readAppendix({
    length: bytes.length,
    read: (position, length) => bytes.subarray(position, position + length),
  });
}

function reasonOf(bytes: Uint8Array): string {
  const appendix = read(bytes);
  return appendix.kind === "damaged" ? appendix.reason : appendix.kind;
}

test.each(["json", "yaml", "toml"] as const)("a %s text comes back as it was", (format) => {
  const appendix = read(renderAppendix({ ...source, format }).bytes);

  const sha256 = createHash("sha256").update(text).digest("hex");
  expect(appendix).toEqual({ kind: "configuration", source: { ...source, format }, sha256 });
});

test("an empty text and a name beyond ASCII come back as they were", () => {
  const odd = { text: Buffer.alloc(0), name: "größe ☕.json", format: "json" } as const;

  expect(read(renderAppendix(odd).bytes)).toMatchObject({ kind: "configuration", source: odd });
});

test("no bytes are no configuration", () => {
  expect(read(new Uint8Array(0))).toEqual({ kind: "none" });
});

test("a program that lacks its end is damaged", () => {
  const appendix = readAppendix({ length: -12, read: () => new Uint8Array(0) });

  expect(appendix).toMatchObject({
    kind: "damaged",
    reason: "the program itself lacks its last 12 bytes",
  });
});

test("whatever is cut off at the end, the rest is refused", () => {
  const whole = renderAppendix(source).bytes;

  for (let length = 1; length < whole.length; length++) {
    expect(read(whole.subarray(0, length)).kind).toBe("damaged");
  }
});

test("whatever is cut off at the beginning, the rest is refused", () => {
  const whole = renderAppendix(source).bytes;

  for (let from = 1; from < whole.length; from++) {
    expect(read(whole.subarray(from)).kind).toBe("damaged");
  }
});

test("whichever bit is turned, the result is refused", () => {
  const whole = renderAppendix(source).bytes;

  for (let bit = 0; bit < whole.length * 8; bit++) {
    const altered = Buffer.from(whole);
    altered[bit >> 3]! ^= 1 << (bit & 7);
    expect(read(altered).kind).toBe("damaged");
  }
});

test("only the footer is read of bytes that are not ours, however many there are", () => {
  const reads: number[] = [];
  readAppendix({
    length: 2 ** 40,
    read: (_, length) => {
      reads.push(length);
      return new Uint8Array(length);
    },
  });

  expect(reads).toEqual([96]);
});

/** From the end of the bytes, as in every version of the form. */
const FROM_END = { version: 16, nameLength: 24, configurationLength: 32, check: 64, digest: 96 };

test.each([
  ["the text", (bytes: Buffer) => bytes.fill("x", 2, 3), /^its text was altered/],
  [
    "the name",
    (bytes: Buffer) => bytes.fill("x", text.length, text.length + 1),
    /^its description/,
  ],
  ["the version", set(FROM_END.version, 2), /^it has form 2, and this gw reads form 1$/],
  ["the name's length", set(FROM_END.nameLength, 13), /^it should have \d+ bytes and has \d+/],
  ["the text's length", set(FROM_END.configurationLength, 1), /^it should have \d+ bytes/],
  ["the check sum", set(FROM_END.check, 1), /^its description was altered$/],
  ["the text's digest", set(FROM_END.digest, 1), /^its description was altered$/],
  ["the magic", set(4, 1), /^the \d+ bytes behind the program are no whole configuration/],
])("the reason says what is wrong when somebody alters %s", (_, alter, reason) => {
  const bytes = Buffer.from(renderAppendix(source).bytes);

  alter(bytes);

  expect(reasonOf(bytes)).toMatch(reason);
});

function set(fromEnd: number, value: number): (bytes: Buffer) => void {
  return (bytes) => void bytes.writeUInt32LE(value, bytes.length - fromEnd);
}
