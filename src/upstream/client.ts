import type { Origin, UpstreamRequest } from "../contracts.ts";
import { Call, type OnResponse, type Outcome } from "./call.ts";
import type { UpstreamConnection } from "./connection.ts";
import type { UpstreamClientScope } from "./dial.ts";
import { HostPool, type IdleBudget } from "./host-pool.ts";
import { compileRoutes, type Route } from "./route.ts";

/** The way to an origin, and the idle connections on it. */
export interface Target {
  readonly route: Route;
  readonly pool: HostPool<UpstreamConnection>;
}

/** The HTTP client of a worker: pools connections by address, knows nothing of endpoints. */
export class UpstreamClient {
  readonly scope: UpstreamClientScope;
  readonly #pools = new Map<string, HostPool<UpstreamConnection>>();
  readonly #targetOf = new WeakMap<Origin, Target>();
  readonly #routeTo: (origin: Origin) => Route;
  readonly #budget: IdleBudget = { idle: 0 };

  constructor(scope: UpstreamClientScope) {
    this.scope = scope;
    this.#routeTo = compileRoutes(scope.transport.proxies);
  }

  /** Sends one request. Failures are values: the promise never rejects. */
  send(request: UpstreamRequest, onResponse: OnResponse | null): Promise<Outcome> {
    return new Promise((resolve) => {
      const call = new Call({ client: this, request, onResponse, resolve });
      call.start(this.targetFor(request.origin));
    });
  }

  /** The connections to the origin's address or its proxy, shared by all origins on the same way. */
  targetFor(origin: Origin): Target {
    const known = this.#targetOf.get(origin);
    if (known !== undefined) return known;
    const route = this.#routeTo(origin);
    let pool = this.#pools.get(route.key);
    if (pool === undefined) {
      pool = new HostPool(this.scope.transport, this.#budget, this.scope.wheel);
      this.#pools.set(route.key, pool);
    }
    const target = { route, pool };
    this.#targetOf.set(origin, target);
    return target;
  }

  /** Ends the idle connections; those in use end with their exchange. */
  close(): void {
    for (const pool of this.#pools.values()) pool.closeAll();
  }
}
