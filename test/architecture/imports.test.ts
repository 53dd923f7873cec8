import { describe, expect, test } from "bun:test";
import { join } from "node:path";
import { codeRules } from "./code-rules.ts";
import { findCycles, findWrongDirections } from "./import-rules.ts";
import { loadSourceFiles, toSourceFile } from "./source-files.ts";
import { stripCode } from "./strip-code.ts";

const files = loadSourceFiles(join(import.meta.dir, "..", ".."));

describe("in src/", () => {
  test("imports follow the way of a request and never run back up", () => {
    expect(findWrongDirections(files)).toEqual([]);
  });

  test("no imports go in a circle", () => {
    expect(findCycles(files)).toEqual([]);
  });

  test.each(codeRules.map((rule) => [rule.name, rule] as const))("%s", (name, rule) => {
    const found = files.flatMap((file) =>
      rule.find(file).map((what) => `${file.path}: ${what} (${name})`),
    );

    expect(found).toEqual([]);
  });
});

describe("the rules find", () => {
  test.each([
    ["an import that runs back up", "src/upstream/pool.ts", "../backend/call.ts"],
    ["a feature that imports another", "src/features/jwt/sign.ts", "../cel/cel.ts"],
    [
      "a feature that imports the upstream client",
      "src/features/jwt/sign.ts",
      "../../upstream/client.ts",
    ],
    [
      "features imported by other than the pipeline",
      "src/endpoint/build.ts",
      "../features/jwt/jwt.ts",
    ],
    ["gateway knowledge in http1", "src/http1/head.ts", "../contracts.ts"],
    [
      "the configuration's inside used on the request path",
      "src/router/router.ts",
      "../config/schema.ts",
    ],
    ["a folder without a row", "src/novelty/a.ts", "../lib/duration.ts"],
  ])("%s", (_, path, specifier) => {
    const file = toSourceFile(path, `import { a } from "${specifier}";\n`);

    expect(findWrongDirections([file])).toHaveLength(1);
  });

  test.each([
    ["the next part of the way", "src/proxy/merge.ts", "../backend/call.ts"],
    ["a neighbour of the same feature", "src/features/jwt/sign.ts", "./key.ts"],
    ["the features' contract", "src/features/jwt/sign.ts", "../feature.ts"],
    ["the model of the configuration", "src/router/router.ts", "../config/model.ts"],
    ["a text outside src", "src/cluster/render.ts", "../../templates/haproxy.cfg.eta"],
  ])("nothing wrong with %s", (_, path, specifier) => {
    const file = toSourceFile(path, `import type {\n  A,\n  B,\n} from "${specifier}";\n`);

    expect(file.ownImports).toHaveLength(1);
    expect(findWrongDirections([file])).toEqual([]);
  });

  test("a circle of imports", () => {
    const a = toSourceFile("src/lib/a.ts", 'import { b } from "./b.ts";');
    const b = toSourceFile("src/lib/b.ts", 'import type { A } from "./a.ts";');

    expect(findCycles([a, b])).toEqual(["src/lib/a.ts -> src/lib/b.ts -> src/lib/a.ts"]);
  });

  test.each([
    ["src/http1/a.ts", "const a = Bun.file(x);"],
    ["src/upstream/a.ts", 'import { connect } from "node:net";'],
    ["src/router/a.ts", "const a = process.env.HOME;"],
    ["src/config/a.ts", "const a = process.argv[2];"],
    ["src/proxy/a.ts", "console.log(`a`);"],
    ["src/lib/index.ts", ""],
    ["src/lib/a.ts", 'export * from "./b.ts";'],
    ["src/lib/a.ts", "export default 1;"],
    ["src/lib/a.ts", 'import { b } from "./b";'],
    ["src/lib/utils.ts", ""],
    ["src/lib/a.ts", "export const a = 1;"],
    ["src/lib/a.ts", "const a = b\n  ? b\n  : (await c());"],
  ])("what is wrong in %s: %s", (path, text) => {
    const file = toSourceFile(path, text);

    expect(codeRules.flatMap((rule) => rule.find(file))).toHaveLength(1);
  });

  test("nothing wrong in comments, strings and documented exports", () => {
    const text = [
      "// Bun does this",
      "/** Deno, console.log. */",
      'export const a = "process.env" + `Bun process.argv`;',
      "/** Of text. */",
      "export function f(a: string): string;",
      "export function f(a: unknown): string {}",
      "async function g() { await f(1); }",
    ].join("\n");

    expect(codeRules.flatMap((rule) => rule.find(toSourceFile("src/lib/a.ts", text)))).toEqual([]);
  });
});

test.each([
  ["a // Bun\nb", "a \nb"],
  ["a /* Bun\n */ b", "a \n b"],
  ["f('it\\'s', \"//\")", "f('', \"\")"],
  ["`a $" + "{Bun.x(`b $" + "{c}`)} d`", "` Bun.x(` c`)`"],
  ["x = /[/\"]\\/'/.test(a) / 2", "x = /x/.test(a) / 2"],
  ["`$" + "{ { a: 1 } }` + Deno", "`  { a: 1 } ` + Deno"],
])("code is told from comments and literals: %j", (source, code) => {
  expect(stripCode(source)).toBe(code);
});
