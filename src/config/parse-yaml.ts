import {
  type Alias,
  type Document,
  isAlias,
  isMap,
  isNode,
  isPair,
  isScalar,
  isSeq,
  LineCounter,
  type Node,
  parseDocument,
  type YAMLMap,
} from "yaml";
import {
  type ConfigDocument,
  type ConfigMember,
  type ConfigNode,
  type SyntaxNote,
  type SyntaxProblem,
  scalarNode,
} from "./node.ts";
import { indexText } from "./positions.ts";

/** Reads YAML 1.2 with anchors and merge keys (`<<`); `yes` and `no` stay texts. Only the first document counts. */
export function parseYaml(bytes: Uint8Array): ConfigDocument | SyntaxProblem {
  const text = new TextDecoder().decode(bytes);
  const lines = new LineCounter();
  const document = parseDocument(text, { merge: true, prettyErrors: false, lineCounter: lines });

  const notes: SyntaxNote[] = [];
  for (const error of document.errors) {
    if (error.code !== "MULTIPLE_DOCS")
      return problemAt(indexText(text)(error.pos[0]), error.message);
    notes.push({ message: "only the first document of the file is read", offset: error.pos[0] });
  }

  const reader = new NodeReader(document);
  const root = reader.read(document.contents);
  if (reader.failure !== undefined) return problemAt(undefined, reader.failure);
  return { root, locate: indexText(text), notes };
}

/** Aliases are followed this often at most, so that a few lines cannot grow into gigabytes. */
const MAX_NODES = 1_000_000;

/** As deep as a JSON document may be. */
const MAX_DEPTH = 512;

function problemAt(
  position: { line: number; column: number } | undefined,
  message: string,
): SyntaxProblem {
  return {
    kind: "syntax-problem",
    message: `yaml: ${message}`,
    line: position?.line,
    column: position?.column,
    expected: undefined,
  };
}

class NodeReader {
  failure: string | undefined;
  readonly #document: Document.Parsed;
  readonly #open = new Set<unknown>();
  #count = 0;

  constructor(document: Document.Parsed) {
    this.#document = document;
  }

  read(node: unknown): ConfigNode {
    const offset = offsetOf(node);
    if (this.#open.has(node)) this.failure = "an anchor contains itself";
    if (this.#open.size > MAX_DEPTH) this.failure = "exceeded max depth";
    if (++this.#count > MAX_NODES) this.failure = "aliases expand to too many values";
    if (this.failure !== undefined) return scalar(null, offset);

    this.#open.add(node);
    const result = this.#convert(node, offset);
    this.#open.delete(node);
    return result;
  }

  #convert(node: unknown, offset: number): ConfigNode {
    if (isAlias(node)) return this.read(this.#resolve(node));
    if (isSeq(node)) {
      return {
        kind: "list",
        offset,
        variable: undefined,
        items: node.items.map((item) => this.read(item)),
      };
    }
    if (isMap(node)) {
      const members = new Map<string, ConfigMember>();
      this.#collect(node, members);
      return { kind: "object", offset, variable: undefined, members: [...members.values()] };
    }
    return isScalar(node) ? scalar(node.value, offset, node.source) : scalar(null, offset);
  }

  #resolve(alias: Alias): Node | undefined {
    const target = alias.resolve(this.#document);
    if (target === undefined) this.failure = `unknown anchor '${alias.source}' referenced`;
    return target;
  }

  #collect(map: YAMLMap, members: Map<string, ConfigMember>): void {
    const merged: unknown[] = [];
    for (const pair of map.items) {
      if (isMergeKey(pair.key)) merged.push(pair.value);
      else this.#addMember(pair.key, pair.value, members);
    }
    // What the map itself says wins over what it merges, and earlier merges over later ones.
    for (const source of merged.flatMap((value) => this.#mergeSources(value))) {
      if (source.kind !== "object") {
        this.failure = "map merge requires map or sequence of maps as the value";
        return;
      }
      for (const member of source.members) {
        if (!members.has(member.key)) members.set(member.key, member);
      }
    }
  }

  #addMember(key: unknown, value: unknown, members: Map<string, ConfigMember>): void {
    const keyNode = isAlias(key) ? this.#resolve(key) : key;
    if (!isScalar(keyNode)) {
      this.failure = "a key is neither a text nor a number";
      return;
    }
    // The source keeps `404:` and `1.0:` as they are written.
    const name =
      typeof keyNode.value === "string" ? keyNode.value : (keyNode.source ?? String(keyNode.value));
    members.set(name, { key: name, keyOffset: offsetOf(key), node: this.read(value) });
  }

  #mergeSources(value: unknown): readonly ConfigNode[] {
    const source = this.read(value);
    return source.kind === "list" ? source.items : [source];
  }
}

function isMergeKey(key: unknown): boolean {
  return (
    isScalar(key) && (key.value === "<<" || typeof key.value === "symbol") && key.type === "PLAIN"
  );
}

function offsetOf(node: unknown): number {
  if (isPair(node)) return offsetOf(node.key);
  return isNode(node) ? (node.range?.[0] ?? 0) : 0;
}

function scalar(value: unknown, offset: number, written?: string): ConfigNode {
  return scalarNode(offset, toScalarValue(value), written);
}

function toScalarValue(value: unknown): string | number | boolean | null {
  if (value === null || value === undefined) return null;
  if (typeof value === "bigint") return Number(value);
  if (typeof value === "string" || typeof value === "number" || typeof value === "boolean") {
    return value;
  }
  return String(value);
}
