import { isServiceLink } from "./environment.ts";
import type { NodePath } from "./node.ts";
import type { Report } from "./report.ts";
import { type RawService, serviceSchema } from "./schema.ts";

/**
 * Converts and checks the types of all attributes. Values that cannot be converted are reported and
 * replaced by neutral ones, so that the rules after this one can look at the rest of the file.
 */
export function decodeService(
  attributes: Readonly<Record<string, unknown>>,
  report: Report,
): RawService {
  const path: (string | number)[] = [];
  return serviceSchema.convert(attributes, {
    path,
    fail: (message, expected) =>
      report.error([...path], explain(message, path, attributes, report), { expected }),
  });
}

function explain(
  message: string,
  path: NodePath,
  attributes: Readonly<Record<string, unknown>>,
  report: Report,
): string {
  const value = attributes[String(path[0])];
  const isLink = path.length === 1 && typeof value === "string" && isServiceLink(value);
  if (!isLink || report.variableOf(path) === undefined) return message;
  // Kubernetes sets KRAKEND_PORT for a Service that is called krakend.
  return `${message} (a container platform sets this variable for a service of that name; switch it off with 'enableServiceLinks: false')`;
}
