import { type Failure, failure } from "../errors.ts";
import type { JsonBlock, Value } from "../json/block.ts";
import { shapeFailure } from "../json/json-failure.ts";
import { layOutXml } from "../xml/layout.ts";
import { decodeFeed } from "./feed-data.ts";

/** Makes the data of a response out of a backend's body; `null` is a JSON `null`. */
export type Decoder = (block: JsonBlock, body: Uint8Array) => Value | null | Failure;

/** What a backend's `encoding` means for the body. */
export interface Encoding {
  readonly decode: Decoder;
  /**
   * Whether a body that broke off still counts when a whole value came before: KrakenD stops
   * reading after the first value.
   */
  readonly toleratesCut: boolean;
}

/** The decoder of a backend's `encoding`, found in any letter case; unknown names mean JSON, as in KrakenD. */
export function encodingOf(name: string, isCollection: boolean): Encoding {
  switch (name.toLowerCase()) {
    case "string":
      return { decode: decodeString, toleratesCut: false };
    case "safejson":
      return { decode: decodeSafeJson, toleratesCut: false };
    case "rss":
      return { decode: decodeFeed, toleratesCut: false };
    case "xml":
      return { decode: isCollection ? decodeXmlCollection : decodeXml, toleratesCut: true };
    default:
      return { decode: isCollection ? decodeCollection : decodeObject, toleratesCut: true };
  }
}

function decodeObject(block: JsonBlock, body: Uint8Array): Value | null | Failure {
  const value = block.scan(body);
  if (typeof value === "object") return failure("invalid_body", value.message);
  const kind = block.kind(value);
  if (kind === "object") return value;
  if (kind === "null") return null;
  return failure("invalid_body", shapeFailure(kind, "object"));
}

function decodeCollection(block: JsonBlock, body: Uint8Array): Value | Failure {
  const value = block.scan(body);
  if (typeof value === "object") return failure("invalid_body", value.message);
  const kind = block.kind(value);
  if (kind === "array" || kind === "null") return block.group(value, "collection");
  return failure("invalid_body", shapeFailure(kind, "array"));
}

function decodeSafeJson(block: JsonBlock, body: Uint8Array): Value | Failure {
  const value = block.scan(body);
  if (typeof value === "object") return failure("invalid_body", value.message);
  const kind = block.kind(value);
  if (kind === "object") return value;
  return block.group(value, kind === "array" ? "collection" : "content");
}

function decodeXml(block: JsonBlock, body: Uint8Array): Value | Failure {
  const value = block.layOut(() => layOutXml(body));
  return typeof value === "object" ? failure("invalid_body", value.message) : value;
}

function decodeXmlCollection(block: JsonBlock, body: Uint8Array): Value | Failure {
  const value = decodeXml(block, body);
  if (typeof value === "object") return value;
  // A type of its own in KrakenD, which no path leads into.
  block.seal(value);
  return block.group(value, "collection");
}

function decodeString(block: JsonBlock, body: Uint8Array): Value {
  return block.group(block.stringBytes(body), "content");
}
