/** One entry of a node list, ranges expanded: a node, or a name that stands for several (`slots`). */
export interface ClusterNode {
  /** The list that it stands in: a path, `<stdin>` or `<--node 2>`. */
  readonly source: string;
  /** From 1. */
  readonly line: number;
  /** Of the address; counts UTF-16 units from 1. */
  readonly column: number;
  /** Letters, digits, `_`, `.` and `-`, unique in the cluster. */
  readonly name: string;
  /** Canonical and without brackets; names in lower case, an SRV name with its underscores. */
  readonly host: string;
  readonly kind: "ipv4" | "ipv6" | "dns" | "srv";
  /** `null`: DNS tells it, for an SRV name. */
  readonly port: number | null;
  /** 1 to 256. */
  readonly weight: number;
  /** Of the balancer to this node; `null`: not limited. */
  readonly maxConnections: number | null;
  /** How many addresses of the name are used; `null`: the first alone. */
  readonly slots: number | null;
  readonly zone: string | null;
  /** Gets requests only when no other node can. */
  readonly isBackup: boolean;
  /** `drain`: checked, but without requests. `disabled`: not even checked. */
  readonly state: "active" | "drain" | "disabled";
}

/** `host:port` with an IPv6 host in brackets; of an SRV name the name alone. */
export function formatNodeAddress({
  kind,
  host,
  port,
}: Pick<ClusterNode, "kind" | "host" | "port">): string {
  const written = kind === "ipv6" ? `[${host}]` : host;
  return port === null ? written : `${written}:${port}`;
}
