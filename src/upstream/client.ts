import type { Origin, UpstreamRequest } from "../contracts.ts";
import { Call, type OnResponse, type Outcome, type UpstreamClientScope } from "./call.ts";
import type { UpstreamConnection } from "./connection.ts";
import { HostPool, type IdleBudget } from "./host-pool.ts";

/** The HTTP client of a worker: pools connections by address, knows nothing of endpoints. */
export class UpstreamClient {
  readonly scope: UpstreamClientScope;
  readonly #pools = new Map<string, HostPool<UpstreamConnection>>();
  readonly #poolOf = new WeakMap<Origin, HostPool<UpstreamConnection>>();
  readonly #budget: IdleBudget = { idle: 0 };

  constructor(scope: UpstreamClientScope) {
    this.scope = scope;
  }

  /** Sends one request. Failures are values: the promise never rejects. */
  send(request: UpstreamRequest, onResponse: OnResponse | null): Promise<Outcome> {
    return new Promise((resolve) => {
      const call = new Call({ client: this, request, onResponse, resolve });
      call.start(this.poolFor(request.origin));
    });
  }

  /** The connections to the origin's address, shared by all origins with that address. */
  poolFor(origin: Origin): HostPool<UpstreamConnection> {
    const known = this.#poolOf.get(origin);
    if (known !== undefined) return known;
    const key = `${origin.isTls ? "https" : "http"} ${origin.host} ${origin.port}`;
    let pool = this.#pools.get(key);
    if (pool === undefined) {
      pool = new HostPool(this.scope.transport, this.#budget, this.scope.wheel);
      this.#pools.set(key, pool);
    }
    this.#poolOf.set(origin, pool);
    return pool;
  }

  /** Ends the idle connections; those in use end with their exchange. */
  close(): void {
    for (const pool of this.#pools.values()) pool.closeAll();
  }
}
