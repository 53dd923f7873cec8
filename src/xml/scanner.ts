import { declarationProblem } from "./declaration.ts";
import { commentEnd, documentTypeEnd, passed, readName } from "./markup.ts";
import { found, readText, type TextEnd } from "./text.ts";

/** What `XmlScanner.next` came upon. */
export type XmlToken = "start" | "end" | "text" | "finished" | "failed";

/** How deep elements may nest, as objects of JSON may. */
export const maxElementDepth = 512;

/** Numbers for each attribute in `XmlScanner.attributes`. */
export const attributeStride = 5;

// One document is read at a time, and a small one is read sooner than these are made.
const firstAttributes = new Int32Array(16 * attributeStride);
const firstAttributeFlags = new Int32Array(16);
/** Starts and ends of the names of the open elements. */
const openNames = new Int32Array(maxElementDepth * 2);

/**
 * Walks over a document in bytes that it may change: texts are decoded where they stand, and what
 * was passed may be overwritten. The rules are those of Go's `encoding/xml` in its strict mode; no
 * document type is read, nothing that it declares is expanded. One loop, no recursion.
 */
export class XmlScanner {
  /** Offsets of an element's name with prefix, and of the name alone, which ends where the whole does. */
  nameStart = 0;
  localStart = 0;
  nameEnd = 0;
  /** Of an end: where its tag begins. */
  tagStart = 0;
  /** Of a text: where it stands, and its flags as a JSON string. */
  textStart = 0;
  textEnd = 0;
  textFlags = 0;
  /** Of a start: for each attribute the start of its name, start and end of the name alone, start and end of its value. */
  attributes: Int32Array = firstAttributes;
  /** Flags of their values as JSON strings. */
  attributeFlags: Int32Array = firstAttributeFlags;
  attributeCount = 0;
  /** Of a failure: Go's text, and its place. */
  problem = "";
  problemAt = 0;
  /** Whether `problem` says where it is already. */
  isSyntax = true;

  #bytes: Uint8Array;
  readonly #end: number;
  #at: number;
  #isInMarkup = false;
  #isEmptyElement = false;
  #depth = 0;

  /** A zero byte must stand at `end`. With `knowsHtml` entities are those of HTML, and a lone `&` stands for itself. */
  constructor(bytes: Uint8Array, start: number, end: number, knowsHtml = false) {
    this.#bytes = bytes;
    this.#at = start;
    this.#end = end;
    found.knowsHtml = knowsHtml;
  }

  /** Behind the tag that came last. */
  get position(): number {
    return this.#at;
  }

  /** Goes on in a copy: the memory of the document has grown. */
  moveTo(bytes: Uint8Array): void {
    this.#bytes = bytes;
  }

  /** The next token; comments, instructions and document types are passed over. */
  next(): XmlToken {
    if (this.#isEmptyElement) {
      this.#isEmptyElement = false;
      this.#depth--;
      this.tagStart = this.#at;
      return "end";
    }
    for (;;) {
      if (!this.#isInMarkup) {
        const token = this.#text(this.#at, "markup");
        if (token === "failed") return token;
        // No text ends there: what reads it may write behind it, and would lose the zero byte.
        if (found.isAtEnd) return this.#finish();
        this.#isInMarkup = true;
        if (this.textEnd > this.textStart) return token;
      }
      this.#isInMarkup = false;
      const token = this.#markup(this.#at);
      if (token !== undefined) return token;
    }
  }

