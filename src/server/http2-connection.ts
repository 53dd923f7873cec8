import type { Refusal } from "../http1/refusal.ts";
import { MALFORMED, readRequestHead } from "../http2/request-head.ts";
import { TimerEntry } from "../lib/timer-wheel.ts";
import {
  acceptHttp2,
  type Http2Session,
  type Http2Stream,
  resetStream,
} from "../platform/http2.ts";
import type { SocketStream } from "../platform/socket-stream.ts";
import type { Socket } from "../platform/sockets.ts";
import { Http2Exchange } from "./http2-exchange.ts";
import type { ClientConnection, ServerScope } from "./scope.ts";

/** Codes of RFC 9113 section 7. */
const PROTOCOL_ERROR = 1;
const REFUSED_STREAM = 7;
const ENHANCE_YOUR_CALM = 11;

/** Of the flags of a HEADERS frame: nothing follows it. */
const END_STREAM = 1;

/** Requests of one connection at a time, as in Go. */
const MAX_STREAMS = 250;

/** Requests that a client may take back beyond those that it let be answered: more is an attack (CVE-2023-44487). */
const MAX_ABANDONED = 250;

/** Whole answers that wait for their client; beyond that no further request is taken. */
const MAX_WAITING_BYTES = 32 * 1024 * 1024;

/** How long a client may take to notice that the connection ends. */
const LINGER_MS = 2_000;

/** One client's HTTP/2 connection; the frames are `node:http2`'s. */
export class Http2Connection implements ClientConnection {
  readonly #scope: ServerScope;
  readonly #socket: Socket<ClientConnection>;
  readonly #stream: SocketStream<ClientConnection>;
  readonly #session: Http2Session;
  readonly #peerAddress: string;
  readonly #timer: TimerEntry;
  #open = 0;
  #abandoned = 0;
  #waitingBytes = 0;
  #isEnding = false;

  constructor(scope: ServerScope, socket: Socket<ClientConnection>) {
    this.#scope = scope;
    this.#socket = socket;
    this.#peerAddress = scope.normalizePeer(socket.remoteAddress);
    this.#timer = new TimerEntry(() => this.#timeIsOver());
    scope.connections.add(this);
    const { session, stream } = acceptHttp2(socket, {
      maxStreams: MAX_STREAMS,
      maxHeaders: scope.headLimits.maxHeaders,
    });
    this.#session = session;
    this.#stream = stream;
    session.on("stream", (request, _headers, flags, raw) => this.#serve(request, flags, raw));
    session.on("error", () => this.destroy());
    session.on("close", () => stream.destroy());
    session.once("remoteSettings", () => {
      if (this.#open === 0) this.#waitFor(scope.limits.idleTimeoutMs);
    });
    this.#waitFor(scope.limits.readHeaderTimeoutMs);
  }

  get isBusy(): boolean {
    return this.#open > 0;
  }

  closeIfIdle(): void {
    if (!this.isBusy) this.#end();
  }

  destroy(): void {
    this.#session.destroy();
    this.#socket.terminate();
    this.onClose();
  }

  onData(bytes: Buffer): void {
    this.#stream.received(bytes);
  }

  onDrain(): void {
    this.#stream.drained();
  }

  onEnd(): void {
    this.#stream.ended();
  }

  onClose(): void {
    if (!this.#scope.connections.delete(this)) return;
    this.#scope.wheel.cancel(this.#timer);
    this.#stream.lost();
    this.#session.destroy();
  }

  #serve(stream: Http2Stream, flags: number, raw: readonly string[]): void {
    stream.on("error", () => {});
    // The client knows that nothing was done and may ask again (RFC 9113 section 8.7).
    if (this.#open >= MAX_STREAMS || this.#waitingBytes > MAX_WAITING_BYTES) {
      resetStream(stream, REFUSED_STREAM);
      return;
    }
    const head = readRequestHead(raw, this.#scope.headLimits);
    if (head === MALFORMED) {
      resetStream(stream, PROTOCOL_ERROR);
      return;
    }
    this.#open++;
    this.#scope.wheel.cancel(this.#timer);
    stream.on("close", () => this.#streamEnded());
    if ("kind" in head) {
      this.#refuse(stream, head);
      return;
    }
    const hasBody = (flags & END_STREAM) === 0;
    const exchange = new Http2Exchange(this.#scope, stream, head, hasBody, {
      answered: () => {
        this.#abandoned = Math.max(0, this.#abandoned - 1);
        if (this.#scope.isDraining()) this.#end();
      },
      waiting: (bytes) => {
        this.#waitingBytes += bytes;
      },
      abandoned: () => {
        this.#abandoned++;
        if (this.#abandoned <= MAX_ABANDONED || this.#session.destroyed) return;
        this.#session.goaway(ENHANCE_YOUR_CALM);
        this.destroy();
      },
    });
    exchange.handle(this.#peerAddress);
  }

  #refuse(stream: Http2Stream, refusal: Refusal): void {
    this.#scope.onRefusal(refusal, this.#peerAddress);
    const body = Buffer.from(refusal.reason, "latin1");
    stream.resume();
    stream.respond({
      ":status": refusal.status,
      "content-type": "text/plain; charset=utf-8",
      "content-length": body.length,
    });
    stream.end(body);
  }

  #streamEnded(): void {
    this.#open--;
    if (this.#open === 0 && !this.#isEnding) this.#waitFor(this.#scope.limits.idleTimeoutMs);
  }

  /** No further requests; those that came are answered. */
  #end(): void {
    if (this.#isEnding) return;
    this.#isEnding = true;
    if (!this.#session.destroyed) this.#session.close();
    if (this.#open === 0) this.#waitFor(LINGER_MS);
  }

  #waitFor(limitMs: number): void {
    this.#scope.wheel.cancel(this.#timer);
    this.#scope.wheel.schedule(this.#timer, limitMs);
  }

  #timeIsOver(): void {
    if (this.#isEnding) this.destroy();
    else this.#end();
  }
}
