import type { Answer, ClientRequest } from "../contracts.ts";
import { answerHeaders } from "../http2/answer-headers.ts";
import type { Http2RequestHead } from "../http2/request-head.ts";
import { type BodySink, BodyStream } from "../lib/body.ts";
import { CANCELED, Cancellation } from "../lib/cancellation.ts";
import { TimerEntry } from "../lib/timer-wheel.ts";
import { type Http2Stream, resetStream } from "../platform/http2.ts";
import { BodyRate } from "./body-rate.ts";
import type { ServerScope } from "./scope.ts";

/** Codes of RFC 9113 section 7. */
const PROTOCOL_ERROR = 1;
const INTERNAL_ERROR = 2;
const CANCEL = 8;

const EMPTY_500: Answer = Object.freeze({ status: 500, headers: [], body: null });
const NO_PARAMS: readonly string[] = Object.freeze([]);

/** What an exchange tells its connection. */
export interface ExchangeEvents {
  /** The answer's head was given to the library. */
  answered(): void;
  /** So many bytes of an answer wait until the client takes them, all at once; negative: they are gone. */
  waiting(bytes: number): void;
  /** The client took its request back before it was answered. */
  abandoned(): void;
}

/** One request of an HTTP/2 connection and its answer. */
export class Http2Exchange implements BodySink {
  readonly #scope: ServerScope;
  readonly #stream: Http2Stream;
  readonly #head: Http2RequestHead;
  readonly #events: ExchangeEvents;
  readonly #cancellation: Cancellation;
  readonly #body: BodyStream | null;
  readonly #rate: BodyRate;
  readonly #timer: TimerEntry;
  readonly #startedAt: number;
  #received = 0;
  #hasAnswer = false;
  #answerBody: BodyStream | null = null;
  #waitingBytes = 0;

