import type { LookupSrv } from "./discovery.ts";

/** Of one try; the second one waits twice as long. */
const TRY_MS = 2000;

/** Asks the system's DNS servers, or those named as `address:port`. The name is asked for as it is, without search domains. */
export function createSrvLookup(servers?: readonly string[]): LookupSrv {
  return async (name) => {
    // Loaded when it is needed: few configurations ask DNS themselves.
    const { Resolver } = await import("node:dns/promises");
    const resolver = new Resolver({ timeout: TRY_MS, tries: 2 });
    if (servers !== undefined) resolver.setServers([...servers]);
    const records = await resolver.resolveSrv(name);
    return (
      records
        // The root as the target says that the service is not there (RFC 2782).
        .filter((record) => record.name !== "" && record.name !== ".")
        .map(({ priority, weight, port, name: target }) => {
          // The library takes away the dot with which DNS delivers it and KrakenD sends it.
          return { priority, weight, port, target: target.endsWith(".") ? target : `${target}.` };
        })
    );
  };
}
