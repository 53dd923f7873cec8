import type { EndpointConfig } from "./model.ts";
import type { NodePath } from "./node.ts";
import type { Report } from "./report.ts";

/** Encodings of backends that gw cannot read yet. */
const INPUT_ENCODINGS = ["rss"];

/**
 * What an endpoint asks for and gw cannot do yet. Such an endpoint answers 500 rather than
 * something else, and every place is reported as what somebody must look at.
 */
export function findUnsupported(
  endpoint: Omit<EndpointConfig, "refusedBy">,
  path: NodePath,
  report: Report,
): string[] {
  const parts: string[] = [];
  const refuse = (part: string, ...keys: readonly (string | number)[]) => {
    parts.push(part);
    report.alarm([...path, ...keys], `${part} is not supported yet: the endpoint answers 500`);
  };
  for (const [index, backend] of endpoint.backends.entries()) {
    const at = ["backend", index] as const;
    if (INPUT_ENCODINGS.includes(backend.encoding.toLowerCase())) {
      refuse(`encoding ${backend.encoding}`, ...at, "encoding");
    }
  }
  return parts;
}
