import type { EndpointConfig } from "../config/model.ts";
import type { StageResponse } from "../contracts.ts";
import type { JsonBlock, Value } from "../json/block.ts";

/** Writes the data of a response in one of the output encodings. */
export type Renderer = (block: JsonBlock, response: StageResponse | null) => Buffer;

const JSON_TYPE = "application/json; charset=utf-8";
const TEXT_TYPE = "text/plain; charset=utf-8";
const EMPTY_OBJECT = Buffer.from("{}");
const EMPTY_ARRAY = Buffer.from("[]");
const NULL = Buffer.from("null");
const NOTHING = Buffer.alloc(0);

const RENDERERS: ReadonlyMap<string, RenderPlan> = new Map([
  ["json", { kind: "render", contentType: JSON_TYPE, render: renderJson }],
  ["json-collection", { kind: "render", contentType: JSON_TYPE, render: renderCollection }],
  ["string", { kind: "render", contentType: TEXT_TYPE, render: renderString }],
]);

interface RenderPlan {
  readonly kind: "render";
  readonly contentType: string;
  readonly render: Renderer;
}

/** What an endpoint answers with: decoded data by a renderer, or the backend's own stream. */
export type OutputPlan = RenderPlan | { readonly kind: "no-op" };

/**
 * Chooses by the exact name of the output encoding. An unknown name falls back to the renderer that
 * is named like the encoding of the only backend, else to JSON, as in KrakenD.
 */
export function planOutput({ outputEncoding, backends }: EndpointConfig): OutputPlan {
  const only = backends.length === 1 ? backends[0]!.encoding : "";
  for (const name of [outputEncoding, only]) {
    if (name === "no-op") return { kind: "no-op" };
    const plan = RENDERERS.get(name);
    if (plan !== undefined) return plan;
  }
  return { kind: "render", contentType: JSON_TYPE, render: renderJson };
}

function renderJson(block: JsonBlock, response: StageResponse | null): Buffer {
  if (response === null) return EMPTY_OBJECT;
  const { data } = response;
  return data === null ? NULL : block.emit(data);
}

function renderCollection(block: JsonBlock, response: StageResponse | null): Buffer {
  const collection = member(block, response, "collection");
  return collection === undefined ? EMPTY_ARRAY : block.emit(collection);
}

function renderString(block: JsonBlock, response: StageResponse | null): Buffer {
  const content = member(block, response, "content");
  const isText = content !== undefined && block.kind(content) === "string";
  return isText ? Buffer.from(block.bytes(content)) : NOTHING;
}

function member(block: JsonBlock, response: StageResponse | null, key: string): Value | undefined {
  const data = response?.data ?? null;
  return data === null ? undefined : block.get(data, key);
}
