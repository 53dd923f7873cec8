import { readFile } from "node:fs/promises";
import type { LookupSrv } from "./discovery.ts";
import { parseSearchDomains, searchNames } from "./search-domains.ts";
import type { SrvRecord } from "./srv-records.ts";

/** Of one try; the second one waits twice as long. */
const TRY_MS = 2000;

/** Whom to ask, instead of whom the system asks. */
export interface SrvLookupOptions {
  /** As `address:port`. */
  readonly servers?: readonly string[];
  /** Path of the resolv.conf(5) with the search domains. */
  readonly resolvConf?: string;
}

/** Asks DNS servers, for short names with the search domains of the system. */
export function createSrvLookup({
  servers,
  resolvConf = "/etc/resolv.conf",
}: SrvLookupOptions = {}): LookupSrv {
  return async (name) => {
    // Loaded when it is needed: few configurations ask DNS themselves.
    const { Resolver } = await import("node:dns/promises");
    const resolver = new Resolver({ timeout: TRY_MS, tries: 2 });
    if (servers !== undefined) resolver.setServers([...servers]);
    // A system without the file has no search domains.
    const domains = parseSearchDomains(await readFile(resolvConf, "utf8").catch(() => ""));
    return firstAnswer(searchNames(name, domains), async (one) =>
      (await resolver.resolveSrv(one)).flatMap(toRecord),
    );
  };
}

/** The answer for the first name that has one, else the failure of the first. */
async function firstAnswer<Answer>(
  names: readonly string[],
  ask: (name: string) => Promise<Answer>,
): Promise<Answer> {
  const [name = "", ...others] = names;
  try {
    return await ask(name);
  } catch (error) {
    if (others.length === 0) throw error;
    return await firstAnswer(others, ask).catch(() => {
      throw error;
    });
  }
}

function toRecord({ priority, weight, port, name }: Omit<SrvRecord, "target"> & { name: string }) {
  // The root as the target says that the service is not there (RFC 2782).
  if (name === "" || name === ".") return [];
  // The library takes away the dot with which DNS delivers it and KrakenD sends it.
  return { priority, weight, port, target: name.endsWith(".") ? name : `${name}.` };
}