  #finish(): XmlToken {
    return this.#depth === 0 ? "finished" : this.#fail(this.#end, "unexpected EOF");
  }

  #text(start: number, end: TextEnd): XmlToken {
    if (!readText(this.#bytes, start, this.#end, end)) {
      return this.#fail(found.problemAt, found.problem);
    }
    this.textStart = start;
    this.textEnd = found.end;
    this.textFlags = found.flags;
    this.#at = found.after;
    return "text";
  }

  /** What begins behind a `<`; `undefined`: nothing that counts. */
  #markup(at: number): XmlToken | undefined {
    switch (this.#bytes[at]) {
      case 0x2f:
        return this.#endTag(at + 1);
      case 0x3f:
        return this.#instruction(at + 1);
      case 0x21:
        return this.#declaration(at + 1);
      default:
        return this.#startTag(at);
    }
  }

  #startTag(start: number): XmlToken {
    let at = this.#name(start);
    if (at === -1) return this.#fail(start, "expected element name after <");
    const { nameStart, localStart, nameEnd } = this;
    if (this.#depth === maxElementDepth) return this.#fail(start, "exceeded max depth");
    this.attributeCount = 0;
    for (;;) {
      at = this.#skipBlanks(at);
      const byte = this.#bytes[at];
      if (byte === 0x3e) break;
      if (byte === 0x2f) {
        if (this.#bytes[++at] !== 0x3e) return this.#fail(at, "expected /> in element");
        this.#isEmptyElement = true;
        break;
      }
      at = this.#attribute(at);
      if (at === -1) return "failed";
    }
    openNames[this.#depth * 2] = nameStart;
    openNames[this.#depth * 2 + 1] = nameEnd;
    this.#depth++;
    this.nameStart = nameStart;
    this.localStart = localStart;
    this.nameEnd = nameEnd;
    this.#at = at + 1;
    return "start";
  }

  /** Behind the attribute at `start`, or -1. */
  #attribute(start: number): number {
    let at = this.#name(start);
    if (at === -1) return this.#failAt(start, "expected attribute name in element");
    const { nameStart, localStart, nameEnd } = this;
    at = this.#skipBlanks(at);
    if (this.#bytes[at] !== 0x3d) {
      return this.#failAt(at, "attribute name without = in element");
    }
    at = this.#skipBlanks(at + 1);
    const quote = this.#bytes[at];
    if (quote !== 0x22 && quote !== 0x27) {
      return this.#failAt(at, "unquoted or missing attribute value in element");
    }
    if (!readText(this.#bytes, at + 1, this.#end, quote === 0x22 ? "double" : "single")) {
      return this.#failAt(found.problemAt, found.problem);
    }
    const index = this.#newAttribute();
    const { attributes } = this;
    attributes[index] = nameStart;
    attributes[index + 1] = localStart;
    attributes[index + 2] = nameEnd;
    attributes[index + 3] = at + 1;
    attributes[index + 4] = found.end;
    return found.after;
  }

  #newAttribute(): number {
    const count = this.attributeCount++;
    if (count === this.attributeFlags.length) {
      const flags = new Int32Array(count * 2);
      flags.set(this.attributeFlags);
      this.attributeFlags = flags;
      const attributes = new Int32Array(count * 2 * attributeStride);
      attributes.set(this.attributes);
      this.attributes = attributes;
    }
    this.attributeFlags[count] = found.flags;
    return count * attributeStride;
  }

  #endTag(start: number): XmlToken {
    const end = this.#name(start);
    if (end === -1) return this.#fail(start, "expected element name after </");
    const at = this.#skipBlanks(end);
    const name = () => this.#textOf(this.localStart, end);
    if (this.#bytes[at] !== 0x3e) {
      return this.#fail(at, `invalid characters between </${name()} and >`);
    }
    if (this.#depth === 0) return this.#fail(at, `unexpected end element </${name()}>`);
    this.#depth--;
    if (!this.#closesOpen(start, end)) {
      const open = this.#textOf(openNames[this.#depth * 2]!, openNames[this.#depth * 2 + 1]!);
      return this.#fail(at, `element <${open}> closed by </${this.#textOf(start, end)}>`);
    }
    this.#at = at + 1;
    this.tagStart = start - 2;
    return "end";
  }

  #closesOpen(start: number, end: number): boolean {
    const bytes = this.#bytes;
    const open = openNames[this.#depth * 2]!;
    const length = end - start;
    if (openNames[this.#depth * 2 + 1]! - open !== length) return false;
    for (let index = 0; index < length; index++) {
      if (bytes[open + index] !== bytes[start + index]) return false;
    }
    return true;
  }

  #instruction(start: number): XmlToken | undefined {
    const end = this.#name(start);
    if (end === -1) return this.#fail(start, "expected target name after <?");
    const bytes = this.#bytes;
    let at = end;
    while (at < this.#end && !(bytes[at] === 0x3f && bytes[at + 1] === 0x3e)) at++;
    if (at === this.#end) return this.#fail(at, "unexpected EOF");
    if (this.#textOf(start, end) === "xml") {
      const problem = declarationProblem(this.#textOf(end, at));
      if (problem !== "") {
        this.isSyntax = false;
        return this.#fail(start, problem);
      }
    }
    this.#at = at + 2;
    return undefined;
  }

  /** Behind `<!`: a comment, a section of text or a document type. */
  #declaration(start: number): XmlToken | undefined {
    const bytes = this.#bytes;
    if (bytes[start] === 0x2d) {
      if (bytes[start + 1] !== 0x2d)
        return this.#fail(start, "invalid sequence <!- not part of <!--");
      return this.#passTo(commentEnd(bytes, start + 2, this.#end));
    }
    if (bytes[start] !== 0x5b) return this.#passTo(documentTypeEnd(bytes, start, this.#end));
    for (let index = 0; index < CDATA.length; index++) {
      if (bytes[start + index] !== CDATA[index]) {
        return this.#fail(start + index, "invalid <![ sequence");
      }
    }
    const token = this.#text(start + CDATA.length, "cdata");
    return token === "failed" || this.textEnd > this.textStart ? token : undefined;
  }

  #passTo(at: number): XmlToken | undefined {
    if (at < 0) return this.#fail(passed.problemAt, passed.problem);
    this.#at = at;
    return undefined;
  }

  /** End of the name at `start`, whose parts it notes; -1 where there is none. */
  #name(start: number): number {
    const end = readName(this.#bytes, start);
    if (end === -1) return -1;
    this.nameStart = start;
    this.localStart = passed.localStart;
    this.nameEnd = end;
    return end;
  }

  #skipBlanks(start: number): number {
    const bytes = this.#bytes;
    let at = start;
    for (;;) {
      const byte = bytes[at];
      if (byte !== 0x20 && byte !== 0x0a && byte !== 0x09 && byte !== 0x0d) return at;
      at++;
    }
  }

  #textOf(from: number, to: number): string {
    return Buffer.from(this.#bytes.subarray(from, to)).toString("utf8");
  }

  #fail(at: number, problem: string): "failed" {
    // What Go would have read next is not there.
    this.problem = at >= this.#end && this.isSyntax ? eofOr(problem) : problem;
    this.problemAt = at;
    return "failed";
  }

  #failAt(at: number, problem: string): -1 {
    this.#fail(at, problem);
    return -1;
  }
}

const CDATA = new TextEncoder().encode("[CDATA[");

function eofOr(problem: string): string {
  return problem.includes("EOF") ? problem : "unexpected EOF";
}
