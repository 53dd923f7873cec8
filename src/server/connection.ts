import type { Answer, ClientRequest } from "../contracts.ts";
import { type Refusal, refusals } from "../http1/refusal.ts";
import { parseRequestHead, type RequestHead } from "../http1/request-head.ts";
import { BodyStream } from "../lib/body.ts";
import { CANCELED, Cancellation } from "../lib/cancellation.ts";
import { InputBuffer } from "../lib/input-buffer.ts";
import { Outbox } from "../platform/outbox.ts";
import type { Socket } from "../platform/sockets.ts";
import { type AnswerEnd, type AnswerStream, writeAnswer } from "./answer-writer.ts";
import { ConnectionClock } from "./connection-clock.ts";
import { type BodyConnection, RequestBody } from "./request-body.ts";
import type { ClientConnection, ServerScope } from "./scope.ts";

/** So many bytes of requests sent ahead are held; then the client waits. */
const MAX_PIPELINED_BYTES = 64 * 1024;

/** Every status line of the version begins so; see `onEnd`. */
const STATUS_LINE_STARTS = [Buffer.from("HTTP/1.0 "), Buffer.from("HTTP/1.1 ")] as const;
const CONTINUE = Buffer.from("HTTP/1.1 100 Continue\r\n\r\n");
const EMPTY_500: Answer = Object.freeze({ status: 500, headers: [], body: null });
const NO_PARAMS: readonly string[] = Object.freeze([]);

/** One request while its answer is made and written. */
interface ServedRequest {
  readonly head: RequestHead;
  readonly body: RequestBody | null;
  readonly cancellation: Cancellation;
  stream: AnswerStream<ClientConnection> | null;
  hasAnswer: boolean;
  /** Bytes of the status line that were sent before the answer was known. */
  sentPrefix: number;
}

/** One client's connection: reads requests, hands them on one at a time, writes the answers in order. */
export class ServerConnection implements ClientConnection, BodyConnection {
  readonly #scope: ServerScope;
  readonly #socket: Socket<ClientConnection>;
  readonly #outbox: Outbox<ClientConnection>;
  readonly #clock: ConnectionClock;
  readonly #peerAddress: string;
  readonly #input = new InputBuffer();
  /** As much of the input as was searched for the end of a head. */
  #scanned = 0;
  #exchange: ServedRequest | null = null;
  #isPaused = false;
  #isReading = false;
  /** The client sent FIN. */
  #hasEnded = false;

