/** A document's elements as JSON on the tape; its texts stay where they stand in the arena. */
import { arena, hasRoomFor, maxSpans, reserveBytes, slotsPerSpan } from "../json/arena.ts";
import {
  addSpan,
  copyable,
  endAt,
  flagsAt,
  keyCopyable,
  keyEndAt,
  keyMade,
  keyStartAt,
  made,
  objectKind,
  plain,
  sorted,
  startAt,
  stringKind,
} from "../json/tape.ts";
import { toUtf8 } from "./declaration.ts";
import { Members } from "./members.ts";
import { attributeStride, maxElementDepth, XmlScanner } from "./scanner.ts";

/** Why bytes are no XML document: the text of KrakenD's library. */
export interface XmlFailure {
  readonly kind: "xml-failure";
  readonly message: string;
}

/**
 * Lays out the first root element as the `mxj` library of KrakenD reads it and returns the slot of
 * an object with that one key: attributes as `-name`, prefixes dropped, repeated elements as array.
 */
export function layOutXml(input: Uint8Array): number | XmlFailure {
  const document = toUtf8(input);
  if (typeof document === "string") return failure(`${READER}${document}`);
  if (!hasRoomFor(document.length + SHARED.length + 1)) return failure("document too large");

  const { tail, top, expansionBytes } = arena;
  const laid = new Layout(document).run();
  if (typeof laid === "number") return laid;
  arena.tail = tail;
  arena.top = top;
  arena.expansionBytes = expansionBytes;
  return laid;
}

/** What mxj puts in front of the texts of Go's decoder. */
const READER = "xml.Decoder.Token() - ";

/** Texts that many values share. */
const SHARED = new TextEncoder().encode('#text"""');
const TEXT_KEY_LENGTH = 5;

const keyFlags = keyMade | keyCopyable;
const hyphen = 0x2d;
const quote = 0x22;

/** A text that waits for the end of its element; `end` 0: none. */
interface Pieces {
  readonly start: Int32Array;
  readonly end: Int32Array;
  readonly flags: Int32Array;
}

// One document is read at a time: the stacks are made once.
const elementSlots = new Int32Array(maxElementDepth + 1);
/** The last piece while the element had neither attributes nor children; it wins. */
const before = newPieces();
const after = newPieces();

class Layout {
  readonly #document: Uint8Array;
  readonly #shared: number;
  readonly #scanner: XmlScanner;
  readonly #members = new Members();
  #depth = 0;

  constructor(document: Uint8Array) {
    this.#document = document;
    const { length } = document;
    reserveBytes(length + 1 + SHARED.length);
    const { bytes, tail } = arena;
    bytes.set(document, tail);
    bytes[tail + length] = 0;
    bytes.set(SHARED, tail + length + 1);
    this.#shared = tail + length + 1;
    this.#scanner = new XmlScanner(bytes, tail, tail + length);
    arena.tail = this.#shared + SHARED.length;
  }

  run(): number | XmlFailure {
    const scanner = this.#scanner;
    const root = addSpan(objectKind | sorted | made, 0, 0);
    elementSlots[0] = root;
    this.#members.open(0);
    for (;;) {
      switch (scanner.next()) {
        case "text":
          this.#keepText();
          break;
        case "start":
          // Beyond it a slot would be no number of the tape; what is open may need two more each.
          if (
            arena.top >=
            (maxSpans - scanner.attributeCount - 2 * maxElementDepth) * slotsPerSpan
          ) {
            return failure("too many values");
          }
          this.#open();
          break;
        case "end":
          this.#close();
          if (this.#depth === 0) return root;
          break;
        case "finished":
          return failure("EOF");
        default:
          return this.#failed();
      }
    }
  }

  #failed(): XmlFailure {
    const { problem, problemAt, isSyntax } = this.#scanner;
    if (!isSyntax) return failure(`${READER}${problem}`);
    const start = this.#shared - 1 - this.#document.length;
    const line = countLines(this.#document, problemAt - start);
    return failure(`${READER}XML syntax error on line ${line}: ${problem}`);
  }

  #open(): void {
    const scanner = this.#scanner;
    const slot = addSpan(objectKind | sorted | made | keyFlags, 0, 0);
    const { tape } = arena;
    tape[slot + keyStartAt] = scanner.localStart;
    tape[slot + keyEndAt] = scanner.nameEnd;
    this.#members.add(this.#depth, elementSlots[this.#depth]!, slot);
    const depth = ++this.#depth;
    elementSlots[depth] = slot;
    this.#members.open(depth);
    before.end[depth] = 0;
    after.end[depth] = 0;
    for (let index = 0; index < scanner.attributeCount; index++) this.#addAttribute(slot, index);
  }

