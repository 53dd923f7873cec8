/**
 * The catalogue of what can go wrong with a request: values, not exceptions, made without a stack.
 *
 * The message is what `return_error_msg` shows to the client; it is KrakenD's text, which
 * dashboards and tests search for. The cause goes to the log.
 */

import type { BodyFailure } from "./lib/body.ts";
import { DEADLINE_EXCEEDED } from "./lib/cancellation.ts";
import { goQuote } from "./lib/go-quote.ts";
import type { ConnectError } from "./platform/sockets.ts";

/** An expected failure of a stage or an exchange. */
export interface Failure {
  readonly kind: "failure";
  /** Stable name for logs and metrics. */
  readonly code: FailureCode;
  /** What the client gets when nothing of the response is left. */
  readonly status: number;
  readonly message: string;
  /** Of the message as a body; `undefined`: sniffed from the text. */
  readonly contentType: string | undefined;
  /** For the log alone: which backend, and the first bytes of what it said. */
  readonly detail?: string;
}

/** Stable names of all failures. */
export type FailureCode =
  | "deadline_exceeded"
  | "canceled"
  | "no_hosts"
  | "lookup_failed"
  | "connect_failed"
  | "tls_failed"
  | "connection_closed"
  | "malformed_response"
  | "response_header_timeout"
  | "body_broken"
  | "body_too_large"
  | "too_many_redirects"
  | "invalid_url"
  | "invalid_header"
  | "invalid_status"
  | "backend_status"
  | "invalid_body"
  | "invalid_request"
  | "not_implemented"
  | "several"
  | "internal";

/** A failure with KrakenD's default status, 500. */
export function failure(code: FailureCode, message: string): Failure {
  return { kind: "failure", code, status: 500, message, contentType: undefined };
}

/** A failure that brings its own status and, for its text as a body, its own type. */
export function failureWithStatus(
  code: FailureCode,
  status: number,
  message: string,
  contentType: string | undefined,
): Failure {
  return { kind: "failure", code, status, message, contentType };
}

/** The URL of a call as it appears in messages. */
export function urlText(call: {
  readonly origin: { readonly text: string };
  readonly target: string;
}): string {
  return call.origin.text + call.target;
}

/** Tells a failure from whatever else a function may give. */
export function isFailure(value: object | null): value is Failure {
  return value !== null && "kind" in value && value.kind === "failure";
}

/** A call to `url` that was given up: its deadline passed or the client left. */
export function cancelled(reason: string, url: string): Failure {
  const code = reason === DEADLINE_EXCEEDED ? "deadline_exceeded" : "canceled";
  return { ...failure(code, reason), detail: url };
}

/** A streamed answer from `url` that broke off behind its head. */
export function brokenBody(reason: string, url: string): Failure {
  return { ...failure("body_broken", reason), detail: `in the body of ${url}` };
}

/** A client's body that had to be read whole and could not be: 413 where it is too large. */
export function clientBodyFailure({ isTooLarge, reason }: BodyFailure): Failure {
  if (isTooLarge) {
    return failureWithStatus("body_too_large", 413, "http: request body too large", undefined);
  }
  return failure(reason === DEADLINE_EXCEEDED ? "deadline_exceeded" : "body_broken", reason);
}

/** Go's text for a failed call: `Get "http://h/x": <what>`. */
export function transportFailure(
  code: FailureCode,
  method: string,
  url: string,
  what: string,
): Failure {
  return failure(code, `${operation(method)} ${goQuote(url)}: ${what}`);
}

/** Go's words for a connection that did not come about (`dial tcp 127.0.0.1:9: connect: connection refused`). */
export function connectFailure(
  error: ConnectError,
  host: string,
  port: number,
): { code: FailureCode; what: string } {
  if (error.stage === "proxy") return { code: "connect_failed", what: error.message };
  const { code, what } = dialFailure(error, host, port);
  return { code, what: error.isOfProxy ? `proxyconnect tcp: ${what}` : what };
}

/** Of texts: an IPv6 address stands in brackets. */
export function dialAddress(host: string, port: number): string {
  return host.includes(":") ? `[${host}]:${port}` : `${host}:${port}`;
}

function dialFailure(
  error: ConnectError,
  host: string,
  port: number,
): { code: FailureCode; what: string } {
  if (error.stage === "lookup") {
    return { code: "lookup_failed", what: `dial tcp: lookup ${host}: no such host` };
  }
  if (error.stage === "tls") return { code: "tls_failed", what: tlsText(error) };
  return {
    code: "connect_failed",
    what: `dial tcp ${dialAddress(host, port)}: connect: ${systemText(error.code)}`,
  };
}

/** Several failures of one endpoint in order of arrival: texts joined, status lost. */
export function joinedFailures(failures: readonly Failure[]): Failure | null {
  const only = failures[0];
  if (only === undefined) return null;
  // One alone keeps its name and place, not its status: the others answered.
  if (failures.length === 1) return { ...only, status: 500, contentType: undefined };
  const details = failures.flatMap(({ detail }) => detail ?? []);
  const joined = failure("several", failures.map((one) => one.message).join("\n"));
  return details.length === 0 ? joined : { ...joined, detail: details.join("; ") };
}

/** Go prints the method of an operation as `Get`, `Post`, `Delete`. */
function operation(method: string): string {
  return method.slice(0, 1) + method.slice(1).toLowerCase();
}

function tlsText(error: ConnectError): string {
  if (error.message === "EOF") return "EOF";
  return `tls: ${error.message}${error.code === "" ? "" : ` (${error.code})`}`;
}

const SYSTEM_TEXTS: Readonly<Record<string, string>> = {
  ECONNREFUSED: "connection refused",
  ECONNRESET: "connection reset by peer",
  EHOSTUNREACH: "no route to host",
  ENETUNREACH: "network is unreachable",
  ETIMEDOUT: "connection timed out",
  EADDRNOTAVAIL: "cannot assign requested address",
  EMFILE: "too many open files",
  ENFILE: "too many open files in system",
  EACCES: "permission denied",
  EPERM: "operation not permitted",
};

function systemText(code: string): string {
  return SYSTEM_TEXTS[code] ?? (code === "" ? "failed" : code);
}
