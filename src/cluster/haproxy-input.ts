import type { ClusterNode } from "./cluster-node.ts";
import type { GatewayFacts } from "./gateway-facts.ts";
import type { HaproxyOptions } from "./haproxy-options.ts";

/** All that a balancer's configuration is made of. */
export interface HaproxyInput {
  readonly nodes: readonly ClusterNode[];
  /** Of the node list: twelve hexadecimal digits. */
  readonly nodesDigest: string;
  readonly facts: GatewayFacts;
  readonly options: HaproxyOptions;
}
