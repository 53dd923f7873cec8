import type { EndpointConfig, RouterConfig } from "../config/model.ts";
import type { Answer, ClientRequest, Gathered, Handler, Stage, StageResult } from "../contracts.ts";
import { type Failure, failure } from "../errors.ts";
import type { HeaderList } from "../http1/header-list.ts";
import { sniffContentType } from "../http1/sniff.ts";
import { type JsonBlock, withJsonBlock } from "../json/block.ts";
import { Params } from "../lib/params.ts";
import { compileInputHeaders } from "./input-headers.ts";
import { compileInputQuery } from "./input-query.ts";
import { noOpAnswer } from "./no-op-answer.ts";
import { type OutputPlan, planOutput } from "./render.ts";

/** What an endpoint's handler is made of besides its configuration. */
export interface EndpointScope {
  readonly router: RouterConfig;
  /** The endpoint's pipe, down to its backends. */
  readonly stage: Stage;
  readonly clientIp: (request: ClientRequest) => string;
  /** `Version <v>`, or `Version undefined` where it is hidden. */
  readonly versionHeader: string;
  readonly userAgent: string;
  readonly onError: (error: Failure) => void;
}

/** Client request to internal request, pipe, result to answer: compiled once for each endpoint. */
export function createEndpointHandler(config: EndpointConfig, scope: EndpointScope): Handler {
  const inputHeaders = compileInputHeaders(config.inputHeaders, scope.userAgent);
  const inputQuery = compileInputQuery(config.inputQueryStrings);
  const { timeoutMs, parameterKeys } = config;
  const { stage, clientIp } = scope;
  const plan = planAnswer(config, scope);

  return (request) => {
    const { cancellation } = request;
    // The server releases it with the last byte of the answer: the deadline covers a streamed body too.
    cancellation.expireIn(timeoutMs);
    const gathered = stage({
      method: request.method,
      params: new Params(parameterKeys, request.params),
      query: inputQuery(request.query),
      headers: inputHeaders(request.headers, clientIp(request), request.host),
      body: request.body,
      cancellation,
    });
    return gathered instanceof Promise
      ? gathered.then((ready) => answer(plan, request, ready))
      : answer(plan, request, gathered);
  };
}

/** What every answer of an endpoint has in common. */
interface AnswerPlan {
  readonly output: OutputPlan;
  readonly versionHeader: string;
  /** `null`: no cache header. */
  readonly cacheControl: string | null;
  readonly returnsErrorMessage: boolean;
  readonly onError: (error: Failure) => void;
}

function planAnswer(config: EndpointConfig, scope: EndpointScope): AnswerPlan {
  const { cacheTtlMs } = config;
  return {
    output: planOutput(config),
    versionHeader: scope.versionHeader,
    cacheControl: cacheTtlMs === 0 ? null : `public, max-age=${Math.floor(cacheTtlMs / 1000)}`,
    returnsErrorMessage: scope.router.returnsErrorMessage,
    onError: scope.onError,
  };
}

/** Everything has come: decodes, shapes and writes it, in one block. */
function answer(
  plan: AnswerPlan,
  request: ClientRequest,
  gathered: Gathered,
): Answer | Promise<Answer> {
  return withJsonBlock((block) => {
    const result = gathered.settle(block);
    const error = result.error ?? lateFailure(request);
    if (error !== null) {
      request.errors.push(error.message);
      plan.onError(error);
    }
    const headers: HeaderList = ["X-Krakend", plan.versionHeader];
    addOutcomeHeaders(plan, block, result, headers);
    if (result.response === null && error !== null) return errorAnswer(plan, error, headers);
    return render(plan, block, result, headers);
  });
}

/** A stage that ignored its deadline must not look as if all went well. */
function lateFailure({ cancellation }: ClientRequest): Failure | null {
  return cancellation.reason === null ? null : failure("internal", "internal server error");
}

/** Without data an answer is not complete, even if all went well. */
function addOutcomeHeaders(
  { cacheControl }: AnswerPlan,
  block: JsonBlock,
  { response }: StageResult,
  headers: HeaderList,
): void {
  const hasData = response !== null && response.data !== null && !block.isEmpty(response.data);
  const isCompleted = hasData && response.isComplete;
  if (isCompleted && cacheControl !== null) headers.push("Cache-Control", cacheControl);
  headers.push("X-Krakend-Completed", isCompleted ? "true" : "false");
}

function errorAnswer(plan: AnswerPlan, error: Failure, headers: HeaderList): Answer {
  if (!plan.returnsErrorMessage) return { status: error.status, headers, body: null };
  const body = Buffer.from(error.message);
  const type = error.contentType ?? (body.length > 0 ? sniffContentType(body) : undefined);
  if (type !== undefined) headers.push("Content-Type", type);
  return { status: error.status, headers, body };
}

function render(
  { output }: AnswerPlan,
  block: JsonBlock,
  { response }: StageResult,
  headers: HeaderList,
): Answer | Promise<Answer> {
  if (output.kind === "render") {
    response?.body?.cancel();
    const { contentType, body } = output.render(block, response);
    headers.push("Content-Type", contentType);
    return { status: 200, headers, body };
  }
  const isAnswerable = response !== null && output.kind === "no-op";
  return isAnswerable ? noOpAnswer(response, headers) : { status: 500, headers, body: null };
}
