import type { EndpointConfig } from "./model.ts";
import type { NodePath } from "./node.ts";
import type { Report } from "./report.ts";

/** Encodings of backends that gw cannot read yet. */
const INPUT_ENCODINGS = ["xml", "rss"];

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
  const { backends, proxy } = endpoint;
  const isMerged = backends.length > 1;
  if (isMerged && proxy.flatmap.length > 0) refuse("proxy.flatmap_filter", "extra_config", "proxy");
  for (const [index, backend] of backends.entries()) {
    const at = ["backend", index] as const;
    const isNoOp = backend.encoding === "no-op";
    if (!isNoOp && backend.flatmap.length > 0) {
      refuse("proxy.flatmap_filter", ...at, "extra_config", "proxy");
    }
    if (backend.discovery.kind === "dns") refuse("sd dns", ...at, "sd");
    if (INPUT_ENCODINGS.includes(backend.encoding.toLowerCase())) {
      refuse(`encoding ${backend.encoding}`, ...at, "encoding");
    }
  }
  return parts;
}