  constructor(
    scope: ServerScope,
    stream: Http2Stream,
    head: Http2RequestHead,
    hasBody: boolean,
    events: ExchangeEvents,
  ) {
    this.#scope = scope;
    this.#stream = stream;
    this.#head = head;
    this.#events = events;
    this.#cancellation = new Cancellation(scope.wheel, null);
    this.#startedAt = scope.wheel.now();
    this.#rate = new BodyRate(this.#startedAt);
    this.#body = hasBody ? this.#createBody() : null;
    this.#timer = new TimerEntry(() => this.#check());
    if (hasBody || scope.limits.writeTimeoutMs > 0) this.#arm();
    stream.on("close", () => this.#closed());
    if (hasBody) this.#readBody();
    else stream.resume();
  }

  /** Hands the request on. */
  handle(peerAddress: string): void {
    const { method, target, path, query, host, headers } = this.#head;
    const request: ClientRequest = {
      method,
      target,
      path,
      query,
      host,
      headers,
      body: this.#body,
      peerAddress,
      isTls: this.#scope.isTls,
      cancellation: this.#cancellation,
      params: NO_PARAMS,
      errors: [],
    };
    const failed = (error: unknown) => {
      this.#scope.onBug(error, request);
      this.answer(EMPTY_500);
    };
    let answer: Answer | Promise<Answer>;
    try {
      answer = this.#scope.handler(request);
    } catch (error) {
      failed(error);
      return;
    }
    if (answer instanceof Promise) answer.then((ready) => this.answer(ready), failed);
    else this.answer(answer);
  }

  answer(answer: Answer): void {
    const { body } = answer;
    if (this.#hasAnswer || this.#stream.destroyed || this.#stream.closed || this.#isWriteLate()) {
      if (body instanceof BodyStream) body.cancel();
      if (!this.#hasAnswer) resetStream(this.#stream, CANCEL);
      return;
    }
    try {
      this.#respond(answer);
    } catch (error) {
      // The library refuses heads that it cannot write.
      this.#scope.onBug(error, this.#head);
      if (body instanceof BodyStream) body.cancel();
      resetStream(this.#stream, INTERNAL_ERROR);
    }
  }

  #respond(answer: Answer): void {
    const { body } = answer;
    this.#hasAnswer = true;
    const stream = this.#stream;
    const isBodiless =
      this.#head.method === "HEAD" || answer.status === 204 || answer.status === 304;
    const length = body === null ? 0 : body.length;
    const outgoing = answerHeaders(answer, length);
    if (body === null || isBodiless || length === 0) {
      if (body instanceof BodyStream) body.cancel();
      stream.respond(outgoing, { endStream: true });
      this.#cancellation.release();
    } else {
      stream.respond(outgoing);
      if (body instanceof BodyStream) this.#pipe(body);
      else {
        this.#waitingBytes = body.length;
        this.#events.waiting(body.length);
        stream.end(body);
        this.#cancellation.release();
      }
    }
    this.#events.answered();
  }

  data(chunk: Buffer): void {
    if (!this.#stream.write(chunk)) this.#answerBody?.pause();
  }

  end(): void {
    this.#stream.end();
    this.#cancellation.release();
  }

  /** KrakenD ends a body of unknown length as if it were whole; where a length was promised the stream breaks. */
  fail(): void {
    if (this.#answerBody?.length === undefined) this.end();
    else resetStream(this.#stream, INTERNAL_ERROR);
  }

  #pipe(body: BodyStream): void {
    this.#answerBody = body;
    this.#stream.on("drain", () => body.resume());
    body.pipe(this);
  }

  #createBody(): BodyStream {
    const stream = this.#stream;
    let isContinueDue = this.#head.expectsContinue;
    return new BodyStream(this.#head.contentLength, {
      wanted: () => {
        if (isContinueDue && !this.#hasAnswer && !stream.destroyed && !stream.closed) {
          stream.additionalHeaders({ ":status": 100 });
        }
        isContinueDue = false;
      },
      pause: () => {
        this.#rate.pause();
        stream.pause();
      },
      resume: () => {
        this.#rate.resume(this.#scope.wheel.now());
        stream.resume();
      },
      // What still comes is dropped: the connection's window is shared by all.
      cancel: () => stream.resume(),
    });
  }

  #readBody(): void {
    const body = this.#body!;
    const { contentLength } = this.#head;
    this.#stream.on("data", (chunk: Buffer) => {
      this.#received += chunk.length;
      this.#rate.add(chunk.length);
      if (contentLength !== undefined && this.#received > contentLength) {
        this.#loseBody("malformed body");
        resetStream(this.#stream, PROTOCOL_ERROR);
      } else if (body.isOpen) body.push(chunk);
    });
    this.#stream.on("end", () => {
      if (contentLength === undefined || this.#received === contentLength) body.finish();
      else this.#loseBody("unexpected EOF");
    });
  }

  #loseBody(reason: string): void {
    this.#body?.fail(reason);
  }

  /** Over, whoever ended it. */
  #closed(): void {
    this.#scope.wheel.cancel(this.#timer);
    if (!this.#hasAnswer) this.#events.abandoned();
    this.#events.waiting(-this.#waitingBytes);
    this.#cancellation.cancel(CANCELED);
    this.#loseBody("client left");
    this.#answerBody?.cancel();
  }

  #isWriteLate(): boolean {
    const { writeTimeoutMs } = this.#scope.limits;
    return writeTimeoutMs > 0 && this.#scope.wheel.now() - this.#startedAt > writeTimeoutMs;
  }

  #arm(): void {
    this.#scope.wheel.schedule(this.#timer, this.#nextLookMs());
  }

  #nextLookMs(): number {
    const { readTimeoutMs, writeTimeoutMs } = this.#scope.limits;
    const elapsedMs = this.#scope.wheel.now() - this.#startedAt;
    const left = (limitMs: number) => (limitMs > elapsedMs ? limitMs - elapsedMs : Infinity);
    return Math.min(left(readTimeoutMs), left(writeTimeoutMs), BodyRate.checkMs);
  }

  #check(): void {
    const now = this.#scope.wheel.now();
    const { readTimeoutMs } = this.#scope.limits;
    if (this.#body?.isOpen === true) {
      const isLate = readTimeoutMs > 0 && now - this.#startedAt >= readTimeoutMs;
      if (isLate || this.#rate.isTooSlow(now)) this.#loseBody("i/o timeout");
    }
    // An answer that is not there yet is dropped when it comes.
    if (this.#hasAnswer && this.#isWriteLate()) resetStream(this.#stream, CANCEL);
    else this.#arm();
  }
}
