import { z } from "zod";
import type { CoercionError } from "../lib/go-coerce.ts";
import { isServiceLink } from "./environment.ts";
import type { NodePath } from "./node.ts";
import type { Report } from "./report.ts";
import { type RawService, serviceSchema } from "./schema.ts";

/**
 * Converts and checks the types of all attributes. Values that cannot be converted are reported and
 * replaced by neutral ones, so that the rules after this one can look at the rest of the file.
 */
export function decodeService(attributes: Record<string, unknown>, report: Report): RawService {
  const result = serviceSchema.safeParse(attributes);
  if (result.success) return result.data;

  for (const issue of result.error.issues) {
    const path = issue.path.map((step) => (typeof step === "number" ? step : String(step)));
    const { expected, neutral } = issueDetails.parse(issue);
    report.error(path, explain(issue.message, path, attributes, report), { expected });
    replaceAt(attributes, path, neutral);
  }
  return serviceSchema.parse(attributes);
}

/** What the schemas of `weak.ts` attach to each issue. */
const issueDetails = z
  .object({ params: z.object({ expected: z.string(), neutral: z.unknown() }) })
  .transform((issue) => issue.params);

function explain(
  message: CoercionError["message"],
  path: NodePath,
  attributes: Record<string, unknown>,
  report: Report,
): string {
  const value = attributes[String(path[0])];
  const isLink = path.length === 1 && typeof value === "string" && isServiceLink(value);
  if (!isLink || report.variableOf(path) === undefined) return message;
  // Kubernetes sets KRAKEND_PORT for a Service that is called krakend.
  return `${message} (a container platform sets this variable for a service of that name; switch it off with 'enableServiceLinks: false')`;
}

function replaceAt(root: Record<string, unknown>, path: NodePath, neutral: unknown): void {
  let holder: object = root;
  path.forEach((step, index) => {
    if (index === path.length - 1) {
      Reflect.set(holder, step, neutral);
      return;
    }
    let next: unknown = Reflect.get(holder, step);
    // A lone value was read as a list of one; now it becomes one.
    if (typeof path[index + 1] === "number" && !Array.isArray(next)) next = [next];
    if (typeof next !== "object" || next === null) return;
    Reflect.set(holder, step, next);
    holder = next;
  });
}
