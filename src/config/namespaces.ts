import { isRecord } from "../lib/go-coerce.ts";
import { communityNamespaces } from "./community-namespaces.ts";
import { enterpriseNamespaces } from "./enterprise-namespaces.ts";
import type { Level, NamespaceRow } from "./namespace-row.ts";
import { ownNamespaces } from "./own-namespaces.ts";

/** A component that KrakenD knows, in either edition, or one of gw's own. */
export interface Namespace {
  /** The documented key. */
  readonly name: string;
  /** The former key, accepted with the same meaning. */
  readonly legacy: string | undefined;
  /** Where it is read. */
  readonly levels: readonly Level[];
  /** Where gw acts on it. */
  readonly implementedAt: readonly Level[];
  /**
   * It keeps requests out. Where gw does not implement it, what it guards is refused: ignoring it
   * would publish what its owner believes to be closed.
   */
  readonly isAccessControl: (options: unknown) => boolean;
  /** It takes the place of a backend's HTTP call. */
  readonly replacesTransport: boolean;
  readonly edition: "community" | "enterprise" | "gw";
}

/** The namespace of a key, documented or former; `undefined` for keys that KrakenD does not know. */
export function findNamespace(key: string): Namespace | undefined {
  return byKey.get(key);
}

/** All documented keys, for suggestions. */
export function namespaceNames(): readonly string[] {
  return table.map((namespace) => namespace.name);
}

/** Names of Enterprise plugins that keep requests out, wherever a `plugin/…` namespace asks for them. */
export const accessControlPlugins: ReadonlySet<unknown> = new Set([
  "ip-filter",
  "basic-auth",
  "redis-ratelimit",
]);

const table: readonly Namespace[] = [
  ...Object.entries(communityNamespaces).map(([name, row]) => toNamespace(name, row, "community")),
  ...Object.entries(enterpriseNamespaces).map(([name, row]) =>
    toNamespace(name, row, "enterprise"),
  ),
  ...Object.entries(ownNamespaces).map(([name, row]) => toNamespace(name, row, "gw")),
];

const byKey = new Map<string, Namespace>();
for (const namespace of table) {
  byKey.set(namespace.name, namespace);
  if (namespace.legacy !== undefined) byKey.set(namespace.legacy, namespace);
}

function toNamespace(name: string, row: NamespaceRow, edition: Namespace["edition"]): Namespace {
  return {
    name,
    legacy: row.legacy,
    levels: row.at,
    implementedAt: row.builtAt ?? [],
    isAccessControl: guardTest(row.guards),
    replacesTransport: row.replacesTransport === true,
    edition,
  };
}

function guardTest(guards: NamespaceRow["guards"]): (options: unknown) => boolean {
  if (typeof guards !== "function") return () => guards === true;
  return (options) => isRecord(options) && guards(options);
}
