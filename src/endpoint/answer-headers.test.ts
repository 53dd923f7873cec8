import { expect, test } from "bun:test";
import { prepareAnswerHeaders } from "./answer-headers.ts";

const source = prepareAnswerHeaders("Version v");
const VERSION = ["X-Krakend", "Version v"];

test("a complete answer is cached where there is a time for it", () => {
  expect([...source(90_000, "a/b").completed]).toEqual([
    ...VERSION,
    "Cache-Control",
    "public, max-age=90",
    "X-Krakend-Completed",
    "true",
    "Content-Type",
    "a/b",
  ]);
  expect(source(500, undefined).completed).toContain("public, max-age=0");
  expect(source(1_999, undefined).completed).toContain("public, max-age=1");
  expect(source(0, undefined).completed).not.toContain("Cache-Control");
});

test("others never are", () => {
  const { incomplete, failed } = source(90_000, "a/b");

  expect([...incomplete]).toEqual([
    ...VERSION,
    "X-Krakend-Completed",
    "false",
    "Content-Type",
    "a/b",
  ]);
  expect([...failed]).toEqual([...VERSION, "X-Krakend-Completed", "false"]);
});
