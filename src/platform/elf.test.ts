import { expect, test } from "bun:test";
import { findElfEnd } from "./elf.ts";

/** A header with its table of sections at 4,000: three entries of 64 bytes. */
function header(): Uint8Array {
  const bytes = new Uint8Array(64);
  bytes.set([0x7f, 0x45, 0x4c, 0x46, 2, 1, 1]);
  const view = new DataView(bytes.buffer);
  view.setBigUint64(0x28, 4_000n, true);
  view.setUint16(0x3a, 64, true);
  view.setUint16(0x3c, 3, true);
  return bytes;
}

test("a program ends behind its table of sections", () => {
  expect(findElfEnd(header())).toBe(4_192);
});

test.each([
  ["shorter than a header", (bytes: Uint8Array) => bytes.subarray(0, 63)],
  ["a script", (bytes: Uint8Array) => bytes.with(0, 0x23)],
  ["a program of 32 bits", (bytes: Uint8Array) => bytes.with(4, 1)],
  ["a big-endian program", (bytes: Uint8Array) => bytes.with(5, 2)],
  ["a program without sections", (bytes: Uint8Array) => bytes.fill(0, 0x28, 0x30)],
])("the end is not known of %s", (_, change) => {
  expect(findElfEnd(change(header()))).toBeUndefined();
});
