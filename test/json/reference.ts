/**
 * A second implementation of KrakenD's JSON handling, slow and obvious: documents are trees of
 * JavaScript values with `Map` for objects. The tape must agree with it byte for byte.
 */

/** A document. Numbers and literals keep their text. */
export type Tree =
  | { readonly kind: "object"; readonly members: Map<string, Tree> }
  | { readonly kind: "array"; readonly items: Tree[] }
  | { readonly kind: "string"; readonly text: string }
  | { readonly kind: "bare"; readonly text: string };

/** The first value of the bytes, or `undefined` when they do not hold one. */
export function parseTree(bytes: Uint8Array): Tree | undefined {
  const reader = { bytes, text: Buffer.from(bytes).toString("latin1"), at: 0 };
  try {
    return readValue(reader, 0);
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

/** Compact text: keys sorted by UTF-8 bytes, escapes as Go's encoder writes them. */
export function printTree(tree: Tree): string {
  switch (tree.kind) {
    case "bare":
      return tree.text;
    case "string":
      return printString(tree.text);
    case "array":
      return `[${tree.items.map(printTree).join(",")}]`;
    case "object": {
      const keys = [...tree.members.keys()].sort((a, b) =>
        Buffer.compare(Buffer.from(a), Buffer.from(b)),
      );
      const members = keys.map((key) => `${printString(key)}:${printTree(tree.members.get(key)!)}`);
      return `{${members.join(",")}}`;
    }
  }
}

/** An object of these members. */
export function objectOf(...members: [string, Tree][]): Tree {
  return { kind: "object", members: new Map(members) };
}

/** The object at the end of the path, or an empty one. */
export function targetTree(tree: Tree, path: readonly string[]): Tree {
  let found: Tree | undefined = tree;
  for (const key of path) found = found?.kind === "object" ? found.members.get(key) : undefined;
  return found?.kind === "object" ? found : objectOf();
}

/** What `allow` leaves of an object. */
export function allowTree(tree: Tree, paths: readonly string[]): Tree {
  return allowBy(tree, allowRules(paths)) ?? objectOf();
}

/** What `deny` leaves of an object. */
export function denyTree(tree: Tree, paths: readonly string[]): Tree {
  if (tree.kind !== "object") return tree;
  const left = new Map<string, Tree>();
  for (const [key, member] of tree.members) {
    if (paths.includes(key)) continue;
    const below = paths.filter((path) => path.startsWith(`${key}.`));
    left.set(
      key,
      denyTree(
        member,
        below.map((path) => path.slice(key.length + 1)),
      ),
    );
  }
  return { kind: "object", members: left };
}

/** An object with its top-level members renamed, one entry after the other. */
export function renameTree(tree: Tree, mapping: readonly (readonly [string, string])[]): Tree {
  if (tree.kind !== "object") return tree;
  const members = new Map(tree.members);
  for (const [from, to] of mapping) {
    const member = members.get(from);
    if (member === undefined) continue;
    members.set(to, member);
    members.delete(from);
  }
  return { kind: "object", members };
}

/** One object with the members of all, later ones first in right. */
export function mergeTrees(trees: readonly Tree[]): Tree {
  const members = trees.flatMap((tree) => (tree.kind === "object" ? [...tree.members] : []));
  return objectOf(...members);
}

interface Reader {
  readonly bytes: Uint8Array;
  /** One character per byte. */
  readonly text: string;
  at: number;
}

const barePattern = /(?:-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][-+]?[0-9]+)?|true|false|null)/y;
const escapePattern = /\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4})/y;

type Rules = Map<string, Rules | "leaf">;

function allowRules(paths: readonly string[]): Rules {
  const rules: Rules = new Map();
  for (const path of paths) {
    const keys = path.split(".");
    let level = rules;
    for (const key of keys.slice(0, -1)) {
      const known = level.get(key);
      const below: Rules = known instanceof Map ? known : new Map();
      level.set(key, below);
      level = below;
    }
    level.set(keys.at(-1)!, "leaf");
  }
  return rules;
}

