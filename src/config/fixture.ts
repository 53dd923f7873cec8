/** For tests: loads a configuration that is written as an object. */

import type { Finding } from "./finding.ts";
import { type LoadOptions, loadConfig } from "./load.ts";
import type { ServiceConfig } from "./model.ts";

/** What came of loading: exactly one of `config` and `problems` is set. */
export interface LoadOutcome {
  readonly config: ServiceConfig | undefined;
  readonly problems: readonly Finding[];
  readonly warnings: readonly Finding[];
}

/** Loads `{"version": 3, ...root}` as `gateway.json`, indented by two blanks. */
export function loadObject(root: object, options: Partial<LoadOptions> = {}): LoadOutcome {
  const text = Buffer.from(JSON.stringify({ version: 3, ...root }, null, 2));
  const loaded = loadConfig(
    { text, name: "gateway.json", format: "json" },
    { environment: {}, ...options },
  );
  if ("problems" in loaded) return { config: undefined, problems: loaded.problems, warnings: [] };
  return { ...loaded, problems: [] };
}

/** The same for a file that must load; throws with the problems otherwise. */
export function loadValid(root: object, options: Partial<LoadOptions> = {}): ServiceConfig {
  const { config, problems } = loadObject(root, options);
  if (config === undefined) throw new Error(problems.map(({ message }) => message).join("\n"));
  return config;
}
