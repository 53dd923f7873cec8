import { expect, test } from "bun:test";
import { fieldName } from "./field-names.ts";

test.each([
  "Host",
  "host",
  "HOST",
  "Hosts",
  "Via",
  "X-Own",
  "Content-Type",
  "content-Type",
  "content-type",
  "Content-Tape",
  "",
])("%j keeps its spelling", (name) => {
  expect(fieldName(`GET /\r\n${name}: Host\r\n`, 7, 7 + name.length)).toBe(name);
});
