import type { TransportConfig } from "../config/model.ts";
import type { Exchange, Origin, UpstreamRequest, UpstreamResponse } from "../contracts.ts";
import {
  cancelled,
  connectFailure,
  type Failure,
  type FailureCode,
  transportFailure,
} from "../errors.ts";
import type { ResponseHead } from "../http1/response-head.ts";
import { BodyStream } from "../lib/body.ts";
import type { CancellationListener } from "../lib/cancellation.ts";
import { TimerEntry, type TimerWheel } from "../lib/timer-wheel.ts";
import type { ClientTls, ConnectError, SocketProvider } from "../platform/sockets.ts";
import {
  type ResponseReceiver,
  responseFlow,
  UPSTREAM_EVENTS,
  UpstreamConnection,
} from "./connection.ts";
import { unpackedResponse } from "./gzip.ts";
import { HostPool, type IdleBudget } from "./host-pool.ts";
import { RequestWriter } from "./request-writer.ts";

/** Go's fixed limit for the TLS handshake with a backend. */
const TLS_HANDSHAKE_TIMEOUT_MS = 10_000;

/** What the client of a worker is made of. */
export interface UpstreamClientScope {
  readonly transport: TransportConfig;
  readonly wheel: TimerWheel;
  readonly sockets: SocketProvider;
  /** TLS settings towards a host; `null` for plain HTTP never asks. */
  readonly tlsFor: (host: string) => ClientTls;
}

/** The HTTP client of a worker: pools connections by address, knows nothing of endpoints. */
export class UpstreamClient {
  readonly scope: UpstreamClientScope;
  readonly #pools = new Map<string, HostPool<UpstreamConnection>>();
  readonly #poolOf = new WeakMap<Origin, HostPool<UpstreamConnection>>();
  readonly #budget: IdleBudget = { idle: 0 };

  constructor(scope: UpstreamClientScope) {
    this.scope = scope;
  }

  /** Sends one request; redirects, balancing and decompression are other people's. */
  readonly exchange: Exchange = (request) =>
    new Promise((resolve) => {
      new Call(this, request, resolve).start();
    });

