/** Component options (`extra_config`) of one level: aliases resolved, gaps of gw named. */
import { EMPTY_LIST } from "../lib/empty-list.ts";
import { isRecord } from "../lib/go-coerce.ts";
import { nearestName } from "../lib/nearest.ts";
import { isComment } from "./attributes.ts";
import type { ExtraConfig } from "./model.ts";
import type { Level } from "./namespace-row.ts";
import {
  accessControlPlugins,
  findNamespace,
  type Namespace,
  namespaceNames,
} from "./namespaces.ts";
import type { NodePath } from "./node.ts";
import type { Report } from "./report.ts";
import { NO_OPTIONS } from "./weak.ts";

/** The options of one level, ready for the model. */
export interface Components {
  readonly extraConfig: ExtraConfig;
  /** Access control that is asked for here and that gw does not have: what it guards must not open. */
  readonly refusedBy: readonly string[];
}

const NO_COMPONENTS: Components = { extraConfig: NO_OPTIONS, refusedBy: EMPTY_LIST };

/** Puts every namespace under its documented name and reports those without effect. `path` is that of `extra_config`. */
export function readComponents(
  options: Readonly<Record<string, unknown>>,
  level: Level,
  path: NodePath,
  report: Report,
): Components {
  if (options === NO_OPTIONS) return NO_COMPONENTS;
  const extraConfig: Record<string, unknown> = Object.create(null);
  const refusedBy: string[] = [];
  for (const [key, value] of Object.entries(options)) {
    const namespace = findNamespace(key);
    if (namespace === undefined) {
      warnUnknown(key, [...path, key], report);
      extraConfig[key] = value;
      continue;
    }
    const { name } = namespace;
    if (key !== name && name in options) {
      report.warn([...path, key], `is ignored: '${name}' stands here too and wins`, {
        isAboutKey: true,
      });
      continue;
    }
    extraConfig[name] = value;
    if (checkSupport(namespace, value, level, [...path, key], report)) refusedBy.push(name);
  }
  return { extraConfig, refusedBy };
}

/** The path of a component's options, under the key that the file uses for it. */
export function componentPath(
  options: Readonly<Record<string, unknown>>,
  name: string,
  path: NodePath,
): NodePath {
  const legacy = findNamespace(name)?.legacy;
  return [...path, name in options || legacy === undefined ? name : legacy];
}

function warnUnknown(key: string, path: NodePath, report: Report): void {
  if (isComment(key)) return;
  const nearest = nearestName(key, namespaceNames());
  report.warnUnknownName(path, `unknown namespace '${key}'`, {
    isAboutKey: true,
    nearest,
  });
}

/** Reports what gw does not do; `true`: what stands here must be refused. */
function checkSupport(
  namespace: Namespace,
  value: unknown,
  level: Level,
  path: NodePath,
  report: Report,
): boolean {
  const { name, levels, implementedAt, edition } = namespace;
  const isGuard = namespace.isAccessControl(value) || asksForGuard(name, value);
  if (implementedAt.includes(level)) return false;
  const hints = { isAboutKey: true };
  if (!levels.includes(level)) {
    const message = `'${name}' has no effect at ${level} level; it belongs to the ${levels.join(" or ")}`;
    if (isGuard) report.alarm(path, message, hints);
    else report.warn(path, message, hints);
    return false;
  }
  if (isGuard) {
    const what = level === "service" ? "every endpoint" : "the endpoint";
    // Differs from KrakenD: Community Edition ignores Enterprise guards and so publishes what they protect.
    report.alarm(
      path,
      `'${name}' is access control that gw does not implement here; ${what} is refused`,
      hints,
    );
    return true;
  }
  if (namespace.replacesTransport) {
    const what = "its backend would be called over HTTP instead; the endpoint is refused";
    report.alarm(path, `'${name}' is not implemented yet: ${what}`, hints);
    return true;
  }
  if (name.startsWith("plugin/")) {
    report.alarm(path, `'${name}' asks for a native plugin; gw cannot load it`, hints);
    return false;
  }
  const origin = edition === "enterprise" ? "an Enterprise option" : "not implemented yet";
  report.warn(path, `'${name}' has no effect: ${origin}`, hints);
  return false;
}

function asksForGuard(name: string, value: unknown): boolean {
  if (!name.startsWith("plugin/") || !isRecord(value)) return false;
  const names = Array.isArray(value.name) ? value.name : [value.name];
  return names.some((plugin) => accessControlPlugins.has(plugin));
}
