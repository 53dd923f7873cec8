import type { BackendConfig } from "../config/model.ts";
import type { Gathered, StageResult, UpstreamResponse } from "../contracts.ts";
import { type Failure, failure, failureWithStatus, isFailure, urlText } from "../errors.ts";
import { sniffContentType } from "../http1/sniff.ts";
import type { JsonBlock } from "../json/block.ts";
import { type BodyFailure, isBodyFailure } from "../lib/body.ts";
import { dataResponse, failed } from "../results.ts";
import { gunzipBytes } from "../upstream/gzip.ts";
import type { Encoding } from "./decoder.ts";
import { beginningOf, callText, describeAnswer, excerptOf, located } from "./failure-detail.ts";
import type { Formatter } from "./formatter.ts";

/** More of a backend's answer than this is not held in memory. */
const MAX_BODY_BYTES = 128 * 1024 * 1024;

/** How a backend's response becomes a result; compiled once. */
export interface ReplyPlan {
  readonly config: BackendConfig;
  readonly encoding: Encoding;
  readonly format: Formatter;
  /** Takes the failures that the answer shows as data, for the log; absent: nobody looks. */
  readonly report?: ((failure: Failure) => void) | undefined;
}

/** Turns a backend's response into a stage's result: at once when its body is there. */
export type ReadReply = (response: UpstreamResponse) => Gathered | Promise<Gathered>;

/** Every status passes and the body stays a stream. */
export function readNoOp(response: UpstreamResponse): Gathered {
  return new NoOpReply(response);
}

/** Compiles the reading of a backend whose answers are decoded: status rule, decoder, formatter. */
export function compileReply(plan: ReplyPlan): ReadReply {
  return (response) => {
    const { errorReporting } = plan.config;
    if (!isSuccess(response) && errorReporting.kind === "plain") {
      const cause = statusFailure(plan.config, response, beginningOf(response.body));
      response.body.cancel();
      return failed(cause);
    }
    const body = response.body.collect(MAX_BODY_BYTES);
    if (body instanceof Promise) return body.then((read) => toGathered(plan, response, read));
    return toGathered(plan, response, body);
  };
}

/** 204 and the others are errors, as in KrakenD. */
function isSuccess({ status }: UpstreamResponse): boolean {
  return status === 200 || status === 201;
}

function toGathered(
  plan: ReplyPlan,
  response: UpstreamResponse,
  body: Buffer | BodyFailure,
): Gathered {
  if (isSuccess(response)) return new DataReply(plan, response, body);
  const bytes = isBodyFailure(body) ? Buffer.alloc(0) : body;
  const { errorReporting } = plan.config;
  if (errorReporting.kind === "details") {
    plan.report?.(statusFailure(plan.config, response, excerptOf(bytes)));
    return new DetailsReply(errorReporting.alias, response, bytes);
  }
  return failed(located(plan.config, codeFailure(response, bytes)));
}

class DataReply implements Gathered {
  readonly #plan: ReplyPlan;
  readonly #response: UpstreamResponse;
  readonly #body: Buffer | BodyFailure;

  constructor(plan: ReplyPlan, response: UpstreamResponse, body: Buffer | BodyFailure) {
    this.#plan = plan;
    this.#response = response;
    this.#body = body;
  }

  settle(block: JsonBlock): StageResult {
    const { encoding, format } = this.#plan;
    const body = this.#body;
    if (isBodyFailure(body) && !encoding.toleratesCut) {
      return { response: null, error: this.#explained(bodyFailure(body)) };
    }
    const bytes = this.#unpacked(isBodyFailure(body) ? body.received : body);
    if (typeof bytes === "string") {
      return { response: null, error: this.#explained(failure("invalid_body", bytes)) };
    }
    const data = encoding.decode(block, bytes);
    if (isFailureValue(data)) {
      const cause = isBodyFailure(body) ? bodyFailure(body) : data;
      return { response: null, error: this.#explained(cause) };
    }
    return { response: dataResponse(format(block, data), true), error: null };
  }

  /** Still packed when the client's own `Accept-Encoding` was let through; no other coding is understood. */
  #unpacked(body: Buffer): Buffer | string {
    const isPacked = this.#response.contentEncoding === "gzip";
    return isPacked ? gunzipBytes(body) : body;
  }

  #explained(cause: Failure): Failure {
    const body = this.#body;
    const { config } = this.#plan;
    if (isBodyFailure(body) && body.isTooLarge) {
      const limit = `${MAX_BODY_BYTES / 1024 / 1024} MiB, the most that is decoded`;
      const detail = `${urlText(this.#response)} answered with more than ${limit}`;
      return located(config, { ...cause, detail });
    }
    if (isBodyFailure(body) && body.received.length === 0) {
      const { status } = this.#response;
      const detail = `${urlText(this.#response)} answered ${status} with a body that could not be read`;
      return located(config, { ...cause, detail });
    }
    const bytes = isBodyFailure(body) ? body.received : body;
    return located(config, { ...cause, detail: describeAnswer(this.#response, bytes) });
  }
}

/** `{"error_<alias>": {…}}` in the order in which KrakenD writes it; a body that broke off is left out. */
class DetailsReply implements Gathered {
  readonly #alias: string;
  readonly #response: UpstreamResponse;
  readonly #body: Buffer;

  constructor(alias: string, response: UpstreamResponse, body: Buffer) {
    this.#alias = alias;
    this.#response = response;
    this.#body = body;
  }

  settle(block: JsonBlock): StageResult {
    const { status, headers } = this.#response;
    const type = headers.get("content-type") ?? "";
    const details = block.orderedObject([
      ["http_status_code", block.number(String(status))],
      ...(this.#body.length > 0 ? [["http_body", block.stringBytes(this.#body)] as const] : []),
      ...(type !== ""
        ? [["http_body_encoding", block.stringBytes(Buffer.from(type, "latin1"))] as const]
        : []),
    ]);
    block.seal(details);
    const data = block.group(details, `error_${this.#alias}`);
    return { response: { ...dataResponse(data, false), status }, error: null };
  }
}

class NoOpReply implements Gathered {
  readonly #response: UpstreamResponse;

  constructor(response: UpstreamResponse) {
    this.#response = response;
  }

  settle(block: JsonBlock): StageResult {
    const { status, body } = this.#response;
    const headers = this.#response.headers.list();
    const source = urlText(this.#response);
    const response = { data: block.object(), isComplete: true, status, headers, body, source };
    return { response, error: null };
  }
}

/** `said`: the body's first bytes, quoted, or nothing. */
function statusFailure(config: BackendConfig, response: UpstreamResponse, said: string): Failure {
  const call = `${callText(config)}: ${urlText(response)}`;
  const cause = failure("invalid_status", `invalid status code ${response.status} ${call}`);
  const name = `backend ${config.index}`;
  return { ...cause, detail: said === "" ? name : `${name} said ${said}` };
}

function codeFailure(response: UpstreamResponse, body: Buffer): Failure {
  const type = response.headers.get("content-type");
  const contentType = type ?? (body.length > 0 ? sniffContentType(body) : undefined);
  const text = body.toString("utf8");
  const cause = failureWithStatus("backend_status", response.status, text, contentType);
  return { ...cause, detail: describeAnswer(response, body) };
}

function bodyFailure(body: BodyFailure): Failure {
  return failure(body.isTooLarge ? "body_too_large" : "body_broken", body.reason);
}

function isFailureValue(data: unknown): data is Failure {
  return typeof data === "object" && isFailure(data);
}
