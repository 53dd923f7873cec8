import type { BackendConfig } from "../config/model.ts";
import type { Exchange, Origin, ProxyRequest, Stage } from "../contracts.ts";
import { type Failure, failure, isFailure } from "../errors.ts";
import { failed } from "../results.ts";
import type { Balancer } from "../upstream/balancer.ts";
import type { InvalidOrigin } from "../upstream/origin.ts";
import { encodingOf } from "./decoder.ts";
import { located } from "./failure-detail.ts";
import { compileFormatter } from "./formatter.ts";
import { compileHeaderFilter } from "./header-filter.ts";
import { compileQueryFilter } from "./query-filter.ts";
import { compileReply, readNoOp } from "./reply.ts";
import { compileUrlPattern } from "./url.ts";

/** What a backend's stage is made of besides its configuration. */
export interface BackendScope {
  /** With redirects and whatever else wraps the network. */
  readonly exchange: Exchange;
  /** Of the hosts that the configuration has, or that are found under them. */
  readonly balance: (
    config: Pick<BackendConfig, "hosts" | "discovery">,
  ) => Balancer<Origin | InvalidOrigin>;
  /** Takes what failed and yet becomes data of the answer, for the log. */
  readonly report?: ((failure: Failure) => void) | undefined;
}

/** Compiles one backend: query, path, host, headers on the way out; status, decoder, formatter on the way back. */
export function createBackendStage(config: BackendConfig, scope: BackendScope): Stage {
  const filterQuery = compileQueryFilter(config.inputQueryStrings);
  const url = compileUrlPattern(config.urlPattern);
  const filterHeaders = compileHeaderFilter(config.inputHeaders);
  const method = config.method.toUpperCase();
  const pick = scope.balance(config);
  const { exchange } = scope;
  const readReply =
    config.encoding === "no-op"
      ? readNoOp
      : compileReply({
          config,
          encoding: encodingOf(config.encoding, config.isCollection),
          format: compileFormatter(config),
          report: scope.report,
        });
  const fail = (cause: Failure) => failed(located(config, cause));
  const noHosts = fail(failure("no_hosts", "no hosts available"));

  return ({ params, query, headers, body, cancellation }: ProxyRequest) => {
    const origin = pick();
    if (origin === undefined) return noHosts;
    if ("kind" in origin) return fail(failure("invalid_url", origin.message));
    const path = url.build(params, filterQuery(query), origin.text);
    if ("refused" in path) return fail(failure("invalid_url", path.refused));
    return exchange({
      params,
      method,
      origin,
      target: origin.basePath === "" ? path.target : origin.basePath + path.target,
      headers: filterHeaders === undefined ? headers : filterHeaders(headers),
      body,
      cancellation,
    }).then((response) => (isFailure(response) ? fail(response) : readReply(response)));
  };
}
