import { expect, test } from "bun:test";
import { type Finding, renderFinding, renderProblems } from "./finding.ts";

const finding: Finding = {
  file: "krakend.json",
  line: 12,
  column: 7,
  path: "$.timeout",
  value: '"3000"',
  message: "time: missing unit in duration",
  expected: "a duration such as 500ms, 2s or 1h30m",
  nearest: undefined,
  severity: "error",
};

test("says place, path, value, reason and expectation in one line", () => {
  expect(renderFinding(finding)).toBe(
    `'krakend.json':12:7: $.timeout: "3000": time: missing unit in duration; expected a duration such as 500ms, 2s or 1h30m`,
  );
});

test("leaves out what is not known", () => {
  const bare = { ...finding, line: undefined, column: undefined, path: "$", value: undefined };

  expect(renderFinding({ ...bare, message: "open x: no such file", expected: undefined })).toBe(
    "'krakend.json': open x: no such file",
  );
});

test("asks for the name that was probably meant", () => {
  expect(renderFinding({ ...finding, expected: undefined, nearest: "timeout" })).toEndWith(
    "duration; did you mean 'timeout'?",
  );
});

test("shows control characters of the file instead of sending them to the terminal", () => {
  const text = renderFinding({ ...finding, message: "host \u001b[31m\n not valid" });

  expect(text).toContain("host \\u001b[31m\\u000a not valid");
});

test("puts every problem on a line of its own", () => {
  expect(renderProblems([finding, finding]).split("\n")).toHaveLength(2);
});
