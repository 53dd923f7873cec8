/** Finds what the router could not hold: the same route twice, or parameters with two names at one place. */
import type { EndpointConfig, RouterConfig } from "./model.ts";
import type { NodePath } from "./node.ts";
import type { Report } from "./report.ts";

/** Reports every conflict between the registered endpoints and the health route; `routerPath` leads to the router's options. */
export function checkRoutes(
  endpoints: readonly EndpointConfig[],
  router: RouterConfig,
  routerPath: NodePath,
  report: Report,
): void {
  const routes = collectRoutes(endpoints, router, routerPath);
  const usable: Route[] = [];
  const trees = new Map<string, RouteTree>();
  for (const route of routes) {
    if (!checkParameters(route, report)) continue;
    usable.push(route);
    const tree = trees.get(route.method) ?? { routes: new Map(), parameters: new Map() };
    trees.set(route.method, tree);
    checkTwin(route, tree, report);
    checkNames(route, tree.parameters, "", report);
  }
  if (!router.hasAutoOptions) return;

  // OPTIONS routes of all methods stand in one tree; the health route has none.
  const parameters: RouteTree["parameters"] = new Map();
  for (const route of usable) {
    if (!route.isHealth)
      checkNames(route, parameters, " (with auto_options all methods share one tree)", report);
  }
}

interface Route {
  readonly method: string;
  readonly route: string;
  /** `endpoint GET /u/{id}` */
  readonly label: string;
  readonly path: NodePath;
  readonly isHealth: boolean;
}

interface RouteTree {
  readonly routes: Map<string, Route>;
  /** What stands before a parameter, and the name it was given first. */
  readonly parameters: Map<string, { readonly name: string; readonly owner: Route }>;
}

function collectRoutes(
  endpoints: readonly EndpointConfig[],
  router: RouterConfig,
  routerPath: NodePath,
): readonly Route[] {
  const routes: Route[] = [];
  if (router.healthPath !== null) {
    routes.push({
      method: "GET",
      route: router.healthPath,
      label: `the health route (health_path ${router.healthPath})`,
      path: [...routerPath, "health_path"],
      isHealth: true,
    });
  }
  for (const [index, { method, path, route, isRegistered }] of endpoints.entries()) {
    if (!isRegistered) continue;
    const label = `endpoint ${method} ${path}`;
    routes.push({ method, route, label, path: ["endpoints", index, "endpoint"], isHealth: false });
  }
  return routes;
}

/** `false`: the route cannot be registered at all. */
function checkParameters(route: Route, report: Report): boolean {
  if (report.isBroken(route.path)) return false;
  if (!/[:*]/.test(route.route)) return true;
  for (const segment of route.route.split("/")) {
    const start = segment.search(/[:*]/);
    if (start === -1) continue;
    const wildcard = segment.slice(start);
    if (wildcard.length === 1) {
      const message = `wildcards must be named with a non-empty name in path '${route.route}'`;
      report.error(route.path, message, { expected: "placeholders such as {name}" });
      return false;
    }
    if (/[:*]/.test(wildcard.slice(1))) {
      const message = `only one wildcard per path segment is allowed, has: '${wildcard}' in path '${route.route}'`;
      report.error(route.path, message, {
        expected: "at most one placeholder between two slashes",
      });
      return false;
    }
  }
  return true;
}

function checkTwin(route: Route, { routes }: RouteTree, report: Report): void {
  const first = routes.get(route.route);
  if (first === undefined) {
    routes.set(route.route, route);
    return;
  }
  const message = `handlers are already registered for path '${route.route}' by ${labelWithLine(first, report)}`;
  report.error(route.path, message, { expected: "each method and path once" });
}

function checkNames(
  route: Route,
  parameters: RouteTree["parameters"],
  remark: string,
  report: Report,
): void {
  const text = route.route;
  let end = 0;
  for (let start = text.indexOf(":"); start !== -1; start = text.indexOf(":", end)) {
    const slash = text.indexOf("/", start);
    end = slash === -1 ? text.length : slash;
    const before = text.slice(0, start);
    const name = text.slice(start, end);
    const first = parameters.get(before);
    if (first === undefined) {
      parameters.set(before, { name, owner: route });
      continue;
    }
    if (first.name === name) continue;
    const conflict = `'${name}' in new path '${text}' conflicts with existing wildcard '${first.name}' in existing prefix '${before}${first.name}'`;
    report.error(route.path, `${conflict} of ${labelWithLine(first.owner, report)}${remark}`, {
      expected: "one name for a placeholder at one place of the path",
    });
    return;
  }
}

function labelWithLine(route: Route, report: Report): string {
  const line = report.lineOf(route.path);
  return line === undefined ? route.label : `${route.label} in line ${line}`;
}
