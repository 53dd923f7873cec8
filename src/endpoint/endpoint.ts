import type { EndpointConfig, RouterConfig } from "../config/model.ts";
import type {
  Answer,
  ClientRequest,
  Gathered,
  Handler,
  Stage,
  StageResponse,
  StageResult,
} from "../contracts.ts";
import { type Failure, failure } from "../errors.ts";
import type { HeaderList } from "../http1/header-list.ts";
import { sniffContentType } from "../http1/sniff.ts";
import { type JsonBlock, withJsonBlock } from "../json/block.ts";
import { Cancellation } from "../lib/cancellation.ts";
import { Params } from "../lib/params.ts";
import type { TimerWheel } from "../lib/timer-wheel.ts";
import { compileInputHeaders } from "./input-headers.ts";
import { compileInputQuery } from "./input-query.ts";
import { noOpAnswer } from "./no-op-answer.ts";
import { type OutputPlan, planOutput } from "./render.ts";

/** What an endpoint's handler is made of besides its configuration. */
export interface EndpointScope {
  readonly router: RouterConfig;
  /** The endpoint's pipe, down to its backends. */
  readonly stage: Stage;
  readonly wheel: TimerWheel;
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
  const output = planOutput(config);
  const { stage, wheel, clientIp, onError } = scope;
  const answerOf = compileAnswer(config, scope, output);

  return (request) => {
    const cancellation = new Cancellation(wheel, request.cancellation, config.timeoutMs);
    const gathered = stage({
      method: request.method,
      params: new Params(config.parameterKeys, request.params),
      query: inputQuery(request.query),
      headers: inputHeaders(request.headers, clientIp(request), request.host),
      body: request.body,
      cancellation,
    });
    const finish = (ready: Gathered) => answerOf(request, ready, cancellation);
    return gathered instanceof Promise ? gathered.then(finish) : finish(gathered);
  };

  function compileAnswer(
    { cacheTtlMs }: EndpointConfig,
    { router, versionHeader }: EndpointScope,
    plan: OutputPlan,
  ): (request: ClientRequest, gathered: Gathered, call: Cancellation) => Answer | Promise<Answer> {
    const cacheControl = `public, max-age=${Math.floor(cacheTtlMs / 1000)}`;

    return (request, gathered, call) => {
      return withJsonBlock((block) => {
        const result = gathered.settle(block);
        releaseAfter(call, result);
        const error = result.error ?? lateFailure(call);
        if (error !== null) {
          request.errors.push(error.message);
          onError(error);
        }
        const headers: HeaderList = ["X-Krakend", versionHeader];
        addResponseHeaders(block, result, headers);
        if (result.response === null && error !== null) return errorAnswer(error, headers);
        return render(block, result.response, headers);
      });
    };

    function addResponseHeaders(block: JsonBlock, { response }: StageResult, headers: HeaderList) {
      const hasData = response !== null && response.data !== null && !block.isEmpty(response.data);
      const isCompleted = hasData && response.isComplete;
      if (isCompleted && cacheTtlMs !== 0) headers.push("Cache-Control", cacheControl);
      headers.push("X-Krakend-Completed", isCompleted ? "true" : "false");
    }

    function errorAnswer(error: Failure, headers: HeaderList): Answer {
      if (!router.returnsErrorMessage) return { status: error.status, headers, body: null };
      const body = Buffer.from(error.message);
      const type = error.contentType ?? (body.length > 0 ? sniffContentType(body) : undefined);
      if (type !== undefined) headers.push("Content-Type", type);
      return { status: error.status, headers, body };
    }

    function render(
      block: JsonBlock,
      response: StageResponse | null,
      headers: HeaderList,
    ): Answer | Promise<Answer> {
      if (plan.kind === "render") {
        response?.body?.cancel();
        const { contentType, body } = plan.render(block, response);
        headers.push("Content-Type", contentType);
        return { status: 200, headers, body };
      }
      if (response === null || plan.kind === "unsupported")
        return { status: 500, headers, body: null };
      return noOpAnswer(response, headers);
    }
  }
}

/** The deadline covers a streamed body too. */
function releaseAfter(call: Cancellation, { response }: StageResult): void {
  const body = response?.body ?? null;
  if (body === null) call.release();
  else body.whenOver(() => call.release());
}

/** A stage that ignored its deadline must not look as if all went well. */
function lateFailure(call: Cancellation): Failure | null {
  return call.reason === null ? null : failure("internal", "internal server error");
}
