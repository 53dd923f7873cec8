import { expect, test } from "bun:test";
import { CheckedText } from "./checked-text.ts";

test.each([
  ["abc", /^[a-z]+$/, true],
  ["abc\n", /^[a-z]+$/, false],
  ["a\nb", /^[a-z]+$/m, false],
  ["abc!", /^[a-z]+/, false],
  ["a\u2028b", /^[^x]+$/, false],
  ["", /^[a-z]+$/, false],
])("%j against %s is checked as a whole", (text, pattern, isTaken) => {
  expect(CheckedText.from(text, pattern)?.cfg()).toBe(isTaken ? text : undefined);
});

test("literals are joined with checked text, lists of it and numbers", () => {
  const name = CheckedText.own("X-Key");
  const words = [CheckedText.own("ssl"), CheckedText.own("verify none")];

  expect(CheckedText.join`hdr(${name})`.cfg()).toBe("hdr(X-Key)");
  expect(CheckedText.join`${words} alpn ${443}s`.cfg()).toBe("ssl verify none alpn 443s");
  expect(CheckedText.join`${[]}`.cfg()).toBe("");
});

test("computed text is nothing that gw itself writes", () => {
  const computed = String(5);
  // @ts-expect-error The compiler refuses it.
  CheckedText.own(computed);
  // @ts-expect-error A pattern is no literal either.
  CheckedText.own(`${5 as number}ms`);

  expect(CheckedText.own(computed === "5" ? "five" : "other").cfg()).toBe("five");
});

test.each([Number.NaN, 1.5, Number.POSITIVE_INFINITY])("%d is not joined", (number) => {
  expect(() => CheckedText.join`${number}s`).toThrow("is no whole number");
});

test("what nobody checked is not joined", () => {
  // @ts-expect-error The compiler refuses it, and so does the class.
  expect(() => CheckedText.join`${"a b"}`).toThrow();
});
