import { expect, test } from "bun:test";
import {
  CoercionError,
  coerceBoolean,
  coerceInteger,
  coerceList,
  coerceNumber,
  coerceObject,
  coerceString,
} from "./go-coerce.ts";

test.each([
  ["8080", 8080],
  ["-5", -5],
  ["0x1F", 31],
  ["0b101", 5],
  ["0o17", 15],
  ["017", 15],
  ["1_000", 1000],
  ["", 0],
  [null, 0],
  [8080.7, 8080],
  [true, 1],
])("reads %p as the integer %p", (value, integer) => {
  expect(coerceInteger(value)).toBe(integer);
});

test.each(["abc", "1.5", " 1", "08", "1__0", "1_", "tcp://10.0.0.1:80", {}])(
  "refuses %p as an integer",
  (value) => {
    expect(coerceInteger(value)).toBeInstanceOf(CoercionError);
  },
);

test.each([
  ["true", true],
  ["T", true],
  ["1", true],
  [1, true],
  [0, false],
  ["False", false],
  ["", false],
  [null, false],
])("reads %p as the boolean %p", (value, boolean) => {
  expect(coerceBoolean(value)).toBe(boolean);
});

test.each(["yes", "on", "tRUE", {}])("refuses %p as a boolean", (value) => {
  expect(coerceBoolean(value)).toBeInstanceOf(CoercionError);
});

test.each([
  [5, "5"],
  [1.5, "1.5"],
  [1e21, "1000000000000000000000"],
  [true, "1"],
  [false, "0"],
  [null, ""],
  ["x", "x"],
])("reads %p as the text %p", (value, text) => {
  expect(coerceString(value)).toBe(text);
});

test("reads texts as numbers only in decimal notation", () => {
  expect(coerceNumber("1.5e3")).toBe(1500);
  expect(coerceNumber("0x10")).toBeInstanceOf(CoercionError);
});

test.each([coerceInteger, coerceNumber])(
  "a number that is too large is out of range: %p",
  (coerce) => {
    const result = coerce("9".repeat(400));

    expect(result).toHaveProperty("message", expect.stringContaining("value out of range"));
  },
);

test("takes a lone value for a list of one and an empty object for none", () => {
  expect(coerceList("a,b")).toEqual(["a,b"]);
  expect(coerceList({})).toEqual([]);
  expect(coerceList({ a: 1 })).toEqual([{ a: 1 }]);
  expect(coerceList(null)).toEqual([]);
});

test("names both types when a value is no object", () => {
  expect(coerceObject("router", "config.ExtraConfig")).toEqual(
    new CoercionError("expected type 'config.ExtraConfig', got unconvertible type 'string'"),
  );
});