  #addAttribute(element: number, index: number): void {
    const { attributes, attributeFlags } = this.#scanner;
    const at = index * attributeStride;
    const local = attributes[at + 1]!;
    const localEnd = attributes[at + 2]!;
    const start = attributes[at + 3]!;
    const end = attributes[at + 4]!;
    const flags = attributeFlags[index]!;
    let key = local - 1;
    if (isQuote(arena.bytes[key]!)) key = this.#writeKey(local, localEnd);
    const keyEnd = key + 1 + localEnd - local;
    const { bytes } = arena;
    bytes[key] = hyphen;
    bytes[start - 1] = quote;
    bytes[end] = quote;
    noteExpansion(flags, end - start);

    const known = this.#members.find(this.#depth, element, key, keyEnd);
    const slot = known === 0 ? addSpan(0, 0, 0) : known;
    const { tape } = arena;
    tape[slot + flagsAt] = stringKind | made | flags | keyFlags;
    tape[slot + startAt] = start - 1;
    tape[slot + endAt] = end + 1;
    tape[slot + keyStartAt] = key;
    tape[slot + keyEndAt] = keyEnd;
    if (known === 0) this.#members.append(this.#depth, element, slot);
  }

  /** Of an attribute right behind another one's value: there is no place for its hyphen. */
  #writeKey(start: number, end: number): number {
    reserveBytes(end - start + 2);
    const { bytes, tail } = arena;
    bytes.copyWithin(tail + 1, start, end);
    bytes[tail + 1 + end - start] = quote;
    arena.tail = tail + end - start + 2;
    this.#scanner.moveTo(bytes);
    return tail;
  }

  #keepText(): void {
    const depth = this.#depth;
    if (depth === 0) return;
    const { bytes } = arena;
    let { textStart: start, textEnd: end } = this.#scanner;
    while (start < end && isBlank(bytes[start]!)) start++;
    while (start < end && isBlank(bytes[end - 1]!)) end--;
    if (start === end) return;
    bytes[start - 1] = quote;
    bytes[end] = quote;
    const pieces = this.#members.isEmpty(depth) ? before : after;
    pieces.start[depth] = start;
    pieces.end[depth] = end;
    // Without the blanks around it a text may be written as it stands.
    pieces.flags[depth] = this.#scanner.textFlags;
  }

  #close(): void {
    const depth = this.#depth--;
    const slot = elementSlots[depth]!;
    const isEmpty = this.#members.isEmpty(depth);
    const pieces = before.end[depth] !== 0 ? before : after;
    if (isEmpty) {
      placeText(slot, pieces, depth, keyFlags, this.#shared + TEXT_KEY_LENGTH);
      return;
    }
    if (pieces.end[depth] === 0) return;
    const text = addSpan(0, 0, 0);
    placeText(text, pieces, depth, keyFlags, 0);
    const { tape } = arena;
    tape[text + keyStartAt] = this.#shared;
    tape[text + keyEndAt] = this.#shared + TEXT_KEY_LENGTH;
    arena.expansionBytes += SHARED.length;
    this.#members.append(depth, slot, text);
  }
}

/** Makes a span the string that waits, or the empty one at `empty`. */
function placeText(
  slot: number,
  pieces: Pieces,
  depth: number,
  flags: number,
  empty: number,
): void {
  const { tape } = arena;
  const end = pieces.end[depth]!;
  if (end === 0) {
    tape[slot + flagsAt] = stringKind | made | copyable | plain | flags;
    tape[slot + startAt] = empty + 1;
    tape[slot + endAt] = empty + 3;
    arena.expansionBytes += SHARED.length;
    return;
  }
  const start = pieces.start[depth]!;
  const textFlags = pieces.flags[depth]!;
  tape[slot + flagsAt] = stringKind | made | textFlags | flags;
  tape[slot + startAt] = start - 1;
  tape[slot + endAt] = end + 1;
  noteExpansion(textFlags, end - start);
}

function noteExpansion(flags: number, length: number): void {
  if ((flags & copyable) === 0) arena.expansionBytes += length * 5;
}

function newPieces(): Pieces {
  const length = maxElementDepth + 1;
  return {
    start: new Int32Array(length),
    end: new Int32Array(length),
    flags: new Int32Array(length),
  };
}

function failure(message: string): XmlFailure {
  return { kind: "xml-failure", message };
}

function countLines(document: Uint8Array, end: number): number {
  let line = 1;
  for (let at = 0; at < end; at++) if (document[at] === 0x0a) line++;
  return line;
}

function isBlank(byte: number): boolean {
  return byte === 0x20 || byte === 0x0a || byte === 0x09 || byte === 0x0d;
}

function isQuote(byte: number): boolean {
  return byte === 0x22 || byte === 0x27;
}
