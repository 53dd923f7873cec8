/**
 * JSON documents for the length of one synchronous block.
 *
 * Texts stay bytes from the backend to the client: numbers keep every digit, keys come out sorted
 * and escapes as Go's encoder writes them, and nothing is built that the garbage collector must
 * find again.
 */
import { TextSink } from "../lib/text-sink.ts";
import { arena, closeArena, maxSpans, openArena, slotsPerSpan } from "./arena.ts";
import { emitDocument } from "./emit.ts";
import type { Mapping, PathFilter } from "./filters.ts";
import { runFlatmap } from "./flatmap.ts";
import type { FlatmapPlan } from "./flatmap-plan.ts";
import type { JsonFailure } from "./json-failure.ts";
import {
  addArray,
  addGroup,
  addLiteral,
  addNumber,
  addObject,
  addOrderedObject,
  addPlain,
  addString,
  addStringBytes,
  setMember,
} from "./make.ts";
import {
  childrenOf,
  countChildren,
  findMember,
  findPath,
  keySourceOffset,
  keyText,
  kindName,
  scalarText,
  sourceOffset,
  stringContent,
  toPlainValue,
} from "./read.ts";
import { scanDocument } from "./scan.ts";
import { keepAllowed, mergeObjects, removeDenied, renameMembers, takeTarget } from "./shape.ts";
import {
  arrayKind,
  firstAt,
  flagsAt,
  kindOf,
  nullKind,
  objectKind,
  opaque,
  type ValueKind,
} from "./tape.ts";

/** A long key that stands at each item of a list, or the indentation of deep levels, can make much of little. */
const maxWrittenBytes = 512 * 1024 * 1024;

declare const brand: unique symbol;

/** A value of a document; means something only to the block that made it. */
export type Value = number & { readonly [brand]: "JSON value" };

/** A member of an object, as `JsonBlock.members` lists it. */
export interface Member {
  readonly key: string;
  readonly value: Value;
  /** Of the key's opening quote in the scanned bytes; -1 for what was made. */
  readonly keyOffset: number;
}

/**
 * Runs `work` with the worker's scratch memory and forgets every document afterwards. What must
 * outlive the block leaves it as a string, a plain value or emitted bytes. Throws inside another block.
 */
export function withJsonBlock<T>(work: (block: JsonBlock) => T): T {
  const block = new JsonBlock(openArena());
  try {
    return work(block);
  } finally {
    closeArena();
  }
}

/** The operations on documents. Each throws once the block has ended, and for a `Value` of another block. */
export class JsonBlock {
  readonly #base: number;

  /** Only `withJsonBlock` makes blocks. */
  constructor(base: number) {
    this.#base = base;
  }

  /** Lays out the first JSON value of the bytes and ignores what follows it, as KrakenD does with bodies. */
  scan(bytes: Uint8Array): Value | JsonFailure {
    return this.#scan(bytes, false);
  }

  /** The same, but anything except blanks behind the value is a failure; for configuration files. */
  scanWhole(bytes: Uint8Array): Value | JsonFailure {
    return this.#scan(bytes, true);
  }

