import type { JsonBlock, Value } from "../json/block.ts";
import { toByteText } from "../lib/percent.ts";

/**
 * A JSON value as KrakenD puts it into a URL, one byte per character: numbers with their source
 * text, `null` as `<nil>`, the items of a list joined by commas, objects as Go prints maps.
 */
export function toGoText(block: JsonBlock, value: Value): string {
  if (block.kind(value) !== "array") return print(block, value);
  return block
    .items(value)
    .map((item) => print(block, item))
    .join(",");
}

/** Go's `%v`: `[1 2]`, `map[a:1 b:<nil>]`. */
function print(block: JsonBlock, value: Value): string {
  switch (block.kind(value)) {
    case "string":
      return Buffer.from(block.bytes(value)).toString("latin1");
    case "null":
      return "<nil>";
    case "array":
      return `[${block
        .items(value)
        .map((item) => print(block, item))
        .join(" ")}]`;
    case "object":
      return `map[${printMembers(block, value).join(" ")}]`;
    default:
      return block.text(value);
  }
}

function printMembers(block: JsonBlock, object: Value): string[] {
  const members = block.members(object).map(({ key, value }) => ({ key: toByteText(key), value }));
  members.sort((a, b) => (a.key < b.key ? -1 : 1));
  return members.map(({ key, value }) => `${key}:${print(block, value)}`);
}
