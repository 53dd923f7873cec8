import { readFileSync } from "node:fs";
import { z } from "zod";
import type { Exchange, UpstreamRequest } from "../../contracts.ts";
import { clientBodyFailure, type Failure } from "../../errors.ts";
import type { HeaderList } from "../../http1/header-list.ts";
import { BodyStream, isBodyFailure } from "../../lib/body.ts";
import { collectBody } from "../../lib/collect-body.ts";
import { isRecord } from "../../lib/go-coerce.ts";
import { defineFeature, type Middleware } from "../feature.ts";
import { compileMutation, compileQuery, type GraphqlDocument } from "./request-document.ts";

const schema = () =>
  z.looseObject({
    type: z.string().optional().describe("query or mutation."),
    query: z.string().optional().describe("The operation's text."),
    query_path: z
      .string()
      .optional()
      .describe("A file with the operation's text; wins over `query`."),
    operationName: z.string().optional().describe("Which operation of the text is meant."),
    variables: z
      // A schema of records would lose a variable named __proto__.
      .custom<Readonly<Record<string, unknown>>>(isRecord, "expected an object")
      .optional()
      .describe("Variables; in a query `{name}` as a whole value is a parameter of the endpoint."),
    method: z.string().optional().describe("GET or POST; POST when absent."),
  });

type Options = z.output<ReturnType<typeof schema>>;

/** More of a client's body than this is not read for a mutation. */
const MAX_BODY_BYTES = 32 * 1024 * 1024;

/** `backend/graphql`: the backend's call becomes a GraphQL request, built from the options and the client's request. */
export const graphql = defineFeature({
  namespace: "backend/graphql",
  schema,
  isCaseSensitive: false,
  findFault,
  transport(options): Middleware<Exchange> | undefined {
    const document = readDocument(options);
    if (document === undefined) return undefined;
    const isGet = options.method?.toUpperCase() === "GET";
    if (options.type?.toLowerCase() === "mutation") return mutate(document, isGet);

    const compose = compileQuery(document);
    return (next) => (request) => next(rewrite(request, isGet ? null : compose(request.params)));
  },
});

function findFault({ type, query_path: path, method }: Options) {
  const kind = type?.toLowerCase();
  if (kind !== "query" && kind !== "mutation") {
    return { option: "type", message: OFF, expected: "query or mutation" };
  }
  if (path !== undefined && readQuery(path) === undefined) {
    return { option: "query_path", message: OFF, expected: "a file that can be read" };
  }
  const name = method?.toUpperCase();
  if (name === undefined || name === "GET" || name === "POST") return undefined;
  return { option: "method", message: "POST is used", expected: "GET or POST" };
}

const OFF = "the backend is called without GraphQL";

/** `undefined`: the options switch the feature off, as in KrakenD. */
function readDocument({
  type,
  query = "",
  query_path: path,
  operationName = "",
  variables = {},
}: Options): GraphqlDocument | undefined {
  const kind = type?.toLowerCase();
  if (kind !== "query" && kind !== "mutation") return undefined;
  const text = path === undefined ? query : readQuery(path);
  return text === undefined ? undefined : { query: text, operationName, variables };
}

function readQuery(path: string): string | undefined {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return undefined;
  }
}

function mutate(document: GraphqlDocument, isGet: boolean): Middleware<Exchange> {
  const compose = compileMutation(document);
  return (next) => {
    const send = (request: UpstreamRequest, sent: Buffer) => {
      const body = compose(sent);
      if (!Buffer.isBuffer(body)) return Promise.resolve<Failure>(body);
      return next(rewrite(request, isGet ? null : body));
    };
    return async (request) => {
      const sent = await readClientBody(request);
      return Buffer.isBuffer(sent) ? send(request, sent) : sent;
    };
  };
}

async function readClientBody({ body, cancellation }: UpstreamRequest): Promise<Buffer | Failure> {
  if (!(body instanceof BodyStream)) return body ?? NO_BYTES;
  const collected = await collectBody(body, MAX_BODY_BYTES, cancellation);
  return isBodyFailure(collected) ? clientBodyFailure(collected) : collected;
}

const NO_BYTES = Buffer.alloc(0);

/** With `null`: a GET, whose URL was made before and so does not hold the query, as in KrakenD. */
function rewrite(request: UpstreamRequest, body: Buffer | null): UpstreamRequest {
  const headers: string[] = [];
  const sent: HeaderList = request.headers;
  for (let i = 0; i < sent.length; i += 2) {
    const name = sent[i]!;
    if (name !== "Content-Type" && name !== "Content-Length") headers.push(name, sent[i + 1]!);
  }
  headers.push("Content-Type", "application/json");
  if (body !== null) headers.push("Content-Length", String(body.length));
  return { ...request, method: body === null ? "GET" : "POST", headers, body };
}
