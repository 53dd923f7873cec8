/**
 * Options of the components that belong to the core. They are not converted: a wrong type has the
 * consequence that each option's reader gives it.
 *
 * Each schema is built when a file has such a component: building all costs milliseconds of a start.
 */
import { z } from "zod";
import { isRecord } from "../lib/go-coerce.ts";

const flag = (about: string) => z.boolean().optional().describe(about);
const text = (about: string) => z.string().optional().describe(about);
const texts = (about: string) => z.array(z.string()).optional().describe(about);
const inertEnterprise = (about: string) =>
  z.unknown().optional().describe(about).meta({ inert: "an Enterprise option" });

/** `router`, at service level. */
export const routerSchema = lazily(() =>
  z.looseObject({
    return_error_msg: flag("Send the text of an error to the client when nothing else is left."),
    error_body: z
      .looseObject({ "404": z.unknown().optional(), "405": z.unknown().optional() })
      .optional()
      .describe("JSON bodies for requests that no route matches."),
    auto_options: flag("Answer OPTIONS on every endpoint."),
    disable_redirect_trailing_slash: flag("No redirect that adds or removes a final slash."),
    disable_redirect_fixed_path: flag("No redirect to the spelling of a route."),
    disable_handle_method_not_allowed: flag("404 instead of 405 for another method."),
    remove_extra_slash: flag("Clean paths before they are matched."),
    disable_path_decoding: flag("Do not check path parameters for a second encoding."),
    forwarded_by_client_ip: flag("Believe forwarding headers; true when absent."),
    remote_ip_headers: texts("Headers with the client's address, in order."),
    trusted_proxies: texts("Networks whose forwarding headers are believed; all when absent."),
    app_engine: flag("Believe X-Appengine-Remote-Addr first."),
    max_multipart_memory: z
      .int()
      .optional()
      .describe("Memory for forms.")
      .meta({ inert: "gw never parses forms" }),
    use_h2c: flag("Serve HTTP/2 without TLS."),
    disable_access_log: flag("No access log."),
    logger_skip_paths: texts("Paths that the access log leaves out."),
    hide_version_header: flag("Do not tell the version."),
    disable_health: flag("No health route."),
    health_path: text("Path of the health route; /__health when absent."),
    disable_gzip: inertEnterprise("Compression."),
    max_payload: inertEnterprise("Limit of request bodies."),
    decompress_gzip: inertEnterprise("Decompression of request bodies."),
  }),
);

/** `proxy`, of an endpoint. */
export const endpointProxySchema = lazily(() =>
  z.looseObject({
    sequential: flag("Call backends one after another."),
    sequential_propagated_params: texts("Values of earlier answers that all later backends get."),
    combiner: text("How answers are merged; only `default` exists."),
    static: z
      .looseObject({
        data: z
          .custom<Readonly<Record<string, unknown>>>(isRecord, "expected an object")
          .describe("Fields to add."),
        strategy: z
          .unknown()
          .optional()
          .describe("always, success, errored, complete or incomplete."),
      })
      .optional()
      .describe("Fields that are added to the answer."),
    flatmap_filter: z.array(z.unknown()).optional().describe("Operations on the merged answer."),
    max_payload: inertEnterprise("Limit of request bodies."),
    decompress_gzip: inertEnterprise("Decompression of request bodies."),
    strategy: z
      .unknown()
      .optional()
      .describe("parallel or sequential.")
      .meta({ inert: "no released KrakenD reads it; use 'sequential'" }),
    force_sandboxed_request: z
      .unknown()
      .optional()
      .describe("Isolation of scripts.")
      .meta({ inert: "no released KrakenD reads it" }),
  }),
);

/** `proxy`, of a backend. */
export const backendProxySchema = lazily(() =>
  z.looseObject({
    shadow: flag("Send a copy of the traffic here and ignore the answer."),
    shadow_timeout: text("Deadline of the copy; the endpoint's timeout when absent."),
    flatmap_filter: z.array(z.unknown()).optional().describe("Operations on the answer."),
  }),
);

/** `backend/http` */
export const backendHttpSchema = lazily(() =>
  z.looseObject({
    return_error_details: text("Put a failed answer into the data as `error_<alias>`."),
    return_error_code: flag("Give the backend's status to the client."),
  }),
);

/** `backend/http/client` */
export const backendHttpClientSchema = lazily(() =>
  z.looseObject({
    send_body_on_redirect: flag("Send the body again on 307 and 308."),
    no_redirect: inertEnterprise("Follow no redirects."),
    proxy_address: inertEnterprise("Forward proxy."),
    client_tls: inertEnterprise("TLS settings of this backend."),
  }),
);

/** `telemetry/logging`, at service level. */
export const loggingSchema = lazily(() =>
  z.looseObject({
    level: text("DEBUG, INFO, WARNING, ERROR or CRITICAL."),
    prefix: text("Stands before every line."),
    stdout: flag("Log to standard output; without it nothing is logged."),
    syslog: flag("Log to the local syslog."),
    syslog_facility: text("Facility of the syslog lines; local3 when absent."),
    format: text("How a line looks; only `default` exists."),
    custom_format: text("Pattern of the lines for the format `custom`."),
    access_log_format: inertEnterprise("How an access line looks."),
    access_log_custom_format: inertEnterprise("Pattern of the access lines."),
    access_log_missing_key_marker: inertEnterprise("Text for what an access line lacks."),
    backend: inertEnterprise("Access lines for backends."),
  }),
);

/** `gw/node`, at service level. */
export const nodeSchema = lazily(() =>
  z.looseObject({
    shutdown_delay: z
      .unknown()
      .optional()
      .describe("How long a node serves on after the signal to stop; 5s when absent."),
  }),
);

function lazily<Schema>(build: () => Schema): () => Schema {
  let built: Schema | undefined;
  return () => {
    built ??= build();
    return built;
  };
}
