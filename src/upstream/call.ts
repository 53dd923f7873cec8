import type { UpstreamRequest, UpstreamResponse } from "../contracts.ts";
import { cancelled, type Failure, type FailureCode, transportFailure, urlText } from "../errors.ts";
import type { ResponseHead } from "../http1/response-head.ts";
import { type BodyFlow, BodyStream } from "../lib/body.ts";
import type { CancellationListener } from "../lib/cancellation.ts";
import { TimerEntry } from "../lib/timer-wheel.ts";
import type { ConnectError } from "../platform/sockets.ts";
import { type BrokenResponse, type ResponseReceiver, UpstreamConnection } from "./connection.ts";
import { dial, dialFailure, dialTimeout, type UpstreamClientScope } from "./dial.ts";
import { unpackedResponse } from "./gzip.ts";
import type { HostPool } from "./host-pool.ts";
import { renderRequestHead } from "./request-head.ts";
import { Upload, type UploadEvents, writeRequest } from "./request-writer.ts";
import type { Route } from "./route.ts";

/** Go's fixed limit for the TLS handshake with a backend. */
const TLS_HANDSHAKE_TIMEOUT_MS = 10_000;

/** What becomes of a request that was sent. */
export type Outcome = UpstreamResponse | Failure;

/** Looks at a response before the caller does; a redirect leads to another call. */
export type OnResponse = (
  request: UpstreamRequest,
  response: UpstreamResponse,
) => Outcome | Promise<Outcome>;

/** What a call is made of. */
export interface CallOptions {
  readonly client: { readonly scope: UpstreamClientScope };
  readonly request: UpstreamRequest;
  readonly onResponse: OnResponse | null;
  readonly resolve: (outcome: Outcome | Promise<Outcome>) => void;
}

/** One request on its way: from a connection to the last byte of the response. */
export class Call implements ResponseReceiver, CancellationListener, BodyFlow, UploadEvents {
  readonly #options: CallOptions;
  readonly #request: UpstreamRequest;
  #pool: HostPool<UpstreamConnection> | null = null;
  #route: Route | null = null;
  #connection: UpstreamConnection | null = null;
  #upload: Upload<UpstreamConnection> | null = null;
  #body: BodyStream | null = null;
  #timer: TimerEntry | null = null;
  /** Sends the body, for which the backend has not asked yet. */
  #sendBody: (() => void) | null = null;
  #asksForGzip = false;
  #hasSentAll = false;
  #hasRetried = false;
  #isOver = false;

  constructor(options: CallOptions) {
    this.#options = options;
    this.#request = options.request;
  }

  get method(): string {
    return this.#request.method;
  }

  /** Takes an idle connection, or makes one. */
  start({ pool, route }: { pool: HostPool<UpstreamConnection>; route: Route }): void {
    const { cancellation } = this.#request;
    if (cancellation.reason !== null) {
      this.#fail(cancelled(cancellation.reason, urlText(this.#request)));
      return;
    }
    const problem = route.proxy?.problem ?? null;
    if (problem !== null) {
      this.#fail(this.#failure("connect_failed", problem));
      return;
    }
    this.#pool = pool;
    this.#route = route;
    cancellation.listen(this);
    const connection = pool.take();
    if (connection === undefined) {
      this.#dial();
      return;
    }
    this.#connection = connection;
    connection.assign(this);
    this.#write(connection);
  }

