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
import { brokenBody, type Failure, failure } from "../errors.ts";
import type { HeaderList } from "../http1/header-list.ts";
import { sniffContentType } from "../http1/sniff.ts";
import { type JsonBlock, withJsonBlock } from "../json/block.ts";
import { CANCELED } from "../lib/cancellation.ts";
import { Params } from "../lib/params.ts";
import type { AnswerHeaderSource, AnswerHeaders } from "./answer-headers.ts";
import { compileInputHeaders } from "./input-headers.ts";
import { compileInputQuery } from "./input-query.ts";
import { negotiate } from "./negotiate.ts";
import { noOpAnswer } from "./no-op-answer.ts";
import { type OutputPlan, planOutput, type Renderer, type RenderPlan } from "./render.ts";

/** What an endpoint's handler is made of besides its configuration. */
export interface EndpointScope {
  readonly router: RouterConfig;
  /** The endpoint's pipe, down to its backends. */
  readonly stage: Stage;
  readonly clientIp: (request: ClientRequest) => string;
  readonly answerHeaders: AnswerHeaderSource;
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
  readonly output: Output;
  /** Of answers that no renderer writes. */
  readonly headers: AnswerHeaders;
  readonly returnsErrorMessage: boolean;
  readonly onError: (error: Failure) => void;
}

/** An endpoint's writer, or how it is found; `null`: the answer is the backend's own. */
type Output = Writer | ((headers: HeaderList) => Writer) | null;

/** A renderer with the headers that go with it. */
interface Writer {
  readonly render: Renderer;
  readonly headers: AnswerHeaders;
  readonly headersOfNothing: AnswerHeaders;
}

function planAnswer(config: EndpointConfig, scope: EndpointScope): AnswerPlan {
  return {
    output: createOutput(planOutput(config), config.cacheTtlMs, scope.answerHeaders),
    headers: scope.answerHeaders(config.cacheTtlMs, undefined),
    returnsErrorMessage: scope.router.returnsErrorMessage,
    onError: scope.onError,
  };
}

function createOutput(plan: OutputPlan, cacheTtlMs: number, source: AnswerHeaderSource): Output {
  if (plan.kind === "no-op") return null;
  const writer = ({ render, contentType, contentTypeOfNothing }: RenderPlan): Writer => ({
    render,
    headers: source(cacheTtlMs, contentType),
    headersOfNothing: source(cacheTtlMs, contentTypeOfNothing ?? contentType),
  });
  if (plan.kind === "render") return writer(plan);
  const { json, xml, yaml } = plan.offers;
  const writers = { json: writer(json), xml: writer(xml), yaml: writer(yaml) };
  return (headers) => writers[negotiate(headers)];
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
    if (error !== null && !hasLeft(request)) {
      request.errors.push(error.message);
      plan.onError(error);
    }
    if (result.response === null && error !== null) return errorAnswer(plan, error);
    return render(plan, block, result, request);
  });
}

function hasLeft({ cancellation }: ClientRequest): boolean {
  return cancellation.reason === CANCELED;
}

/** A stage that ignored its deadline must not look as if all went well. */
function lateFailure({ cancellation }: ClientRequest): Failure | null {
  return cancellation.reason === null ? null : failure("internal", "internal server error");
}

/** Without data an answer is not complete, even if all went well. */
function isCompleted(block: JsonBlock, { response }: StageResult): boolean {
  const hasData = response !== null && response.data !== null && !block.isEmpty(response.data);
  return hasData && response.isComplete;
}

function errorAnswer(plan: AnswerPlan, error: Failure): Answer {
  const headers = [...plan.headers.failed];
  if (!plan.returnsErrorMessage) return { status: error.status, headers, body: null };
  const body = Buffer.from(error.message);
  const type = error.contentType ?? (body.length > 0 ? sniffContentType(body) : undefined);
  if (type !== undefined) headers.push("Content-Type", type);
  return { status: error.status, headers, body };
}

function render(
  plan: AnswerPlan,
  block: JsonBlock,
  result: StageResult,
  request: ClientRequest,
): Answer | Promise<Answer> {
  const { response } = result;
  const output = typeof plan.output === "function" ? plan.output(request.headers) : plan.output;
  const source = headersFor(plan, output, response);
  const headers = isCompleted(block, result) ? source.completed : source.incomplete;
  if (output !== null) {
    response?.body?.cancel();
    return { status: 200, headers, body: output.render(block, response) };
  }
  if (response === null) return { status: 500, headers, body: null };
  const { cancellation } = request;
  response.body?.whenOver((reason) => {
    // A client that left is no failure of ours.
    const isOurs = reason !== null && cancellation.reason !== CANCELED;
    if (isOurs) plan.onError(brokenBody(reason, response.source));
  });
  return noOpAnswer(response, [...headers]);
}

function headersFor(
  plan: AnswerPlan,
  writer: Writer | null,
  response: StageResponse | null,
): AnswerHeaders {
  if (writer === null) return plan.headers;
  return response === null ? writer.headersOfNothing : writer.headers;
}
