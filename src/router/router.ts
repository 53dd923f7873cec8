import { decodePercent, toByteText } from "../lib/percent.ts";
import { cleanPath } from "./clean-path.ts";
import { findFixedPath } from "./fixed-path.ts";
import { type Redirect, redirectTo, toggleTrailingSlash } from "./redirect.ts";
import { RouteLookup } from "./route-lookup.ts";
import { createRouteTree, insertRoute, type Leaf, type RouteNode } from "./route-tree.ts";

/** What the router says about a request. Objects of matches without parameters are shared: read only. */
export type RouteMatch<T> = RouteFound<T> | Redirect | MethodNotAllowed | RouteNotFound;

/** A route matched. */
export interface RouteFound<T> {
  readonly kind: "found";
  readonly value: T;
  /** Values in the order of the route's parameters, decoded once, one byte per character. */
  readonly params: readonly string[];
}

/** The path exists for other methods. */
export interface MethodNotAllowed {
  readonly kind: "method-not-allowed";
  /** Methods joined by `, `, in the order in which each got its first route. */
  readonly allow: string;
}

/** No route and no redirect. */
export interface RouteNotFound {
  readonly kind: "not-found";
}

/** The switches of the `router` namespace that decide about paths; KrakenD's default is true for all but the last. */
export interface RouterOptions {
  readonly redirectsTrailingSlash: boolean;
  readonly redirectsFixedPath: boolean;
  readonly answersMethodNotAllowed: boolean;
  /** Cleans the path before matching instead of redirecting. */
  readonly removesExtraSlash: boolean;
}

/**
 * Method and path to whatever was registered for them, as KrakenD's router (gin) decides.
 *
 * Paths are compared as bytes: routes and decoded paths hold one byte per character (latin1), so
 * that a parameter which is no UTF-8 reaches the backend unchanged.
 */
export class Router<T> {
  readonly #options: RouterOptions;
  readonly #methods = new Map<string, MethodRoutes<T>>();
  readonly #lookup = new RouteLookup<T>();

  constructor(options: RouterOptions) {
    this.#options = options;
  }

  /** `route` in gin's form: `/users/:id`, `/__debug/*param`. Throws on a conflict, which the configuration has excluded. */
  add(method: string, route: string, value: T): void {
    const routes = this.#methods.get(method) ?? createMethodRoutes<T>();
    this.#methods.set(method, routes);
    const leaf: Leaf<T> = { route: cleanPath(toByteText(route)), value };
    insertRoute(routes.tree, leaf);
    if (!leaf.route.includes(":") && !leaf.route.includes("*")) {
      routes.statics.set(leaf.route, { kind: "found", value, params: NO_PARAMS });
    }
  }

  /**
   * `rawPath` is the path of the target, still percent-encoded, its escapes well-formed; of an
   * absolute target without path it is empty. `forwardedPrefix` is the value of `X-Forwarded-Prefix`.
   */
  match(
    method: string,
    rawPath: string,
    rawQuery: string | undefined,
    forwardedPrefix: string | undefined,
  ): RouteMatch<T> {
    const decoded = decodePercent(rawPath);
    const path = this.#options.removesExtraSlash ? cleanPath(decoded) : decoded;
    const routes = this.#methods.get(method);
    if (routes === undefined) return this.#unmatched(method, path);

    // Static text wins over parameters, so a route without parameters needs no walk.
    const found = routes.statics.get(path);
    if (found !== undefined) return found;

    const lookup = this.#lookup;
    if (lookup.find(routes.tree, path)) {
      return { kind: "found", value: lookup.leaf!.value, params: lookup.values };
    }
    if (path === "/" || method === "CONNECT") return this.#unmatched(method, path);

    const target = this.#redirectPath(routes, decoded, forwardedPrefix);
    return target === undefined
      ? this.#unmatched(method, path)
      : redirectTo(method, target, rawQuery);
  }

  /** Follows a lookup that failed. Looks at the path as it came, as KrakenD does. */
  #redirectPath(
    routes: MethodRoutes<T>,
    decoded: string,
    forwardedPrefix: string | undefined,
  ): string | undefined {
    if (this.#lookup.suggestsSlash && this.#options.redirectsTrailingSlash) {
      return toggleTrailingSlash(decoded, forwardedPrefix);
    }
    return this.#options.redirectsFixedPath
      ? findFixedPath(routes.tree, cleanPath(decoded))
      : undefined;
  }

  #unmatched(method: string, path: string): MethodNotAllowed | RouteNotFound {
    if (!this.#options.answersMethodNotAllowed) return NOT_FOUND;

    const allowed: string[] = [];
    for (const [other, routes] of this.#methods) {
      if (other === method) continue;
      if (routes.statics.has(path) || this.#lookup.find(routes.tree, path)) allowed.push(other);
    }
    return allowed.length === 0
      ? NOT_FOUND
      : { kind: "method-not-allowed", allow: allowed.join(", ") };
  }
}

const NO_PARAMS: readonly string[] = Object.freeze([]);
const NOT_FOUND: RouteNotFound = Object.freeze({ kind: "not-found" });

/** All routes of one method. */
interface MethodRoutes<T> {
  readonly tree: RouteNode<T>;
  /** Those without parameters, by path. */
  readonly statics: Map<string, RouteFound<T>>;
}

function createMethodRoutes<T>(): MethodRoutes<T> {
  return { tree: createRouteTree(), statics: new Map() };
}