  kind(value: Value): ValueKind {
    return kindName(this.#slot(value));
  }

  /** Decoded characters of a string; source text of a number, `true`, `false` or `null`. Throws for objects and arrays. */
  text(value: Value): string {
    return scalarText(this.#slot(value));
  }

  /** A string's characters as fresh bytes; of one made by `stringBytes` exactly those. Throws for other kinds. */
  bytes(value: Value): Uint8Array {
    return stringContent(this.#slot(value));
  }

  /** Byte offset in the scanned bytes; -1 for a value that was made. */
  offset(value: Value): number {
    return sourceOffset(this.#slot(value));
  }

  /** Whether an object or array holds nothing; `false` for every other kind. */
  isEmpty(value: Value): boolean {
    const slot = this.#slot(value);
    return kindOf(slot) <= arrayKind && arena.tape[slot + firstAt] === 0;
  }

  /** The member with this key, of several the last; `undefined` also when `object` is none. */
  get(object: Value, key: string): Value | undefined {
    return this.#optional(findMember(this.#slot(object), key));
  }

  /** The value at the end of a path of keys. Arrays are not entered. */
  at(value: Value, path: readonly string[]): Value | undefined {
    return this.#optional(findPath(this.#slot(value), path));
  }

  /** An object's members in the order of the document; of equal keys only the last. Empty for other kinds. */
  members(object: Value): Member[] {
    const slot = this.#slot(object);
    if (kindOf(slot) !== objectKind) return [];

    const members: Member[] = [];
    for (const child of childrenOf(slot)) {
      const key = keyText(child);
      members.push({ key, value: this.#value(child), keyOffset: keySourceOffset(child) });
    }
    return hasTwins(members) ? lastOfEach(members) : members;
  }

  /** How many members or items stand there, a key that is there twice counted twice; 0 for every other kind. */
  size(value: Value): number {
    const slot = this.#slot(value);
    return kindOf(slot) <= arrayKind ? countChildren(slot) : 0;
  }

  /** An array's items; empty for other kinds. */
  items(array: Value): Value[] {
    const slot = this.#slot(array);
    return kindOf(slot) === arrayKind ? childrenOf(slot).map((item) => this.#value(item)) : [];
  }

  /** Plain JavaScript: objects without prototype; numbers as such, or as `JsonNumber` with their text. */
  toPlain(value: Value, numbers: "number" | "text"): unknown {
    return toPlainValue(this.#slot(value), numbers);
  }

  /** An empty object; its members come out sorted. */
  object(): Value {
    this.#checkIsOpen();
    return this.#value(addObject());
  }

  /** An object whose members come out in the order given, not sorted. */
  orderedObject(members: readonly (readonly [string, Value])[]): Value {
    this.#checkIsOpen();
    const slots = members.map(([key, value]) => [key, this.#slot(value)] as const);
    return this.#value(addOrderedObject(slots));
  }

  /** An array. A value that already belongs to something is copied. */
  array(items: readonly Value[]): Value {
    this.#checkIsOpen();
    return this.#value(addArray(items.map((item) => this.#slot(item))));
  }

  string(text: string): Value {
    this.#checkIsOpen();
    return this.#value(addString(text));
  }

  /** A string of these bytes. What is broken UTF-8 reads as U+FFFD and is written `\ufffd`, as Go does with raw bodies. */
  stringBytes(bytes: Uint8Array): Value {
    this.#checkIsOpen();
    return this.#value(addStringBytes(bytes));
  }

  /** A number with exactly this text; throws when JSON's grammar does not know it. */
  number(text: string): Value {
    this.#checkIsOpen();
    return this.#value(addNumber(text));
  }

  literal(literal: boolean | null): Value {
    this.#checkIsOpen();
    return this.#value(addLiteral(literal));
  }

  /**
   * A document of plain JavaScript or `JsonNumber`s. Numbers take Go's shortest form; what JSON does
   * not know (`undefined`, `NaN`, functions) becomes `null`. Throws a `RangeError` below 512 levels.
   */
  fromPlain(plain: unknown): Value {
    this.#checkIsOpen();
    return this.#value(addPlain(plain));
  }

  /** Sets a member, in the place of one with the same key. A value that already belongs to something is copied. */
  set(object: Value, key: string, value: Value): void {
    const slot = this.#slot(object);
    if (kindOf(slot) !== objectKind) throw new TypeError("only JSON objects have members");
    setMember(slot, key, this.#slot(value));
  }

  /** KrakenD's `target`: the object at the end of the path, taken out of its document, or a new empty one. */
  target(value: Value, path: readonly string[]): Value {
    return this.#value(takeTarget(this.#slot(value), path));
  }

  /** KrakenD's `allow`, in place: keeps the named leaves and sub-trees; objects left without any go. */
  allow(value: Value, filter: PathFilter): void {
    keepAllowed(this.#slot(value), filter);
  }

  /** KrakenD's `deny`, in place: removes the named leaves; their parents stay, empty perhaps. */
  deny(value: Value, filter: PathFilter): void {
    removeDenied(this.#slot(value), filter);
  }

  /** KrakenD's `mapping`, in place: renames top-level members. */
  rename(value: Value, mapping: Mapping): void {
    renameMembers(this.#slot(value), mapping);
  }

  /** KrakenD's `flatmap_filter`, in place; `null` when the operations left nothing. */
  flatmap(value: Value, plan: FlatmapPlan): Value | null {
    const slot = this.#slot(value);
    runFlatmap(slot, plan);
    return kindOf(slot) === nullKind ? null : value;
  }

  /** Makes a value one for filters: `target`, `allow`, `deny` and `flatmap` do not look into it. */
  seal(value: Value): void {
    const slot = this.#slot(value);
    arena.tape[slot + flagsAt] = arena.tape[slot + flagsAt]! | opaque;
  }

  /** KrakenD's `group`: an object with the value as its only member. */
  group(value: Value, key: string): Value {
    return this.#value(addGroup(key, this.#slot(value)));
  }

  /** One object with the top-level members of all, later ones first in right. The given objects are used up: they are empty afterwards. */
  merge(values: readonly Value[]): Value {
    this.#checkIsOpen();
    return this.#value(mergeObjects(values.map((value) => this.#slot(value))));
  }

  /** A value that `lay` puts on the tape: how documents in other notations than JSON come in. It returns the slot, or why there is none. */
  layOut<F extends object>(lay: () => number | F): Value | F {
    this.#checkIsOpen();
    const laid = lay();
    return typeof laid === "number" ? this.#value(laid) : laid;
  }

  /** What `writer` makes of the value's slot: how documents go out in other notations than JSON. Throws a `RangeError` beyond 512 MiB. */
  write(value: Value, writer: (slot: number, sink: TextSink) => void): Buffer {
    const sink = new TextSink(maxWrittenBytes);
    writer(this.#slot(value), sink);
    return sink.end();
  }

  /** The canonical text as fresh bytes, which outlive the block. */
  emit(value: Value): Buffer {
    return emitDocument(this.#slot(value));
  }

  #scan(bytes: Uint8Array, isWhole: boolean): Value | JsonFailure {
    this.#checkIsOpen();
    const scanned = scanDocument(bytes, isWhole);
    return typeof scanned === "number" ? this.#value(scanned) : scanned;
  }

  #optional(slot: number): Value | undefined {
    return slot === 0 ? undefined : this.#value(slot);
  }

  #value(slot: number): Value {
    // The one place where values are made: the block's base and the span's number.
    return (this.#base + slot / slotsPerSpan) as Value;
  }

  #slot(value: Value): number {
    this.#checkIsOpen();
    const span = value - this.#base;
    if (!(span > 0 && span < maxSpans)) {
      throw new Error("a JSON value was used outside the block that made it");
    }
    return span * slotsPerSpan;
  }

  #checkIsOpen(): void {
    if (arena.base !== this.#base) throw new Error("a JSON block was used after its end");
  }
}

/** Whether a key is there twice; few keys are compared sooner than a table of them is made. */
function hasTwins(members: readonly Member[]): boolean {
  if (members.length > 16) return new Set(members.map(({ key }) => key)).size < members.length;
  for (let index = 1; index < members.length; index++) {
    const { key } = members[index]!;
    for (let earlier = 0; earlier < index; earlier++) {
      if (members[earlier]!.key === key) return true;
    }
  }
  return false;
}

function lastOfEach(members: readonly Member[]): Member[] {
  const byKey = new Map<string, Member>();
  for (const member of members) {
    byKey.delete(member.key);
    byKey.set(member.key, member);
  }
  return [...byKey.values()];
}
