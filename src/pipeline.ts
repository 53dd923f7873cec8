/**
 * Every feature that an `extra_config` namespace switches on, in the order in which a request meets
 * them: outermost first, and its answer comes back from bottom to top. The order is KrakenD's.
 */
import type { Feature } from "./features/feature.ts";
import { graphql } from "./features/graphql/graphql.ts";

/** Around the HTTP call of a backend, whose host and URL are known already. */
export const transportOrder: readonly Feature[] = [graphql];