function allowBy(tree: Tree, rules: Rules): Tree | undefined {
  if (tree.kind !== "object") return undefined;
  const kept = new Map<string, Tree>();
  for (const [key, member] of tree.members) {
    const rule = rules.get(key);
    const left = rule === "leaf" ? member : rule && allowBy(member, rule);
    if (left) kept.set(key, left);
  }
  return kept.size === 0 ? undefined : { kind: "object", members: kept };
}

function readValue(reader: Reader, depth: number): Tree {
  skipBlanks(reader);
  const character = peek(reader);
  if (character === "{" || character === "[") {
    if (depth >= 512) throw new SyntaxError("depth");
    return character === "{" ? readObject(reader, depth + 1) : readArray(reader, depth + 1);
  }
  if (character === '"') return { kind: "string", text: readString(reader) };

  barePattern.lastIndex = reader.at;
  const bare = barePattern.exec(reader.text);
  if (bare === null) throw new SyntaxError("value");
  reader.at += bare[0].length;
  // A point or an exponent that the number could not take is a broken number, not a byte behind it.
  if (/^[-0-9]/.test(bare[0]) && !/[.eE]/.test(bare[0]) && /[.eE]/.test(peek(reader))) {
    throw new SyntaxError("number");
  }
  if (/^-?[0-9]+\.[0-9]+$/.test(bare[0]) && /[eE]/.test(peek(reader))) {
    throw new SyntaxError("exponent");
  }
  return { kind: "bare", text: bare[0] };
}

function readObject(reader: Reader, depth: number): Tree {
  const members = new Map<string, Tree>();
  reader.at++;
  skipBlanks(reader);
  if (peek(reader) !== "}") {
    do {
      skipBlanks(reader);
      if (peek(reader) !== '"') throw new SyntaxError("key");
      const key = readString(reader);
      skipBlanks(reader);
      expect(reader, ":");
      members.set(key, readValue(reader, depth));
      skipBlanks(reader);
    } while (accepts(reader, ","));
  }
  expect(reader, "}");
  return { kind: "object", members };
}

function readArray(reader: Reader, depth: number): Tree {
  const items: Tree[] = [];
  reader.at++;
  skipBlanks(reader);
  if (peek(reader) !== "]") {
    do {
      items.push(readValue(reader, depth));
      skipBlanks(reader);
    } while (accepts(reader, ","));
  }
  expect(reader, "]");
  return { kind: "array", items };
}

function readString(reader: Reader): string {
  let text = "";
  reader.at++;
  for (;;) {
    const byte = reader.bytes[reader.at];
    if (byte === undefined || byte < 0x20) throw new SyntaxError("string");
    if (byte === 0x22) break;
    text += byte === 0x5c ? readEscape(reader) : readCharacter(reader);
  }
  reader.at++;
  return text.toWellFormed();
}

function readEscape(reader: Reader): string {
  escapePattern.lastIndex = reader.at;
  const match = escapePattern.exec(reader.text);
  if (match === null) throw new SyntaxError("escape");
  reader.at += match[0].length;
  return JSON.parse(`"${match[0]}"`);
}

// One broken byte is one U+FFFD, as in Go; decoders for the web take some of them together.
function readCharacter(reader: Reader): string {
  if (reader.bytes[reader.at]! < 0x80) return reader.text.charAt(reader.at++);
  for (let length = 1; length <= 4; length++) {
    const sequence = reader.bytes.subarray(reader.at, reader.at + length);
    try {
      const text = strict.decode(sequence);
      reader.at += length;
      return text;
    } catch (error) {
      if (!(error instanceof TypeError)) throw error;
    }
  }
  reader.at++;
  return "\ufffd";
}

const strict = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

function printString(text: string): string {
  return JSON.stringify(text).replace(
    /[<>&\u2028\u2029]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}

function skipBlanks(reader: Reader): void {
  while (" \n\r\t".includes(peek(reader)) && peek(reader) !== "") reader.at++;
}

function peek(reader: Reader): string {
  return reader.text.charAt(reader.at);
}

function accepts(reader: Reader, character: string): boolean {
  if (peek(reader) !== character) return false;
  reader.at++;
  return true;
}

function expect(reader: Reader, character: string): void {
  if (!accepts(reader, character)) throw new SyntaxError(`expected ${character}`);
}