  poolFor(origin: Origin): HostPool<UpstreamConnection> {
    const known = this.#poolOf.get(origin);
    if (known !== undefined) return known;
    const key = `${origin.isTls ? "https" : "http"} ${origin.host} ${origin.port}`;
    let pool = this.#pools.get(key);
    if (pool === undefined) {
      pool = new HostPool(this.scope.transport, this.#budget, this.scope.wheel);
      this.#pools.set(key, pool);
    }
    this.#poolOf.set(origin, pool);
    return pool;
  }

  /** Ends the idle connections; those in use end with their exchange. */
  close(): void {
    for (const pool of this.#pools.values()) pool.closeAll();
  }
}

/** One request on its way: from a connection to the last byte of the response. */
class Call implements ResponseReceiver, CancellationListener {
  readonly #client: UpstreamClient;
  readonly #request: UpstreamRequest;
  readonly #resolve: (outcome: UpstreamResponse | Failure) => void;
  #connection: UpstreamConnection | null = null;
  #writer: RequestWriter | null = null;
  #body: BodyStream | null = null;
  #timer: TimerEntry | null = null;
  #hasRetried = false;
  #isOver = false;

  constructor(
    client: UpstreamClient,
    request: UpstreamRequest,
    resolve: (outcome: UpstreamResponse | Failure) => void,
  ) {
    this.#client = client;
    this.#request = request;
    this.#resolve = resolve;
  }

  get method(): string {
    return this.#request.method;
  }

  start(): void {
    const { cancellation, origin } = this.#request;
    if (cancellation.reason !== null) {
      this.#fail(cancelled(cancellation.reason));
      return;
    }
    cancellation.listen(this);
    const connection = this.#client.poolFor(origin).take();
    if (connection === undefined) {
      this.#dial();
      return;
    }
    this.#connection = connection;
    connection.assign(this);
    this.#write(connection);
  }

  connected(): void {
    this.#stopTimer();
    this.#write(this.#connection!);
  }

  connectFailed(error: ConnectError): void {
    const { host, port } = this.#request.origin;
    const { code, what } = connectFailure(error, host, port);
    this.#fail(this.#failure(code, what));
  }

  head(head: ResponseHead): void {
    this.#stopTimer();
    const { framing } = head;
    const length =
      framing.kind === "length" ? framing.length : framing.kind === "none" ? 0 : undefined;
    const body = new BodyStream(
      length,
      responseFlow(this.#connection!, () => this.#abandon()),
    );
    this.#body = body;
    const { status, headers } = head;
    const response: UpstreamResponse = {
      kind: "response",
      status,
      headers,
      body,
      url: this.#url(),
    };
    this.#resolve(this.#writer!.asksForGzip ? unpackedResponse(response) : response);
  }

  data(chunk: Buffer): void {
    this.#body!.push(chunk);
  }

  finished(isReusable: boolean): void {
    const connection = this.#connection!;
    const hasSentAll = this.#writer?.isDone === true;
    this.#end();
    if (isReusable && hasSentAll) {
      connection.resume();
      connection.pool.put(connection);
    } else {
      this.#writer?.cancel();
      connection.destroy();
    }
    this.#body!.finish();
  }

  drained(): void {
    this.#writer?.drained();
  }

  broken({ isClean, malformed }: Parameters<ResponseReceiver["broken"]>[0]): void {
    if (this.#body !== null) {
      const body = this.#body;
      this.#end();
      this.#writer?.cancel();
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
    if (body === null) this.#resolve(cancelled(reason));
    else body.fail(reason);
  }

  #dial(): void {
    const { scope } = this.#client;
    const { origin } = this.#request;
    const connection = new UpstreamConnection(this.#client.poolFor(origin), this);
    this.#connection = connection;
    const tls = origin.isTls ? scope.tlsFor(origin.host) : null;
    const dialMs = scope.transport.dialerTimeoutMs;
    const limitMs = dialMs > 0 ? dialMs : tls === null ? 0 : TLS_HANDSHAKE_TIMEOUT_MS;
    if (limitMs > 0) {
      this.#startTimer(limitMs, () =>
        this.#failure("connect_failed", `dial tcp ${origin.host}:${origin.port}: i/o timeout`),
      );
    }
    scope.sockets.connect({
      host: origin.host,
      port: origin.port,
      tls,
      owner: connection,
      events: UPSTREAM_EVENTS,
    });
  }

  #write(connection: UpstreamConnection): void {
    this.#writer = new RequestWriter(
      connection,
      this.#request,
      {
        done: () => this.#requestSent(),
        broken: (reason) => {
          this.#abandon();
          if (this.#body === null) this.#resolve(this.#failure("body_broken", reason));
        },
      },
      {
        closes: this.#client.scope.transport.isKeepAliveDisabled,
        unpacks: !this.#client.scope.transport.isCompressionDisabled,
      },
    );
  }

  #requestSent(): void {
    const limitMs = this.#client.scope.transport.responseHeaderTimeoutMs;
    if (limitMs <= 0 || this.#body !== null || this.#isOver) return;
    this.#startTimer(limitMs, () =>
      this.#failure("response_header_timeout", "net/http: timeout awaiting response headers"),
    );
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
    this.#writer?.cancel();
    this.#resolve(failure);
  }

  /** Drops the connection: the exchange ends in the middle. */
  #abandon(): void {
    if (this.#isOver) return;
    this.#end();
    this.#connection?.destroy();
    this.#writer?.cancel();
  }

  #end(): void {
    this.#isOver = true;
    this.#stopTimer();
    this.#request.cancellation.unlisten(this);
  }

  #startTimer(limitMs: number, failure: () => Failure): void {
    this.#stopTimer();
    this.#timer = new TimerEntry(() => {
      this.#abandon();
      this.#resolve(failure());
    });
    this.#client.scope.wheel.schedule(this.#timer, limitMs);
  }

  #stopTimer(): void {
    if (this.#timer === null) return;
    this.#client.scope.wheel.cancel(this.#timer);
    this.#timer = null;
  }

  #url(): string {
    return this.#request.origin.text + this.#request.target;
  }

  #failure(code: FailureCode, what: string): Failure {
    return transportFailure(code, this.#request.method, this.#url(), what);
  }
}
