import { deepFreeze } from "../lib/deep-freeze.ts";
import { isRecord } from "../lib/go-coerce.ts";
import type { ServiceConfig } from "./model.ts";

/**
 * Makes a configuration that came from another thread what it was there: frozen, and its options
 * without a prototype, which copying between threads gives them.
 */
export function adoptConfig(config: ServiceConfig): ServiceConfig {
  forgetPrototypes(config.extraConfig);
  for (const endpoint of config.endpoints) {
    forgetPrototypes(endpoint.extraConfig);
    forgetPrototypes(endpoint.proxy.static?.data);
    for (const backend of endpoint.backends) forgetPrototypes(backend.extraConfig);
  }
  return deepFreeze(config);
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
