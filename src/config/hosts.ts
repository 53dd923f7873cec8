import type { NodePath } from "./node.ts";
import type { Report } from "./report.ts";

/** Cleans a list of hosts; `path` is that of the list. Those that are not valid are reported and left out. */
export function cleanHosts(
  hosts: readonly string[],
  path: NodePath,
  report: Report,
): readonly string[] {
  const cleaned: string[] = [];
  for (const [index, host] of hosts.entries()) {
    const clean = cleanHost(host);
    if (clean !== undefined) cleaned.push(clean);
    else {
      report.error([...path, index], `host ${host} not valid: invalid host`, {
        expected: "http://name:port or https://name:port without path, query and credentials",
      });
    }
  }
  return cleaned;
}

/**
 * Brings a host to the form `scheme://name[:port]`, `http` when none is written, or returns
 * `undefined` when it holds more than that: a path, a query, credentials or another scheme.
 */
export function cleanHost(host: string): string | undefined {
  const matches = [...host.matchAll(HOST)];
  const [match] = matches;
  if (match === undefined || matches.length !== 1) return undefined;
  const [, scheme = "http://", name = "", port = ""] = match;
  return scheme + name + port;
}

/** KrakenD searches for this anywhere in the text and wants exactly one match; what surrounds it is dropped. */
const HOST = /(https?:\/\/)?([a-zA-Z0-9._-]+)(:[0-9]{2,6})?\/?/g;
