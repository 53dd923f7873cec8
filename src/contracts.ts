/**
 * The three kinds of function that carry a request, and what passes between them.
 *
 * A failed backend, a refused limit or a partial answer is a value here. An exception is a bug.
 */
import type { Failure } from "./errors.ts";
import type { HeaderLines } from "./http1/header-lines.ts";
import type { HeaderList } from "./http1/header-list.ts";
import type { JsonBlock, Value } from "./json/block.ts";
import type { BodyStream } from "./lib/body.ts";
import type { Cancellation } from "./lib/cancellation.ts";
import type { Params } from "./lib/params.ts";
import type { QueryValues } from "./lib/query.ts";

/** A client's request, as it came: raw target, header lines in order. */
export interface ClientRequest {
  readonly method: string;
  /** As sent, with query. */
  readonly target: string;
  /** Still percent-encoded. */
  readonly path: string;
  /** Without `?`; `undefined` when there is none. */
  readonly query: string | undefined;
  /** The `Host` line, or the authority of an absolute target; empty when an HTTP/1.0 client sent none. */
  readonly host: string;
  readonly headers: HeaderList;
  readonly body: BodyStream | null;
  /** IPv4-mapped IPv6 printed as IPv4. */
  readonly peerAddress: string;
  readonly isTls: boolean;
  /** Cancelled when the client leaves. */
  readonly cancellation: Cancellation;
  /** Values of the route's parameters, in its order, decoded once to bytes. */
  params: readonly string[];
  /** Texts for the access log: what failed on the way, backends included. */
  errors: string[];
}

/** What goes back. A header may be repeated; the framing is the server's. */
export interface Answer {
  readonly status: number;
  readonly headers: HeaderList;
  readonly body: Uint8Array | BodyStream | null;
}

/** Answers a client. */
export type Handler = (request: ClientRequest) => Answer | Promise<Answer>;

/** An endpoint's call on its way to the backends: only what the allow-lists let through. */
export interface ProxyRequest {
  readonly params: Params;
  readonly query: QueryValues;
  readonly headers: HeaderList;
  /** A stream is read once; bytes may be sent to several backends. */
  readonly body: BodyStream | Buffer | null;
  readonly cancellation: Cancellation;
}

/**
 * What a stage gathered: every byte is here, nothing is decoded yet.
 *
 * Documents live in the worker's scratch memory and only within one synchronous block. So a stage
 * first gathers, which may take time, and its result is settled later, at once, in the block that
 * also writes the answer. A stage that changes the data on the way back wraps `settle`.
 */
export interface Gathered {
  /** Decodes and shapes. Called in an open block; calling it again does the work again. */
  settle(block: JsonBlock): StageResult;
}

/** A response, an error, or both: a partial result. */
export interface StageResult {
  readonly response: StageResponse | null;
  readonly error: Failure | null;
}

/** What is left of a backend's answer: its data, or for `no-op` all of it. */
export interface StageResponse {
  /** `null` is a JSON `null`, which is no data. */
  readonly data: Value | null;
  readonly isComplete: boolean;
  /** Of a `no-op` backend; 0: none. */
  readonly status: number;
  readonly headers: HeaderList;
  /** Of a `no-op` backend. */
  readonly body: BodyStream | null;
  /** URL of a `no-op` backend, for the log; otherwise empty. */
  readonly source: string;
}

/** A step of an endpoint's pipe. */
export type Stage = (request: ProxyRequest) => Gathered | Promise<Gathered>;

/** One HTTP request to a backend. */
export interface UpstreamRequest {
  /** What the URL was made with, for whoever rewrites the request. */
  readonly params: Params;
  readonly method: string;
  readonly origin: Origin;
  /** Path and query, as they go on the wire. */
  readonly target: string;
  /** Without `Host` and framing; those are the client's to write. Not changed once it was sent. */
  readonly headers: HeaderList;
  readonly body: BodyStream | Buffer | null;
  readonly cancellation: Cancellation;
}

/** Scheme, host and port of an upstream; made once for each configured host. */
export interface Origin {
  readonly isTls: boolean;
  readonly host: string;
  readonly port: number;
  /** Of the `Host` header: with the port where it was written. */
  readonly authority: string;
  /** `http://host:port`, as written, in front of the target in messages. */
  readonly text: string;
  /** What the host was written with after its port (`/base`): stands before every path. */
  readonly basePath: string;
}

/** The head of a backend's answer, and its body on the way. */
export interface UpstreamResponse {
  readonly kind: "response";
  readonly status: number;
  readonly headers: HeaderLines;
  /** As sent; `undefined` when the body is not packed. */
  readonly contentEncoding: string | undefined;
  readonly body: BodyStream;
  /** Where it came from in the end, after redirects. */
  readonly origin: Origin;
  readonly target: string;
}

/** Calls a backend. Failures are values; it never rejects. */
export type Exchange = (request: UpstreamRequest) => Promise<UpstreamResponse | Failure>;
