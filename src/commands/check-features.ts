import { readOptions } from "../config/component-options.ts";
import { componentPath } from "../config/components.ts";
import type { LoadedConfig } from "../config/load.ts";
import type { NodePath } from "../config/node.ts";
import type { Report } from "../config/report.ts";
import { transportOrder } from "../pipeline.ts";

/** Checks the options of every feature that the file switches on; what is odd becomes a warning of the report. */
export function checkFeatures({ raw, report }: Pick<LoadedConfig, "raw" | "report">): void {
  raw.endpoints.forEach(({ backend }, endpoint) => {
    backend.forEach(({ extra_config: options }, index) => {
      const path = ["endpoints", endpoint, "backend", index, "extra_config"];
      for (const feature of transportOrder) checkOptions(feature, options, path, report);
    });
  });
}

function checkOptions(
  feature: (typeof transportOrder)[number],
  components: Readonly<Record<string, unknown>>,
  componentsPath: NodePath,
  report: Report,
): void {
  const path = componentPath(components, feature.namespace, componentsPath);
  const value = components[String(path.at(-1))];
  if (value === undefined) return;
  const { schema, isCaseSensitive } = feature;
  const consequenceOf = () => `'${feature.namespace}' is switched off`;
  const { mistyped } = readOptions({ value, schema, path, isCaseSensitive, consequenceOf }, report);
  if (mistyped.length > 0) return;
  const fault = feature.findFault(value);
  if (fault === undefined) return;
  const { option, message, expected } = fault;
  const optionPath = [...path, option];
  report.alarm(report.has(optionPath) ? optionPath : path, `${option}: ${message}`, { expected });
}
