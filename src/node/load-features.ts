import type { ServiceConfig } from "../config/model.ts";
import type { transportOrder } from "../pipeline.ts";

/** Namespaces of backends that are no features: whoever reads backends reads them. */
const OWN_NAMESPACES: ReadonlySet<string> = new Set([
  "proxy",
  "backend/http",
  "backend/http/client",
]);

/** The features around backends' calls; loaded where a backend has any, since their schemas are megabytes in every thread. */
export async function loadTransports({
  endpoints,
}: Pick<ServiceConfig, "endpoints">): Promise<typeof transportOrder> {
  const isWanted = endpoints.some(({ backends }) =>
    backends.some(({ extraConfig }) =>
      Object.keys(extraConfig).some((name) => !OWN_NAMESPACES.has(name)),
    ),
  );
  return isWanted ? (await import("../pipeline.ts")).transportOrder : [];
}
