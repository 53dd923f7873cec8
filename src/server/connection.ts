import type { ListenerConfig } from "../config/model.ts";
import type { Answer, ClientRequest, Handler } from "../contracts.ts";
import { BodyDecoder } from "../http1/body-decoder.ts";
import type { Refusal } from "../http1/refusal.ts";
import { type HeadLimits, parseRequestHead, type RequestHead } from "../http1/request-head.ts";
import { BodyStream } from "../lib/body.ts";
import { CANCELED, Cancellation } from "../lib/cancellation.ts";
import { TimerEntry, type TimerWheel } from "../lib/timer-wheel.ts";
import { Outbox } from "../platform/outbox.ts";
import type { Socket, SocketEvents } from "../platform/sockets.ts";
import { type AnswerEnd, type AnswerStream, writeAnswer } from "./answer-writer.ts";
import { BodyRate } from "./body-rate.ts";

/** What all connections of a listener share. */
export interface ServerScope {
  readonly limits: ListenerConfig;
  readonly headLimits: HeadLimits;
  readonly handler: Handler;
  readonly wheel: TimerWheel;
  readonly isTls: boolean;
  readonly normalizePeer: (address: string) => string;
  /** The live connections, for draining. */
  readonly connections: Set<ServerConnection>;
  /** True while the node drains: every answer is the last one of its connection. */
  readonly isDraining: () => boolean;
  /** An exception on the way is a bug of ours: it is logged here and costs one request. */
  readonly onBug: (error: unknown, request: ClientRequest) => void;
  readonly onRefusal: (refusal: Refusal, peerAddress: string) => void;
}

/** So many bytes of requests sent ahead are held; then the client waits. */
const MAX_PIPELINED_BYTES = 64 * 1024;

/** As much of a body that nobody read is skipped to save the connection. */
const MAX_SKIPPED_BYTES = 256 * 1024;

/** How long a client may take to notice that the connection ends. */
const LINGER_MS = 2_000;

/** Every status line begins so; see `onEnd`. */
const STATUS_LINE_START = Buffer.from("HTTP/1.1 ", "latin1");
const CONTINUE = Buffer.from("HTTP/1.1 100 Continue\r\n\r\n", "latin1");
const EMPTY_500: Answer = { status: 500, headers: [], body: null };

/** One request in the making of its answer. */
interface Exchange {
  readonly head: RequestHead;
  readonly body: BodyStream | null;
  readonly cancellation: Cancellation;
  readonly startedAt: number;
  stream: AnswerStream<ServerConnection> | null;
  hasAnswer: boolean;
  sentPrefix: number;
}

/** One client's connection: reads requests, hands them on one at a time, writes answers in order. */
export class ServerConnection {
  readonly #scope: ServerScope;
  readonly #socket: Socket<ServerConnection>;
  readonly #outbox: Outbox<ServerConnection>;
  readonly #timer: TimerEntry;
  readonly #peerAddress: string;
  #carry: Buffer | null = null;
  #scanned = 0;
  #exchange: Exchange | null = null;
  #decoder: BodyDecoder | null = null;
  #rate: BodyRate | null = null;
  #skipped = 0;
  /** Since when the connection has waited for what it waits for now. */
  #since: number;
  #phase: "head" | "idle" | "busy" | "ending" | "closed" = "head";
  #isPaused = false;
  #hasEnded = false;
  #isReading = false;
  readonly #pushBody = (chunk: Buffer): void => this.#bodyData(chunk);

  constructor(scope: ServerScope, socket: Socket<ServerConnection>) {
    this.#scope = scope;
    this.#socket = socket;
    this.#outbox = new Outbox(socket);
    this.#peerAddress = scope.normalizePeer(socket.remoteAddress);
    this.#timer = new TimerEntry(() => this.#checkDeadlines());
    this.#since = scope.wheel.now();
    scope.connections.add(this);
    this.#armTimer();
  }

  get isBusy(): boolean {
    return this.#exchange !== null;
  }

