import { toUtf8 } from "../xml/declaration.ts";
import { attributeStride, XmlScanner } from "../xml/scanner.ts";
import { type Namespaces, noNamespaces, prefixOf } from "./namespaces.ts";

/** An element of a feed, with what stands in it. */
export interface FeedElement {
  /** Without prefix. */
  readonly name: string;
  /** The usual prefix of its namespace, else its own; empty: none. */
  readonly prefix: string;
  readonly attributes: ReadonlyMap<string, string>;
  readonly children: readonly FeedElement[];
  /** Its own texts, decoded, without those of its children. */
  readonly text: string;
  /** Its texts and the tags in it, as they stand. */
  readonly markup: () => string;
}

/** Extensions show each level of a feed as three of JSON, which has 512. */
const MAX_DEPTH = 100;

/** Elements and attributes become objects, which take a hundred times the memory of a short tag. */
const MAX_PARTS = 250_000;

/** The root element of a feed, or why there is none. Lenient with entities, as feeds are. */
export function parseElements(input: Uint8Array): FeedElement | string {
  const document = toUtf8(input);
  if (typeof document === "string") return document;
  const bytes = new Uint8Array(document.length + 1);
  bytes.set(document);
  const scanner = new XmlScanner(bytes, 0, document.length, true);
  const reader = { scanner, bytes: Buffer.from(bytes.buffer), source: Buffer.from(document) };
  const open: OpenElement[] = [];
  let partCount = 0;
  for (;;) {
    switch (scanner.next()) {
      case "text":
        open.at(-1)?.texts.push(reader.bytes.toString("utf8", scanner.textStart, scanner.textEnd));
        break;
      case "start":
        if (open.length === MAX_DEPTH) return "exceeded max depth";
        partCount += 1 + scanner.attributeCount;
        if (partCount > MAX_PARTS) return "too many elements";
        open.push(openElement(reader, open.at(-1)?.namespaces ?? noNamespaces));
        break;
      case "end": {
        const element = closeElement(open.pop()!, reader);
        const parent = open.at(-1);
        if (parent === undefined) return element;
        parent.children.push(element);
        break;
      }
      case "finished":
        return "EOF";
      default:
        return scanner.problem;
    }
  }
}

interface Reader {
  readonly scanner: XmlScanner;
  /** What the scanner decodes. */
  readonly bytes: Buffer;
  /** What it was. */
  readonly source: Buffer;
}

interface OpenElement {
  readonly name: string;
  readonly prefix: string;
  readonly attributes: Map<string, string>;
  readonly namespaces: Namespaces;
  readonly children: FeedElement[];
  readonly texts: string[];
  readonly start: number;
}

function openElement({ scanner, bytes }: Reader, outer: Namespaces): OpenElement {
  const attributes = new Map<string, string>();
  const own = new Map<string, string>();
  for (let index = 0; index < scanner.attributeCount; index++) {
    const at = index * attributeStride;
    const [start, local, end, valueStart, valueEnd] = scanner.attributes.subarray(at, at + 5);
    const value = bytes.toString("utf8", valueStart, valueEnd);
    const name = bytes.toString("utf8", local, end);
    const prefix = bytes.toString("utf8", start, Math.max(start!, local! - 1));
    if (prefix === "xmlns" || (prefix === "" && name === "xmlns")) {
      own.set(prefix === "" ? "" : name, value.trim());
    }
    attributes.set(name, value);
  }
  const namespaces = own.size === 0 ? outer : { own, outer };
  const { nameStart, localStart, nameEnd } = scanner;
  const prefix = bytes.toString("utf8", nameStart, Math.max(nameStart, localStart - 1));
  return {
    name: bytes.toString("utf8", localStart, nameEnd),
    prefix: prefixOf(prefix, namespaces),
    attributes,
    namespaces,
    children: [],
    texts: [],
    start: scanner.position,
  };
}

function closeElement(open: OpenElement, { scanner, source }: Reader): FeedElement {
  const { name, prefix, attributes, children, texts, start } = open;
  const end = scanner.tagStart;
  return {
    name,
    prefix,
    attributes,
    children,
    text: texts.join(""),
    markup: () => source.toString("utf8", start, end),
  };
}
