/** Where component options may stand. */
export type Level = "service" | "endpoint" | "backend" | "agent";

/** A line in the list of components, which stands under its documented key. */
export interface NamespaceRow {
  /** Where KrakenD reads it. */
  readonly at: readonly Level[];
  /** The former key. */
  readonly legacy?: string;
  /** Where gw acts on it; absent: nowhere yet. */
  readonly builtAt?: readonly Level[];
  /** It keeps requests out, or may: always, or with certain options. */
  readonly guards?: true | ((options: Readonly<Record<string, unknown>>) => boolean);
  /** It takes the place of the HTTP call: without it another server would be asked. */
  readonly replacesTransport?: true;
}

/** The levels of a component as the lists name them. */
export const at = {
  service: ["service"],
  endpoint: ["endpoint"],
  backend: ["backend"],
  agent: ["agent"],
  serviceAndEndpoint: ["service", "endpoint"],
  endpointAndBackend: ["endpoint", "backend"],
  endpointAndAgent: ["endpoint", "agent"],
  pipe: ["endpoint", "backend", "agent"],
  everyScope: ["service", "endpoint", "backend"],
} as const satisfies Readonly<Record<string, readonly Level[]>>;
