import { type AST, ParseError, parseTOML } from "toml-eslint-parser";
import {
  type ConfigDocument,
  type ConfigMember,
  type ConfigNode,
  type SyntaxProblem,
  scalarNode,
} from "./node.ts";
import { indexText } from "./positions.ts";

/** Reads TOML 1.0. Dates become texts, as written. */
export function parseToml(bytes: Uint8Array): ConfigDocument | SyntaxProblem {
  const text = new TextDecoder().decode(bytes);
  try {
    const program = parseTOML(text, { tomlVersion: "1.0" });
    return { root: readProgram(program), locate: indexText(text), notes: [] };
  } catch (error) {
    if (error instanceof RangeError) return TOO_DEEP;
    // The library reports syntax by throwing; everything else is a bug and goes on up.
    if (!(error instanceof ParseError)) throw error;
    return {
      kind: "syntax-problem",
      message: `toml: ${error.message}`,
      line: error.lineNumber,
      column: error.column + 1,
      expected: undefined,
    };
  }
}

/** The library recurses; a file that exhausts the stack that way is nobody's configuration. */
const TOO_DEEP: SyntaxProblem = {
  kind: "syntax-problem",
  message: "toml: exceeded max depth",
  line: undefined,
  column: undefined,
  expected: undefined,
};

/** A table that is still being filled. The parser has refused duplicates already. */
interface Table {
  readonly kind: "table";
  readonly offset: number;
  readonly members: Map<string, { readonly keyOffset: number; readonly content: Content }>;
}

type Content = Table | Content[] | ConfigNode;

function readProgram(program: AST.TOMLProgram): ConfigNode {
  const root = createTable(0);
  for (const part of program.body[0].body) {
    if (part.type === "TOMLKeyValue") addKeyValue(root, part);
    else for (const pair of part.body) addKeyValue(openTable(root, part), pair);
    if (part.type === "TOMLTable" && part.body.length === 0) openTable(root, part);
  }
  return finish(root);
}

/** The table that a header such as `[a.b]` or `[[a.b]]` names; made where it does not exist. */
function openTable(root: Table, header: AST.TOMLTable): Table {
  let current: Content = root;
  header.resolvedKey.forEach((step, index) => {
    const offset = header.range[0];
    const isListNext = typeof header.resolvedKey[index + 1] === "number";
    current = enter(current, step, offset, isListNext);
  });
  return asTable(current);
}

function addKeyValue(table: Table, pair: AST.TOMLKeyValue): void {
  const keys = pair.key.keys;
  let target = table;
  for (const key of keys.slice(0, -1)) {
    target = asTable(enter(target, keyText(key), key.range[0], false));
  }
  const last = keys[keys.length - 1]!;
  target.members.set(keyText(last), { keyOffset: last.range[0], content: readValue(pair.value) });
}

function enter(from: Content, step: string | number, offset: number, isList: boolean): Content {
  if (Array.isArray(from)) {
    const index = Number(step);
    from[index] ??= createTable(offset);
    return from[index];
  }
  const table = asTable(from);
  const name = String(step);
  const known = table.members.get(name);
  if (known !== undefined) return known.content;
  const content = isList ? [] : createTable(offset);
  table.members.set(name, { keyOffset: offset, content });
  return content;
}

function readValue(node: AST.TOMLContentNode): Content {
  if (node.type === "TOMLArray") return node.elements.map(readValue);
  if (node.type === "TOMLValue") {
    const value = isDate(node) ? node.datetime : node.value;
    return scalarNode(node.range[0], value, "number" in node ? node.number : undefined);
  }
  const table = createTable(node.range[0]);
  for (const pair of node.body) addKeyValue(table, pair);
  return table;
}

function isDate(node: AST.TOMLValue): node is AST.TOMLDateTimeValue {
  return (
    node.kind.endsWith("-date-time") || node.kind === "local-date" || node.kind === "local-time"
  );
}

function finish(content: Content): ConfigNode {
  if (Array.isArray(content)) {
    const items = content.map(finish);
    return { kind: "list", offset: items[0]?.offset ?? 0, variable: undefined, items };
  }
  if (content.kind !== "table") return content;
  const members: ConfigMember[] = [];
  for (const [key, { keyOffset, content: value }] of content.members) {
    members.push({ key, keyOffset, node: finish(value) });
  }
  return { kind: "object", offset: content.offset, variable: undefined, members };
}

function createTable(offset: number): Table {
  return { kind: "table", offset, members: new Map() };
}

function asTable(content: Content): Table {
  if (!Array.isArray(content) && content.kind === "table") return content;
  throw new Error("a TOML key goes through a value that is no table");
}

function keyText(key: AST.TOMLBare | AST.TOMLQuoted): string {
  return key.type === "TOMLBare" ? key.name : key.value;
}
