/**
 * Placeholders of endpoint paths and url patterns.
 *
 * An endpoint's `{name}` becomes a parameter of the route, `:name`; the one of a url pattern becomes
 * a template, `{{.Name}}`, which is what messages show.
 */

/** Names in an endpoint's path, in order, each once. With `isAnywhere` they need not follow a slash. */
export function pathPlaceholders(path: string, isAnywhere: boolean): readonly string[] {
  return distinctNames(path, isAnywhere ? ANYWHERE : BEHIND_SLASH);
}

/** Names in a url pattern, path and query, each once, in byte order. */
export function patternPlaceholders(urlPattern: string): readonly string[] {
  return distinctNames(urlPattern, ANYWHERE).sort();
}

/** The route of an endpoint: `/users/{id}` is `/users/:id`. What stands behind a `?` is left alone. */
export function toRoute(path: string, names: readonly string[]): string {
  const queryAt = path.indexOf("?");
  const query = queryAt === -1 ? "" : path.slice(queryAt);
  let route = queryAt === -1 ? path : path.slice(0, queryAt);
  for (const name of names) route = route.replaceAll(`{${name}}`, `:${name}`);
  return route + query;
}

/** A url pattern with its placeholders as templates: `/users/{id}` is `/users/{{.Id}}`. */
export function toTemplate(urlPattern: string, names: readonly string[]): string {
  let template = urlPattern;
  for (const name of names)
    template = template.replaceAll(`{${name}}`, `{{.${parameterKey(name)}}}`);
  return template;
}

/** The keys of a route's parameters in their order: of `/users/:id/rev:no`, `Id` and `No`. */
export function routeParameterKeys(route: string): string[] {
  const keys: string[] = [];
  let end = 0;
  for (let start = route.indexOf(":"); start !== -1; start = route.indexOf(":", end)) {
    const slash = route.indexOf("/", start);
    end = slash === -1 ? route.length : slash;
    keys.push(parameterKey(route.slice(start + 1, end)));
  }
  return keys;
}

/** The key under which a parameter's value is kept: the first letter, if ASCII, in upper case. */
export function parameterKey(name: string): string {
  return name.slice(0, 1).toUpperCase() + name.slice(1);
}

/** Does the name stand for a value that only a request knows: a field of an earlier answer or of a token? */
export function isComputedPlaceholder(name: string): boolean {
  return COMPUTED.test(name);
}

const BEHIND_SLASH = /\/\{([a-zA-Z0-9_-]+)\}/g;
const ANYWHERE = /\{([\w.:/-]+)\}/g;
const COMPUTED = /^(resp\d+_.+)?(JWT\.([\w.:/-]+))?$/;

function distinctNames(text: string, pattern: RegExp): string[] {
  const names: string[] = [];
  if (!text.includes("{")) return names;
  pattern.lastIndex = 0;
  for (let match = pattern.exec(text); match !== null; match = pattern.exec(text)) {
    const name = match[1]!;
    if (!names.includes(name)) names.push(name);
  }
  return names;
}
