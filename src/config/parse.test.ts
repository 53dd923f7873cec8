import { expect, test } from "bun:test";
import { type ConfigDocument, findNode, type SyntaxProblem, toPlain } from "./node.ts";
import { parseJson } from "./parse-json.ts";
import { parseToml } from "./parse-toml.ts";
import { parseYaml } from "./parse-yaml.ts";

const parsers = { json: parseJson, yaml: parseYaml, toml: parseToml };

test("reads the same values from all three formats", () => {
  const json = plain(
    parseJson(Buffer.from('{"a": 1, "b": {"c": [true, "x"]}, "d": [{"e": 1.5}]}')),
  );
  const yaml = plain(parseYaml(Buffer.from("a: 1\nb:\n  c: [true, x]\nd:\n  - e: 1.5\n")));
  const toml = plain(parseToml(Buffer.from('a = 1\n[b]\nc = [true, "x"]\n[[d]]\ne = 1.5\n')));

  expect(yaml).toEqual(json);
  expect(toml).toEqual(json);
});

test.each([
  ["json", '{"é": 1,\n  "b": {"c": 2}}', 2, 14],
  ["yaml", "é: 1\nb: {c: 2}", 2, 8],
  ["toml", '"é" = 1\nb = {c = 2}', 2, 10],
] as const)("knows where a value stands in %s", (format, text, line, column) => {
  const document = parsed(parsers[format](Buffer.from(text)));

  const { node, isWhole } = findNode(document.root, ["b", "c"]);

  expect(isWhole).toBe(true);
  expect(document.locate(node.offset)).toEqual({ line, column });
});

test.each([
  ["json", "{", "unexpected end of JSON input", 1],
  ["json", '{"a": 1,\n]', "invalid character ']' looking for beginning of object key string", 2],
  ["json", "{} x", "invalid character 'x' after top-level value", 1],
  ["json", "[".repeat(100_000), "exceeded max depth", 1],
  ["yaml", "a:\n\t- b", "yaml: Tabs are not allowed as indentation", 2],
  ["yaml", "a: 1\na: 2", "yaml: Map keys must be unique", 2],
  ["yaml", "a: &x [*x]", "yaml: an anchor contains itself", undefined],
  ["yaml", "a: *x", "yaml: unknown anchor 'x' referenced", undefined],
  ["yaml", "? [a]\n: 1", "yaml: a key is neither a text nor a number", undefined],
  ["yaml", `a: ${"[".repeat(1000)}${"]".repeat(1000)}`, "yaml: exceeded max depth", undefined],
  ["toml", "a = 1\na = 2", "toml: Defining a key multiple times is invalid", 2],
  ["toml", `a = ${"[".repeat(50_000)}${"]".repeat(50_000)}`, "toml: exceeded max depth", undefined],
] as const)("refuses broken %s: %.20p", (format, text, message, line) => {
  const problem = parsers[format](Buffer.from(text));

  expect(problem).toMatchObject({ kind: "syntax-problem", message });
  expect(problem).toHaveProperty("line", line);
});

test("says that a byte order mark is in the way", () => {
  expect(parseJson(Buffer.from("\ufeff{}"))).toMatchObject({
    message: "invalid character 'ï' looking for beginning of value",
    expected: "a file without byte order mark",
  });
});

test.each([
  '{"port": {{ .port }}}',
  "{{ template }}",
  '{"endpoints": [{{ range .e }}{}{{ end }}]}',
  '{"endpoints": [{}{{ if .x }},{}{{ end }}]}',
])("asks of %p whether it is a template", (text) => {
  expect(parseJson(Buffer.from(text))).toMatchObject({
    kind: "syntax-problem",
    expected: "JSON; if this is a template, render it first: gw does not yet",
  });
});

test.each(['{"a": "{{.b}}" x}', '{"a": {x}}', "[{}{]"])("does not of %p", (text) => {
  expect(parseJson(Buffer.from(text))).toMatchObject({
    kind: "syntax-problem",
    expected: undefined,
  });
});

test("keeps the last of equal JSON keys and names the lines of both", () => {
  const text = '{"a": 1,\n "x": {"a": "not the same, {\\"a\\": 1}"},\n "\\u0061": 2}';

  const document = parsed(parseJson(Buffer.from(text)));

  expect(toPlain(document.root)).toMatchObject({ a: 2 });
  expect(document.notes).toEqual([
    {
      message: "key 'a' stands twice (lines 1 and 3); the last one counts",
      offset: text.indexOf('"\\u0061'),
    },
  ]);
});

test("takes __proto__ for a key like any other", () => {
  for (const document of [
    parseJson(Buffer.from('{"__proto__": {"x": 1}}')),
    parseYaml(Buffer.from("__proto__: {x: 1}")),
    parseToml(Buffer.from("[__proto__]\nx = 1")),
  ]) {
    const value = plain(document);

    expect(Object.getPrototypeOf(value)).toBeNull();
    expect(JSON.stringify(value)).toBe('{"__proto__":{"x":1}}');
  }
});

test("follows YAML anchors and merge keys, the map's own keys first", () => {
  const text =
    "base: &b {x: 1, y: 1}\nmore: &m {y: 2, z: 2}\nall:\n  <<: [*b, *m]\n  x: 0\nsame: *b\n";

  const value = plain(parseYaml(Buffer.from(text)));

  expect(value).toMatchObject({ all: { x: 0, y: 1, z: 2 }, same: { x: 1, y: 1 } });
});

test("leaves no, numbers in keys and dates of YAML as they are written", () => {
  const value = plain(parseYaml(Buffer.from("a: no\n404: x\nd: 2001-01-01\n")));

  expect(value).toEqual(plain(parseJson(Buffer.from('{"a":"no","404":"x","d":"2001-01-01"}'))));
});

test("reads only the first document of a YAML file and says so", () => {
  const document = parsed(parseYaml(Buffer.from("a: 1\n---\nb: 2\n")));

  expect(plain(document)).toMatchObject({ a: 1 });
  expect(document.notes[0]?.message).toContain("only the first document");
});

test("refuses YAML whose aliases grow without measure", () => {
  const lines = ["a0: &a0 [x,x,x,x,x,x,x,x,x,x,x,x,x,x,x,x,x,x,x,x]"];
  for (let level = 1; level < 6; level++) {
    lines.push(
      `a${level}: &a${level} [${Array(20)
        .fill(`*a${level - 1}`)
        .join(",")}]`,
    );
  }

  const problem = parseYaml(Buffer.from(lines.join("\n")));

  expect(problem).toMatchObject({ message: "yaml: aliases expand to too many values" });
});

test("nests TOML tables in arrays of tables", () => {
  const text =
    '[[e]]\nq = 1\n[[e.b]]\nu = 1\n[e.b."a/b"]\nw = 1979-05-27\n[[e]]\n[[e.b]]\nx.y = 2\n[empty]\n';

  const value = plain(parseToml(Buffer.from(text)));

  expect(JSON.stringify(value)).toBe(
    '{"e":[{"q":1,"b":[{"u":1,"a/b":{"w":"1979-05-27"}}]},{"b":[{"x":{"y":2}}]}],"empty":{}}',
  );
});

function parsed(outcome: ConfigDocument | SyntaxProblem): ConfigDocument {
  if ("kind" in outcome) throw new Error(outcome.message);
  return outcome;
}

function plain(outcome: ConfigDocument | SyntaxProblem): unknown {
  return toPlain(parsed(outcome).root);
}