  /** Ends the connection where it waits for a request; a busy one ends after its answer. */
  closeIfIdle(): void {
    if (this.#phase === "idle" || (this.#phase === "head" && this.#carry === null)) this.#end();
  }

  /** Ends the connection in the middle of whatever it does. */
  destroy(): void {
    this.#socket.terminate();
    this.onClose();
  }

  onData(bytes: Buffer): void {
    if (this.#phase === "ending" || this.#phase === "closed") return;
    const decoder = this.#decoder;
    if (decoder !== null) {
      this.#readBody(decoder, bytes, 0);
      return;
    }
    this.#carry = this.#carry === null ? bytes : Buffer.concat([this.#carry, bytes]);
    if (this.#exchange === null) this.#readRequests();
    else if (this.#carry.length > MAX_PIPELINED_BYTES) this.#pause();
  }

  onDrain(): void {
    if (!this.#outbox.drain()) return;
    if (this.#phase === "ending") this.#socket.end();
    else this.#exchange?.stream?.drained();
  }

  /**
   * The client sent FIN. It may still read (half-closed), or it may be gone: only writing tells.
   * Every answer begins with the same nine bytes, so they are sent now: a client that is gone
   * answers with a reset, and its upstream calls are cancelled; one that reads notices nothing.
   */
  onEnd(): void {
    this.#hasEnded = true;
    if (this.#decoder !== null) {
      this.#loseBody("unexpected EOF");
    }
    const exchange = this.#exchange;
    if (exchange === null) {
      this.#end();
      return;
    }
    if (exchange.hasAnswer || exchange.sentPrefix > 0) return;
    exchange.sentPrefix = STATUS_LINE_START.length;
    this.#outbox.write(STATUS_LINE_START);
  }

  onClose(): void {
    if (this.#phase === "closed") return;
    this.#phase = "closed";
    this.#scope.wheel.cancel(this.#timer);
    this.#scope.connections.delete(this);
    const exchange = this.#exchange;
    this.#exchange = null;
    if (exchange === null) return;
    exchange.stream?.cancel();
    exchange.body?.fail("client left");
    exchange.cancellation.cancel(CANCELED);
  }

  /** Requests that came together are answered one after the other, without recursion. */
  #readRequests(): void {
    if (this.#isReading) return;
    this.#isReading = true;
    while (this.#exchange === null && this.#carry !== null && this.#isOpen()) {
      if (!this.#readHead(this.#carry)) break;
    }
    this.#isReading = false;
  }

  #isOpen(): boolean {
    return this.#phase !== "ending" && this.#phase !== "closed";
  }

  /** False: more bytes are needed, or the connection ends. */
  #readHead(bytes: Buffer): boolean {
    const { headLimits, wheel } = this.#scope;
    const parsed = parseRequestHead(bytes, 0, bytes.length, headLimits, this.#scanned);
    if (parsed === undefined) {
      this.#scanned = bytes.length;
      if (this.#phase === "idle") this.#enter("head");
      return false;
    }
    this.#scanned = 0;
    if ("kind" in parsed) {
      this.#refuse(parsed);
      return false;
    }
    const { head, end } = parsed;
    this.#carry = end === bytes.length ? null : bytes.subarray(end);
    this.#enter("busy");
    const cancellation = new Cancellation(wheel, null, null);
    const body = this.#startBody(head);
    const exchange: Exchange = {
      head,
      body,
      cancellation,
      startedAt: this.#since,
      stream: null,
      hasAnswer: false,
      sentPrefix: 0,
    };
    this.#exchange = exchange;
    this.#handle(exchange);
    return true;
  }

  #handle(exchange: Exchange): void {
    const { head } = exchange;
    const request: ClientRequest = {
      method: head.method,
      target: head.target,
      path: head.path,
      query: head.query,
      host: head.host ?? "",
      headers: head.headers,
      body: exchange.body,
      peerAddress: this.#peerAddress,
      isTls: this.#scope.isTls,
      cancellation: exchange.cancellation,
      params: NO_PARAMS,
      errors: [],
    };
    let answer: Answer | Promise<Answer>;
    try {
      answer = this.#scope.handler(request);
    } catch (error) {
      this.#scope.onBug(error, request);
      answer = EMPTY_500;
    }
    if (!(answer instanceof Promise)) {
      this.#answer(exchange, answer);
      return;
    }
    answer.then(
      (ready) => this.#answer(exchange, ready),
      (error: unknown) => {
        this.#scope.onBug(error, request);
        this.#answer(exchange, EMPTY_500);
      },
    );
  }

  #startBody(head: RequestHead): BodyStream | null {
    const { framing } = head;
    if (framing.kind === "none" || (framing.kind === "length" && framing.length === 0)) return null;
    const length = framing.kind === "length" ? framing.length : undefined;
    const decoder = new BodyDecoder(framing);
    this.#decoder = decoder;
    this.#skipped = 0;
    this.#rate = new BodyRate(this.#scope.wheel.now());
    let isContinueDue = head.expectsContinue;
    const body = new BodyStream(length, {
      wanted: () => {
        if (!isContinueDue) return;
        isContinueDue = false;
        if (this.#exchange?.hasAnswer !== true) this.#outbox.write(CONTINUE);
      },
      pause: () => this.#pause(),
      resume: () => this.#resume(),
      cancel: () => this.#resume(),
    });
    this.#body = body;
    const ahead = this.#carry;
    this.#carry = null;
    if (ahead !== null) this.#readBody(decoder, ahead, 0);
    this.#armTimer();
    return body;
  }

  #body: BodyStream | null = null;

  #bodyData(chunk: Buffer): void {
    this.#rate?.add(chunk.length);
    const body = this.#body!;
    if (body.isOpen) body.push(chunk);
    else this.#skipped += chunk.length;
  }

  #readBody(decoder: BodyDecoder, bytes: Buffer, from: number): void {
    const end = decoder.decode(bytes, from, bytes.length, this.#pushBody);
    if (decoder.error !== undefined) {
      this.#malformedBody();
      return;
    }
    if (!decoder.isDone) {
      if (this.#skipped > MAX_SKIPPED_BYTES) this.#loseBody("body not read");
      return;
    }
    if (end < bytes.length) this.#carry = bytes.subarray(end);
    this.#decoder = null;
    this.#rate = null;
    this.#body!.finish();
    if (this.#exchange?.hasAnswer === true && this.#exchange.stream === null) this.#next();
  }

  /** Framing that cannot be read makes every later byte of the connection meaningless. */
  #malformedBody(): void {
    const exchange = this.#exchange;
    this.#loseBody("malformed body");
    if (exchange === null || exchange.hasAnswer) {
      this.#end();
      return;
    }
    exchange.cancellation.cancel(CANCELED);
    this.#refuse(MALFORMED_BODY);
  }

  #loseBody(reason: string): void {
    this.#decoder = null;
    this.#rate = null;
    this.#isBodyLost = true;
    this.#body?.fail(reason);
    const exchange = this.#exchange;
    if (exchange?.hasAnswer === true && exchange.stream === null) this.#end();
  }

  #isBodyLost = false;

  #answer(exchange: Exchange, answer: Answer): void {
    if (this.#exchange !== exchange || exchange.hasAnswer) {
      if (answer.body instanceof BodyStream) answer.body.cancel();
      return;
    }
    const { writeTimeoutMs } = this.#scope.limits;
    if (writeTimeoutMs > 0 && this.#scope.wheel.now() - exchange.startedAt > writeTimeoutMs) {
      if (answer.body instanceof BodyStream) answer.body.cancel();
      this.#end();
      return;
    }
    exchange.hasAnswer = true;
    const { head } = exchange;
    // A client that waits for `100 Continue` has not sent its body, and now will not.
    const isBodyUnsent = head.expectsContinue && this.#decoder !== null;
    const keepsAlive =
      head.keepsAlive &&
      !this.#scope.isDraining() &&
      !this.#hasEnded &&
      !this.#isBodyLost &&
      !isBodyUnsent;
    exchange.stream = writeAnswer(
      this.#outbox,
      answer,
      {
        isHead: head.method === "HEAD",
        minorVersion: head.minorVersion,
        keepsAlive,
        sentPrefix: exchange.sentPrefix,
      },
      (end) => this.#answered(exchange, end),
    );
    if (exchange.stream !== null && this.#exchange !== exchange) exchange.stream = null;
  }

  #answered(exchange: Exchange, { keepsAlive, isBroken }: AnswerEnd): void {
    exchange.stream = null;
    exchange.cancellation.release();
    if (this.#exchange !== exchange) return;
    // After a broken body the client misses bytes: the end of the connection tells.
    if (isBroken || !keepsAlive) {
      this.#end();
      return;
    }
    if (this.#decoder === null) {
      this.#next();
      return;
    }
    // The rest of the body is skipped, within limits, so that the next request can be found.
    if (exchange.body?.isOpen === true) exchange.body.cancel();
  }

  #next(): void {
    this.#exchange = null;
    this.#body = null;
    this.#enter("idle");
    if (this.#isPaused) this.#resume();
    if (this.#carry !== null) this.#readRequests();
    else if (this.#scope.isDraining()) this.#end();
  }

  #refuse(refusal: Refusal): void {
    this.#scope.onRefusal(refusal, this.#peerAddress);
    const exchange = this.#exchange;
    const sent = exchange?.sentPrefix ?? 0;
    writeAnswer(
      this.#outbox,
      {
        status: refusal.status,
        headers: ["Content-Type", "text/plain; charset=utf-8"],
        body: Buffer.from(refusal.reason, "latin1"),
      },
      { isHead: false, minorVersion: 1, keepsAlive: false, sentPrefix: sent },
      () => this.#end(),
    );
  }

  /** FIN after everything that was written; what still comes is read and dropped, so that no reset overtakes the answer. */
  #end(): void {
    if (!this.#isOpen()) return;
    const exchange = this.#exchange;
    this.#exchange = null;
    exchange?.body?.fail("connection ended");
    this.#decoder = null;
    this.#carry = null;
    this.#enter("ending");
    if (this.#isPaused) this.#resume();
    if (!this.#outbox.isBlocked) this.#socket.end();
  }

  #pause(): void {
    this.#isPaused = true;
    this.#rate?.pause();
    this.#socket.pause();
  }

  #resume(): void {
    this.#isPaused = false;
    this.#rate?.resume(this.#scope.wheel.now());
    this.#socket.resume();
  }

  #enter(phase: "head" | "idle" | "busy" | "ending"): void {
    const isSameRequest = this.#phase === "head" && phase === "busy";
    this.#phase = phase;
    if (!isSameRequest) this.#since = this.#scope.wheel.now();
    this.#armTimer();
  }

  /** The timer is only ever moved to an earlier time; when it fires too early it is set anew. */
  #armTimer(): void {
    const { wheel } = this.#scope;
    const limitMs = this.#limitMs();
    if (limitMs === Infinity) return;
    wheel.scheduleNoLaterThan(this.#timer, Math.max(0, this.#since + limitMs - wheel.now()));
  }

  /** How long the present phase may last. */
  #limitMs(): number {
    const { limits } = this.#scope;
    if (this.#phase === "head") {
      return Math.min(limits.readHeaderTimeoutMs, limits.readTimeoutMs || Infinity);
    }
    if (this.#phase === "idle") return limits.idleTimeoutMs;
    if (this.#phase === "ending") return LINGER_MS;
    if (this.#decoder === null) return Infinity;
    return Math.min(limits.readTimeoutMs || Infinity, this.#scope.wheel.now() - this.#since + BodyRate.windowMs);
  }

  #checkDeadlines(): void {
    if (this.#phase === "closed") return;
    const now = this.#scope.wheel.now();
    if (this.#phase === "ending" && this.#outbox.isBlocked && this.#outbox.bytesKept !== this.#lastKept) {
      this.#lastKept = this.#outbox.bytesKept;
      this.#since = now;
    }
    if (this.#phase === "busy") {
      this.#checkBody(now);
      this.#armTimer();
      return;
    }
    if (now - this.#since < this.#limitMs()) {
      this.#armTimer();
      return;
    }
    if (this.#phase === "ending") this.destroy();
    else this.#end();
  }

  #lastKept = 0;

  #checkBody(now: number): void {
    if (this.#decoder === null) return;
    const { readTimeoutMs } = this.#scope.limits;
    const isLate = readTimeoutMs > 0 && now - this.#since >= readTimeoutMs;
    if (isLate || this.#rate?.isTooSlow(now) === true) this.#loseBody("i/o timeout");
  }
}

const NO_PARAMS: readonly string[] = [];
const MALFORMED_BODY: Refusal = { kind: "refusal", status: 400, reason: "400 Bad Request" };

/** What the runtime calls for every client connection of one listener. */
export function serverEvents(scope: ServerScope): SocketEvents<ServerConnection> {
  return {
    open: (socket) => {
      socket.data = new ServerConnection(scope, socket);
    },
    data: (socket, bytes) => socket.data.onData(bytes),
    drain: (socket) => socket.data.onDrain(),
    end: (socket) => socket.data.onEnd(),
    close: (socket) => socket.data.onClose(),
  };
}
