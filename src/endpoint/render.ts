import type { EndpointConfig } from "../config/model.ts";
import type { StageResponse } from "../contracts.ts";
import type { JsonBlock, Value } from "../json/block.ts";
import { emptyXml, writeXml } from "../xml/write.ts";
import { writeYaml } from "../yaml/write.ts";
import type { Offer } from "./negotiate.ts";

/** Writes the data of a response in one of the output encodings. */
export type Renderer = (block: JsonBlock, response: StageResponse | null) => Buffer;

const JSON_TYPE = "application/json; charset=utf-8";
const TEXT_TYPE = "text/plain; charset=utf-8";
const XML_TYPE = "application/xml";
const YAML_TYPE = "application/yaml; charset=utf-8";
const EMPTY_OBJECT = Buffer.from("{}");
const EMPTY_ARRAY = Buffer.from("[]");
const NULL = Buffer.from("null");
const EMPTY_XML = Buffer.from(emptyXml);
const YAML_NULL = Buffer.from("null\n");
const NOTHING = Buffer.alloc(0);

const JSON_PLAN: RenderPlan = { kind: "render", contentType: JSON_TYPE, render: renderJson };
const YAML_PLAN: RenderPlan = { kind: "render", contentType: YAML_TYPE, render: renderYaml };
const XML_PLAN: RenderPlan = {
  kind: "render",
  contentType: XML_TYPE,
  contentTypeOfNothing: `${XML_TYPE}; charset=utf-8`,
  render: renderXml,
};

const PLANS: ReadonlyMap<string, OutputPlan> = new Map<string, OutputPlan>([
  ["json", JSON_PLAN],
  ["json-collection", { kind: "render", contentType: JSON_TYPE, render: renderCollection }],
  ["string", { kind: "render", contentType: TEXT_TYPE, render: renderString }],
  ["xml", XML_PLAN],
  ["yaml", YAML_PLAN],
  ["negotiate", { kind: "negotiate", offers: { json: JSON_PLAN, xml: XML_PLAN, yaml: YAML_PLAN } }],
  ["no-op", { kind: "no-op" }],
]);

/** Decoded data, by one renderer. */
export interface RenderPlan {
  readonly kind: "render";
  readonly contentType: string;
  /** Where there was no response and no error; else the same. */
  readonly contentTypeOfNothing?: string;
  readonly render: Renderer;
}

/** What an endpoint answers with: decoded data by one renderer or by the one that the client asks for, or the backend's own stream. */
export type OutputPlan =
  | RenderPlan
  | { readonly kind: "negotiate"; readonly offers: Readonly<Record<Offer, RenderPlan>> }
  | { readonly kind: "no-op" };

/**
 * Chooses by the exact name of the output encoding. An unknown name falls back to the renderer that
 * is named like the encoding of the only backend, else to JSON, as in KrakenD.
 */
export function planOutput({ outputEncoding, backends }: EndpointConfig): OutputPlan {
  const only = backends.length === 1 ? backends[0]!.encoding : "";
  for (const name of [outputEncoding, only]) {
    const plan = PLANS.get(name);
    if (plan !== undefined) return plan;
  }
  return JSON_PLAN;
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

function renderXml(block: JsonBlock, response: StageResponse | null): Buffer {
  if (response === null) return NOTHING;
  const { data } = response;
  return data === null ? EMPTY_XML : block.write(data, writeXml);
}

function renderYaml(block: JsonBlock, response: StageResponse | null): Buffer {
  if (response === null) return EMPTY_OBJECT;
  const { data } = response;
  return data === null ? YAML_NULL : block.write(data, writeYaml);
}

function member(block: JsonBlock, response: StageResponse | null, key: string): Value | undefined {
  const data = response?.data ?? null;
  return data === null ? undefined : block.get(data, key);
}
