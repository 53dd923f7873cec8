import { at, type NamespaceRow } from "./namespace-row.ts";

/** Components that only gw knows; KrakenD ignores them, so that a file with them serves both. */
export const ownNamespaces: Readonly<Record<string, NamespaceRow>> = {
  "gw/node": { at: at.service, builtAt: at.service },
};
