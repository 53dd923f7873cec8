import { expect, test } from "bun:test";
import { InputBuffer } from "./input-buffer.ts";

test("holds a single piece without copying it", () => {
  const buffer = new InputBuffer();
  const piece = Buffer.from("abc");

  buffer.append(piece);

  expect(buffer.view()).toBe(piece);
});

test("puts pieces together in their order", () => {
  const buffer = new InputBuffer();

  for (const piece of ["ab", "c", "", "defgh", "i"]) buffer.append(Buffer.from(piece));

  expect(buffer.view().toString()).toBe("abcdefghi");
  expect(buffer.length).toBe(9);
});

test("does not write into a piece that it was given", () => {
  const buffer = new InputBuffer();
  const backing = Buffer.from("abXX");

  buffer.append(backing.subarray(0, 2));
  buffer.append(Buffer.from("cd"));

  expect(backing.toString()).toBe("abXX");
});

test("keeps what was read unchanged while more comes", () => {
  const buffer = new InputBuffer();
  buffer.append(Buffer.from("head"));
  buffer.append(Buffer.from("body"));
  const read = buffer.view().subarray(0, 4);

  buffer.consume(4);
  buffer.append(Buffer.from("next"));

  expect(read.toString()).toBe("head");
  expect(buffer.view().toString()).toBe("bodynext");
});

test("is empty after everything was consumed", () => {
  const buffer = new InputBuffer();
  buffer.append(Buffer.from("abc"));

  buffer.consume(3);

  expect(buffer.length).toBe(0);
  expect(buffer.view().length).toBe(0);
});
