import { isRecord } from "../lib/go-coerce.ts";
import type { ServiceConfig } from "./model.ts";

/**
 * Reads a configuration that another thread of this program has loaded, checked and written as JSON:
 * as it was there, its options without a prototype, only not frozen, since no other code shares it.
 */
export function adoptConfig(text: string): ServiceConfig {
  // Nothing else writes such a text.
  const config = JSON.parse(text) as ServiceConfig;
  forgetPrototypes(config.extraConfig);
  for (const endpoint of config.endpoints) {
    forgetPrototypes(endpoint.extraConfig);
    forgetPrototypes(endpoint.proxy.static?.data);
    for (const backend of endpoint.backends) forgetPrototypes(backend.extraConfig);
  }
  return config;
}

function forgetPrototypes(value: unknown): void {
  if (Array.isArray(value)) {
    for (const item of value) forgetPrototypes(item);
    return;
  }
  if (!isRecord(value)) return;
  Object.setPrototypeOf(value, null);
  for (const member of Object.values(value)) forgetPrototypes(member);
}
