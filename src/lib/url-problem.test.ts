import { expect, test } from "bun:test";
import { toByteText } from "./percent.ts";
import { findUrlProblem } from "./url-problem.ts";

test.each([
  ["/p%zz", 'invalid URL escape "%zz"'],
  ["/p%", 'invalid URL escape "%"'],
  ["/p%4?a=1", 'invalid URL escape "%4"'],
  ["/p%é", 'invalid URL escape "%é"'],
  ["/p#%zz", 'invalid URL escape "%zz"'],
  ["/p#a#%zz", 'invalid URL escape "%zz"'],
  ["/p#a?%zz", 'invalid URL escape "%zz"'],
  ["/p%{{.Id}}", 'invalid URL escape "%"'],
  ["/{{.Id}}/p%4{{.Id}}", 'invalid URL escape "%4"'],
  ["/a\tb%zz", "net/url: invalid control character in URL"],
  ["/a?b\u007f", "net/url: invalid control character in URL"],
])("%p is no URL: %s", (reference, problem) => {
  expect(findUrlProblem(toByteText(reference))).toBe(problem);
});

test.each([
  "/",
  "/a%20b/%C3%a9",
  "/p?a=%zz&b=%",
  "/{{.Id}}/{{.JWT.https://x.test/id}}?x={{.X}}",
  "/p#a\tb",
  "/p?a?%#b",
])("%p is one", (reference) => {
  expect(findUrlProblem(reference)).toBeUndefined();
});