  handshaking(): void {
    this.#startTimer(TLS_HANDSHAKE_TIMEOUT_MS, () =>
      this.#failure("tls_failed", "net/http: TLS handshake timeout"),
    );
  }

  connected(): void {
    this.#stopTimer();
    this.#write(this.#connection!);
  }

  connectFailed(error: ConnectError): void {
    const { code, what } = dialFailure(error, this.#route!);
    this.#fail(this.#failure(code, what));
  }

  continued(): void {
    const sendBody = this.#sendBody;
    if (sendBody === null) return;
    this.#stopTimer();
    this.#sendBody = null;
    sendBody();
  }

  head(head: ResponseHead): void {
    this.#stopTimer();
    this.#sendBody = null;
    const { framing } = head;
    const length = framing.kind === "length" ? framing.length : undefined;
    const body = new BodyStream(length, this);
    this.#body = body;
    this.#respond(head, body);
  }

  data(chunk: Buffer): void {
    this.#body!.push(chunk);
  }

  finished(isReusable: boolean): void {
    this.#release(isReusable);
    this.#body!.finish();
  }

  whole(head: ResponseHead, body: Buffer, isReusable: boolean): void {
    this.#release(isReusable);
    this.#respond(head, BodyStream.of(body));
  }

  drained(): void {
    if (this.#sendBody === null) this.#upload?.drained();
  }

  broken({ isClean, malformed }: BrokenResponse): void {
    const body = this.#body;
    if (body !== null) {
      this.#end();
      this.#upload?.cancel();
      body.fail(malformed ?? "unexpected EOF");
      return;
    }
    if (isClean && this.#connection!.isReused && this.#isRepeatable() && !this.#hasRetried) {
      this.#hasRetried = true;
      this.#stopTimer();
      this.#dial();
      return;
    }
    if (malformed !== undefined) {
      const what = `net/http: HTTP/1.x transport connection broken: ${malformed}`;
      this.#fail(this.#failure("malformed_response", what));
      return;
    }
    this.#fail(this.#failure("connection_closed", isClean ? "EOF" : "unexpected EOF"));
  }

  onCancel(reason: string): void {
    const body = this.#body;
    this.#abandon();
    if (body === null) this.#options.resolve(cancelled(reason, urlText(this.#request)));
    else body.fail(reason);
  }

  wanted(): void {}

  pause(): void {
    this.#connection!.pause();
  }

  resume(): void {
    this.#connection!.resume();
  }

  cancel(): void {
    this.#abandon();
  }

  uploaded(): void {
    this.#hasSentAll = true;
    const limitMs = this.#options.client.scope.transport.responseHeaderTimeoutMs;
    if (limitMs <= 0 || this.#body !== null || this.#isOver) return;
    this.#startTimer(limitMs, () =>
      this.#failure("response_header_timeout", "net/http: timeout awaiting response headers"),
    );
  }

  uploadBroken(reason: string): void {
    const body = this.#body;
    this.#abandon();
    if (body === null) this.#options.resolve(this.#failure("body_broken", reason));
    else body.fail(reason);
  }

  #dial(): void {
    const { scope } = this.#options.client;
    const { dialerTimeoutMs } = scope.transport;
    const route = this.#route!;
    const connection = new UpstreamConnection(this.#pool!, this);
    this.#connection = connection;
    if (dialerTimeoutMs > 0) {
      const { code, what } = dialTimeout(route);
      this.#startTimer(dialerTimeoutMs, () => this.#failure(code, what));
    }
    dial({ connection, route, origin: this.#request.origin }, scope);
  }

  #write(connection: UpstreamConnection): void {
    const { transport } = this.#options.client.scope;
    const { body } = this.#request;
    const { text, framing, asksForGzip, expectsContinue } = renderRequestHead(this.#request, {
      closes: transport.isKeepAliveDisabled,
      unpacks: !transport.isCompressionDisabled,
      proxy: this.#route!.isTunnel ? null : this.#route!.proxy,
    });
    this.#asksForGzip = asksForGzip;
    const isChunked = framing === "chunked";
    if (expectsContinue && transport.expectContinueTimeoutMs > 0) {
      writeRequest(connection.outbox, text, null, false);
      this.#writeWhenAsked(connection, isChunked, transport.expectContinueTimeoutMs);
      return;
    }
    if (!(body instanceof BodyStream)) {
      writeRequest(connection.outbox, text, body, isChunked);
      this.uploaded();
      return;
    }
    const whole = body.takeWhole();
    if (whole !== undefined) {
      writeRequest(connection.outbox, text, whole, isChunked);
      this.uploaded();
      return;
    }
    writeRequest(connection.outbox, text, null, false);
    this.#upload = new Upload(connection.outbox, body, isChunked, this);
    this.#upload.start();
  }

  /** A backend that asks for nothing gets the body after a while all the same. */
  #writeWhenAsked(connection: UpstreamConnection, isChunked: boolean, limitMs: number): void {
    const { body } = this.#request;
    const { outbox } = connection;
    if (body instanceof BodyStream) {
      const upload = new Upload(outbox, body, isChunked, this);
      this.#upload = upload;
      this.#sendBody = () => upload.start();
    } else {
      this.#sendBody = () => {
        writeRequest(outbox, "", body, isChunked);
        this.uploaded();
      };
    }
    this.#schedule(limitMs, () => this.continued());
  }

  #respond({ status, lines: headers, contentEncoding }: ResponseHead, body: BodyStream): void {
    const { onResponse, resolve } = this.#options;
    const { origin, target } = this.#request;
    const raw: UpstreamResponse = {
      kind: "response",
      status,
      headers,
      contentEncoding,
      body,
      origin,
      target,
    };
    const response = this.#asksForGzip ? unpackedResponse(raw) : raw;
    resolve(onResponse === null ? response : onResponse(this.#request, response));
  }

  #release(isReusable: boolean): void {
    const connection = this.#connection!;
    this.#end();
    if (isReusable && this.#hasSentAll) {
      this.#pool!.put(connection);
      return;
    }
    this.#upload?.cancel();
    connection.destroy();
  }

  /** Only what nobody notices twice, and only when its body can be sent again. */
  #isRepeatable(): boolean {
    const { method, body } = this.#request;
    const isSafe =
      method === "GET" || method === "HEAD" || method === "OPTIONS" || method === "TRACE";
    return isSafe && !(body instanceof BodyStream);
  }

  #fail(failure: Failure): void {
    this.#end();
    this.#upload?.cancel();
    this.#options.resolve(failure);
  }

  /** Drops the connection: the exchange ends in the middle. */
  #abandon(): void {
    if (this.#isOver) return;
    this.#end();
    this.#connection?.destroy();
    this.#upload?.cancel();
  }

  #end(): void {
    this.#isOver = true;
    this.#stopTimer();
    this.#request.cancellation.unlisten(this);
  }

  #startTimer(limitMs: number, failure: () => Failure): void {
    this.#schedule(limitMs, () => {
      this.#abandon();
      this.#options.resolve(failure());
    });
  }

  #schedule(limitMs: number, fire: () => void): void {
    this.#stopTimer();
    this.#timer = new TimerEntry(fire);
    this.#options.client.scope.wheel.schedule(this.#timer, limitMs);
  }

  #stopTimer(): void {
    if (this.#timer === null) return;
    this.#options.client.scope.wheel.cancel(this.#timer);
    this.#timer = null;
  }

  #failure(code: FailureCode, what: string): Failure {
    const { origin, target, method } = this.#request;
    return transportFailure(code, method, origin.text + target, what);
  }
}
