import type { EndpointConfig } from "../config/model.ts";
import type { StageResponse } from "../contracts.ts";
import type { HeaderList } from "../http1/header-list.ts";
import type { JsonBlock, Value } from "../json/block.ts";

/** What a renderer makes of decoded data. */
export interface Rendered {
  readonly contentType: string;
  readonly body: Uint8Array;
}

/** Writes the data of a response in one of the output encodings. */
export type Renderer = (block: JsonBlock, response: StageResponse | null) => Rendered;

const JSON_TYPE = "application/json; charset=utf-8";
const TEXT_TYPE = "text/plain; charset=utf-8";
const EMPTY_OBJECT = Buffer.from("{}");
const EMPTY_ARRAY = Buffer.from("[]");
const NULL = Buffer.from("null");
const NOTHING = Buffer.alloc(0);

const RENDERERS: ReadonlyMap<string, Renderer> = new Map([
  ["json", renderJson],
  ["json-collection", renderCollection],
  ["string", renderString],
]);

/** Output encodings that KrakenD has and gw does not have yet. */
const UNSUPPORTED: ReadonlySet<string> = new Set(["xml", "yaml", "negotiate"]);

/** What an endpoint answers with: decoded data by a renderer, or the backend's own stream. */
export type OutputPlan =
  | { readonly kind: "render"; readonly render: Renderer }
  | { readonly kind: "no-op" }
  | { readonly kind: "unsupported"; readonly encoding: string };

/**
 * Chooses by the exact name of the output encoding. An unknown name falls back to the renderer that
 * is named like the encoding of the only backend, else to JSON, as in KrakenD.
 */
export function planOutput({ outputEncoding, backends }: EndpointConfig): OutputPlan {
  const only = backends.length === 1 ? backends[0]!.encoding : "";
  for (const name of [outputEncoding, only]) {
    if (name === "no-op") return { kind: "no-op" };
    const render = RENDERERS.get(name);
    if (render !== undefined) return { kind: "render", render };
    if (UNSUPPORTED.has(name)) return { kind: "unsupported", encoding: name };
  }
  return { kind: "render", render: renderJson };
}

function renderJson(block: JsonBlock, response: StageResponse | null): Rendered {
  if (response === null) return { contentType: JSON_TYPE, body: EMPTY_OBJECT };
  const { data } = response;
  return { contentType: JSON_TYPE, body: data === null ? NULL : block.emit(data) };
}

function renderCollection(block: JsonBlock, response: StageResponse | null): Rendered {
  const collection = member(block, response, "collection");
  const body = collection === undefined ? EMPTY_ARRAY : block.emit(collection);
  return { contentType: JSON_TYPE, body };
}

function renderString(block: JsonBlock, response: StageResponse | null): Rendered {
  const content = member(block, response, "content");
  const isText = content !== undefined && block.kind(content) === "string";
  return { contentType: TEXT_TYPE, body: isText ? block.bytes(content) : NOTHING };
}

function member(block: JsonBlock, response: StageResponse | null, key: string): Value | undefined {
  const data = response?.data ?? null;
  return data === null ? undefined : block.get(data, key);
}

/** Adds a content type where the headers have none yet. */
export function withContentType(headers: HeaderList, contentType: string): HeaderList {
  headers.push("Content-Type", contentType);
  return headers;
}