  constructor(scope: ServerScope, socket: Socket<ClientConnection>) {
    this.#scope = scope;
    this.#socket = socket;
    this.#outbox = new Outbox(socket);
    this.#peerAddress = scope.normalizePeer(socket.remoteAddress);
    this.#clock = new ConnectionClock(scope.wheel, scope.limits, {
      bodyIsTooSlow: (now) => this.#exchange?.body?.isTooSlow(now) === true,
      bodyIsLate: () => this.#loseBody("i/o timeout"),
      // An answer that is not there yet is dropped when it comes.
      writingIsLate: () => {
        if (this.#exchange?.hasAnswer === true) this.destroy();
      },
      isOver: () => this.#end(),
      lingeredEnough: () => this.#hasStalled(),
    });
    scope.connections.add(this);
  }

  get isBusy(): boolean {
    return this.#exchange !== null || this.#input.length > 0 || this.#outbox.isBlocked;
  }

  closeIfIdle(): void {
    if (!this.isBusy) this.#end();
  }

  destroy(): void {
    this.#socket.terminate();
    this.onClose();
  }

  onData(bytes: Buffer): void {
    if (this.#clock.isEnding) return;
    const body = this.#exchange?.body;
    if (body?.isComing === true) {
      this.#readBody(body, bytes);
      return;
    }
    this.#input.append(bytes);
    if (this.#exchange === null) this.#readRequests();
    else if (this.#input.length > MAX_PIPELINED_BYTES) this.pauseReading();
  }

  onDrain(): void {
    if (!this.#outbox.drain()) return;
    if (this.#clock.isEnding) {
      this.#socket.shutdown();
      return;
    }
    this.#exchange?.stream?.drained();
    if (this.#exchange === null) this.#readOn();
  }

  /**
   * The client sent FIN. It may still read (half-closed), or it may be gone: only writing tells.
   * Every answer begins with the same nine bytes, so they are sent now: a client that is gone
   * answers with a reset, and its upstream calls are cancelled; one that reads notices nothing.
   */
  onEnd(): void {
    this.#hasEnded = true;
    const exchange = this.#exchange;
    if (exchange === null) {
      // Requests may still wait for room in front of them; the last answer then ends the connection.
      if (this.#isLast() || !this.#outbox.isBlocked) this.#end();
      return;
    }
    // Half of a body and no more to come: whoever sent it has given up.
    if (exchange.body?.isComing === true) exchange.cancellation.cancel(CANCELED);
    this.#loseBody("unexpected EOF");
    if (this.#exchange !== exchange || exchange.hasAnswer || exchange.sentPrefix > 0) return;
    const start = STATUS_LINE_STARTS[exchange.head.minorVersion];
    exchange.sentPrefix = start.length;
    this.#outbox.write(start);
  }

  onClose(): void {
    if (!this.#scope.connections.delete(this)) return;
    this.#clock.stop();
    const exchange = this.#exchange;
    this.#exchange = null;
    this.#dropExchange(exchange);
  }

  sendContinue(): void {
    if (this.#exchange?.hasAnswer !== true) this.#outbox.write(CONTINUE);
  }

  pauseReading(): void {
    this.#isPaused = true;
    this.#socket.pause();
  }

  resumeReading(): void {
    this.#isPaused = false;
    this.#socket.resume();
  }

  /** Requests that came together are answered one after the other, without recursion. */
  #readRequests(): void {
    if (this.#isReading) return;
    this.#isReading = true;
    while (this.#exchange === null && this.#input.length > 0 && this.#mayRead()) {
      if (!this.#readHead()) break;
    }
    this.#isReading = false;
  }

  #mayRead(): boolean {
    return !this.#clock.isEnding && !this.#outbox.isBlocked;
  }

  /** False: more bytes are needed, or the connection ends. */
  #readHead(): boolean {
    const bytes = this.#input.view();
    const { headLimits, wheel } = this.#scope;
    const parsed = parseRequestHead(bytes, 0, bytes.length, headLimits, this.#scanned);
    if (parsed === undefined) {
      this.#scanned = bytes.length;
      this.#clock.headBegan();
      return false;
    }
    this.#scanned = 0;
    if ("kind" in parsed) {
      this.#refuse(parsed, 0);
      return false;
    }
    const { head, end } = parsed;
    this.#input.consume(end);
    const { kind } = head.framing;
    const hasBody = kind === "chunked" || (kind === "length" && head.framing.length > 0);
    const exchange: ServedRequest = {
      head,
      body: hasBody ? new RequestBody(head, this, () => wheel.now()) : null,
      cancellation: new Cancellation(wheel, null),
      stream: null,
      hasAnswer: false,
      sentPrefix: 0,
    };
    this.#exchange = exchange;
    this.#clock.requestBegan(hasBody);
    if (exchange.body !== null) this.#readBodyAhead(exchange.body);
    if (this.#exchange === exchange) this.#handle(exchange, exchange.body?.stream ?? null);
    return true;
  }

  #handle(exchange: ServedRequest, body: BodyStream | null): void {
    const { head } = exchange;
    const request: ClientRequest = {
      method: head.method,
      target: head.target,
      path: head.path,
      query: head.query,
      host: head.host ?? "",
      headers: head.headers,
      body,
      peerAddress: this.#peerAddress,
      isTls: this.#scope.isTls,
      cancellation: exchange.cancellation,
      params: NO_PARAMS,
      errors: [],
    };
    const failed = (error: unknown) => {
      this.#scope.onBug(error, request);
      this.#answer(exchange, EMPTY_500);
    };
    let answer: Answer | Promise<Answer>;
    try {
      answer = this.#scope.handler(request);
    } catch (error) {
      failed(error);
      return;
    }
    if (answer instanceof Promise) answer.then((ready) => this.#answer(exchange, ready), failed);
    else this.#answer(exchange, answer);
  }

  #readBodyAhead(body: RequestBody): void {
    if (this.#input.length === 0) return;
    const bytes = this.#input.view();
    this.#input.clear();
    this.#readBody(body, bytes);
  }

  #readBody(body: RequestBody, bytes: Buffer): void {
    const end = body.feed(bytes, 0);
    if (body.isMalformed) {
      this.#refuseBody(body);
      return;
    }
    if (body.isComing) {
      if (body.isSkippedTooFar) this.#loseBody("body not read");
      return;
    }
    if (end < bytes.length) this.#input.append(bytes.subarray(end));
    this.#clock.bodyEnded();
    const exchange = this.#exchange;
    if (exchange?.hasAnswer === true && exchange.stream === null) this.#next();
  }

  #refuseBody(body: RequestBody): void {
    const exchange = this.#exchange;
    body.lose("malformed body");
    if (this.#exchange !== exchange || exchange === null) return;
    if (exchange.hasAnswer) this.#end();
    else this.#refuse(refusals.badRequest, exchange.sentPrefix);
  }

  #loseBody(reason: string): void {
    const exchange = this.#exchange;
    exchange?.body?.lose(reason);
    if (exchange?.hasAnswer === true && exchange.stream === null) this.#end();
  }

  #answer(exchange: ServedRequest, answer: Answer): void {
    if (this.#exchange !== exchange || exchange.hasAnswer) {
      discard(answer);
      return;
    }
    // KrakenD finds out that the time is over when it writes; the client then sees the end.
    if (this.#clock.isWriteLate()) {
      discard(answer);
      this.#end();
      return;
    }
    exchange.hasAnswer = true;
    const { head, body } = exchange;
    const canReadOn = body === null || body.isWhole || (body.isComing && !body.isUnsent);
    const stream = writeAnswer(
      this.#outbox,
      answer,
      {
        isHead: head.method === "HEAD",
        minorVersion: head.minorVersion,
        keepsAlive: head.keepsAlive && canReadOn && !this.#isLast() && !this.#scope.isDraining(),
        sentPrefix: exchange.sentPrefix,
      },
      (end) => this.#answered(exchange, end),
    );
    if (this.#exchange === exchange && !exchange.cancellation.isReleased) exchange.stream = stream;
  }

  #answered(exchange: ServedRequest, { keepsAlive, isBroken }: AnswerEnd): void {
    exchange.stream = null;
    exchange.cancellation.release();
    if (this.#exchange !== exchange) return;
    const { body } = exchange;
    // After a broken body the client misses bytes: the end of the connection tells.
    if (isBroken || !keepsAlive || (body !== null && !body.isWhole && !body.isComing)) {
      this.#end();
      return;
    }
    // The rest of a body is skipped, within limits, so that the next request can be found.
    if (body?.isComing === true) body.stream.cancel();
    else this.#next();
  }

  /** No other request can come. */
  #isLast(): boolean {
    return this.#hasEnded && this.#input.length === 0;
  }

  #next(): void {
    this.#exchange = null;
    // A client that does not take its answers gets no further ones made.
    if (this.#outbox.isBlocked) {
      this.#clock.waits();
      this.pauseReading();
      return;
    }
    this.#readOn();
  }

  #readOn(): void {
    if (this.#isPaused) this.resumeReading();
    if (this.#isLast()) {
      this.#end();
      return;
    }
    this.#clock.waits();
    this.#readRequests();
    // What is left of the input is no whole request, and never will be.
    if (this.#hasEnded && this.#exchange === null && !this.#isReading) this.#end();
  }

  #refuse(refusal: Refusal, sentPrefix: number): void {
    this.#scope.onRefusal(refusal, this.#peerAddress);
    const answer: Answer = {
      status: refusal.status,
      headers: ["Content-Type", "text/plain; charset=utf-8"],
      body: Buffer.from(refusal.reason, "latin1"),
    };
    const framing = { isHead: false, minorVersion: 1, keepsAlive: false, sentPrefix } as const;
    writeAnswer(this.#outbox, answer, framing, () => this.#end());
  }

  /** FIN after everything that was written; what still comes is read and dropped, so that no reset overtakes the answer. */
  #end(): void {
    if (this.#clock.isEnding) return;
    this.#clock.ends();
    const exchange = this.#exchange;
    this.#exchange = null;
    this.#dropExchange(exchange);
    this.#input.clear();
    if (this.#isPaused) this.resumeReading();
    if (!this.#outbox.isBlocked) this.#socket.shutdown();
  }

  #dropExchange(exchange: ServedRequest | null): void {
    if (exchange === null) return;
    exchange.cancellation.cancel(CANCELED);
    exchange.stream?.cancel();
    exchange.body?.lose("client left");
  }

  /** The time to linger is over: a client that still takes bytes gets more of it. */
  #hasStalled(): boolean {
    if (this.#outbox.hasMovedSinceAsked()) return false;
    this.destroy();
    return true;
  }
}

function discard({ body }: Answer): void {
  if (body instanceof BodyStream) body.cancel();
}
