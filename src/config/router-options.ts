import { posix } from "node:path";
import { toCanonicalName } from "../http1/header-list.ts";
import { withJsonBlock } from "../json/block.ts";
import { parseNetwork } from "../lib/cidr.ts";
import { readOptions } from "./component-options.ts";
import { routerSchema } from "./component-schema.ts";
import type { RouterConfig } from "./model.ts";
import type { NodePath } from "./node.ts";
import type { Report } from "./report.ts";

/** The `router` component and what it says about the listener. */
export interface RouterOptions {
  readonly router: RouterConfig;
  readonly usesH2c: boolean;
}

/** Reads the `router` component; `path` is that of its options. */
export function readRouterOptions(value: unknown, path: NodePath, report: Report): RouterOptions {
  const options = readOptions(
    {
      value,
      schema: routerSchema,
      path,
      isCaseSensitive: false,
      consequenceOf: (name) => (READ_APART.has(name) ? "it is ignored" : GROUP_DROPPED),
    },
    report,
  );
  // KrakenD reads these options as one: a single wrong type drops the whole group.
  const isGroupValid = options.mistyped.every((name) => READ_APART.has(name));
  const grouped: typeof options.get = (name) => (isGroupValid ? options.get(name) : undefined);
  const errorBody = options.get("error_body");

  const router: RouterConfig = {
    returnsErrorMessage: grouped("return_error_msg") ?? false,
    errorBody: {
      notFound: toCanonicalJson(errorBody?.["404"]),
      methodNotAllowed: toCanonicalJson(errorBody?.["405"]),
    },
    hasAutoOptions: options.get("auto_options") ?? false,
    redirectsTrailingSlash: !(grouped("disable_redirect_trailing_slash") ?? false),
    redirectsFixedPath: !(grouped("disable_redirect_fixed_path") ?? false),
    answersMethodNotAllowed: !(grouped("disable_handle_method_not_allowed") ?? false),
    removesExtraSlash: grouped("remove_extra_slash") ?? false,
    checksPathParameters: !(options.get("disable_path_decoding") ?? false),
    usesForwardedClientIp: grouped("forwarded_by_client_ip") ?? true,
    remoteIpHeaders: toHeaderNames(grouped("remote_ip_headers")),
    trustedProxies: toTrustedProxies(
      grouped("trusted_proxies"),
      [...path, "trusted_proxies"],
      report,
    ),
    trustsAppEngine: grouped("app_engine") ?? false,
    hasAccessLog: !(options.get("disable_access_log") ?? false),
    loggerSkipPaths: grouped("logger_skip_paths") ?? [],
    hidesVersionHeader: grouped("hide_version_header") ?? false,
    healthPath: options.get("disable_health") ? null : toHealthPath(options.get("health_path")),
  };
  return { router, usesH2c: grouped("use_h2c") ?? false };
}

const READ_APART = new Set(["error_body", "auto_options"]);
const GROUP_DROPPED =
  "with it all options of redirects, methods, addresses, logged paths and error messages are ignored";

function toCanonicalJson(value: unknown): string | null {
  if (value === undefined || value === null) return null;
  return withJsonBlock((block) => {
    const scanned = block.scan(Buffer.from(JSON.stringify(value)));
    if (typeof scanned === "object") throw new Error(scanned.message);
    return Buffer.from(block.emit(scanned)).toString();
  });
}

function toHeaderNames(names: readonly string[] | undefined): readonly string[] {
  if (names === undefined || names.length === 0) return ["X-Forwarded-For", "X-Real-Ip"];
  return names.map(toCanonicalName);
}

function toTrustedProxies(
  entries: readonly string[] | undefined,
  path: NodePath,
  report: Report,
): readonly string[] | null {
  if (entries === undefined || entries.length === 0) return null;
  const broken = entries.findIndex((entry) => parseNetwork(entry) === undefined);
  if (broken === -1) return entries;
  const message = "the list ends before this entry";
  report.alarm([...path, broken], message, {
    expected: "an IP address or a network such as 10.0.0.0/8",
  });
  return entries.slice(0, broken);
}

function toHealthPath(path: string | undefined): string {
  return path === undefined || path === "" ? "/__health" : posix.normalize(`/${path}`);
}
