import { readOptions } from "./component-options.ts";
import { loggingSchema } from "./component-schema.ts";
import type { NodePath } from "./node.ts";
import type { Report } from "./report.ts";

/** Where the options of the application log stand. */
export const loggingNamespace = "telemetry/logging";

/** Warns about options of the log that gw does not follow; the log itself reads them when it opens. */
export function checkLoggingOptions(value: unknown, path: NodePath, report: Report): void {
  const options = readOptions({ value, schema: loggingSchema, path }, report);
  if (options.get("syslog") === true) {
    report.warn(
      [...path, "syslog"],
      "is not supported yet; the lines go to standard output instead",
    );
  }
  const format = options.get("format") ?? "";
  if (format !== "" && format !== "default") {
    report.warn([...path, "format"], "is not supported yet; the lines have the default format");
  }
}
