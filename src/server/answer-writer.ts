import type { Answer } from "../contracts.ts";
import {
  encodeChunk,
  LAST_CHUNK,
  preparedLines,
  statusLine,
  writeLatin1,
} from "../http1/head-writer.ts";
import { isSameName } from "../http1/header-list.ts";
import { type BodySink, BodyStream } from "../lib/body.ts";
import type { Outbox } from "../platform/outbox.ts";
import { dateLine } from "./http-date.ts";

/** What the request says about its answer's form. */
export interface AnswerFraming {
  readonly isHead: boolean;
  readonly minorVersion: 0 | 1;
  /** Whether another request may follow; may be taken back by the writer. */
  readonly keepsAlive: boolean;
  /** Bytes at the start of the status line that have been sent already. */
  readonly sentPrefix: number;
}

/** How an answer ended. */
export interface AnswerEnd {
  /** The connection can carry another request. */
  readonly keepsAlive: boolean;
  /** The body broke off after its length was promised: only a reset tells the client. */
  readonly isBroken: boolean;
}

/** Head and small bodies leave in one write; it is used again as soon as they have. */
const scratch = Buffer.allocUnsafe(64 * 1024);

/** Waiting chunks up to this size are put together. */
const COALESCED_BYTES = 16 * 1024;

/** Of a chunk's size line and end. */
const CHUNK_OVERHEAD = 16;

/** Writes an answer; calls `done` once, at once for bodies that are there. */
export function writeAnswer<Owner>(
  outbox: Outbox<Owner>,
  answer: Answer,
  framing: AnswerFraming,
  done: (end: AnswerEnd) => void,
): AnswerStream<Owner> | null {
  const { body } = answer;
  if (!(body instanceof BodyStream)) {
    writeWhole(outbox, answer, framing, body ?? NOTHING);
  } else if (isBodiless(answer.status, framing)) {
    body.cancel();
    writeWhole(outbox, answer, framing, NOTHING, body.length);
  } else {
    const whole = body.takeWhole();
    if (whole === undefined) {
      const stream = new AnswerStream(outbox, answer, body, framing, done);
      body.pipe(stream);
      return stream;
    }
    writeWhole(outbox, answer, framing, whole);
  }
  done({ keepsAlive: framing.keepsAlive, isBroken: false });
  return null;
}

/** `length` is that of the body which a HEAD request does not get. */
function writeWhole<Owner>(
  outbox: Outbox<Owner>,
  answer: Answer,
  framing: AnswerFraming,
  body: Uint8Array,
  length: number | undefined = body.length,
): void {
  const head = answerHead(answer, framing, { kind: "length", length }, framing.keepsAlive);
  writeTogether(outbox, head, framing.sentPrefix, framing.isHead ? NOTHING : body);
}

const NOTHING = new Uint8Array(0);

/** A streamed body on its way to the client, with backpressure and few, large writes. */
export class AnswerStream<Owner> implements BodySink {
  readonly #outbox: Outbox<Owner>;
  readonly #body: BodyStream;
  readonly #done: (end: AnswerEnd) => void;
  readonly #isChunked: boolean;
  readonly #keepsAlive: boolean;
  #prefix: string | null;
  #waiting: Buffer[] = [];
  #bytesWaiting = 0;
  #isScheduled = false;
  #isOver = false;

  constructor(
    outbox: Outbox<Owner>,
    answer: Answer,
    body: BodyStream,
    framing: AnswerFraming,
    done: (end: AnswerEnd) => void,
  ) {
    this.#outbox = outbox;
    this.#body = body;
    this.#done = done;
    this.#isChunked = body.length === undefined && framing.minorVersion === 1;
    this.#keepsAlive = framing.keepsAlive && (body.length !== undefined || this.#isChunked);
    const bodyFraming: HeadFraming =
      body.length !== undefined
        ? { kind: "length", length: body.length }
        : { kind: this.#isChunked ? "chunked" : "close" };
    this.#prefix = answerHead(answer, framing, bodyFraming, this.#keepsAlive).slice(
      framing.sentPrefix,
    );
    this.#schedule();
  }

  data(chunk: Buffer): void {
    if (this.#isOver) return;
    this.#waiting.push(chunk);
    this.#bytesWaiting += chunk.length;
    if (this.#bytesWaiting >= COALESCED_BYTES) this.#flush(false);
    else this.#schedule();
  }

  end(): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#flush(this.#isChunked);
    this.#done({ keepsAlive: this.#keepsAlive, isBroken: false });
  }

  /** KrakenD ends a chunked body as if it were whole; where a length was promised the connection breaks. */
  fail(): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#flush(this.#isChunked);
    this.#done({ keepsAlive: false, isBroken: this.#body.length !== undefined });
  }

  /** The client can take more. */
  drained(): void {
    if (!this.#isOver) this.#body.resume();
  }

  /** The client is gone. */
  cancel(): void {
    this.#isOver = true;
    this.#body.cancel();
  }

  /** Several small pieces of one moment leave together. */
  #schedule(): void {
    if (this.#isScheduled) return;
    this.#isScheduled = true;
    queueMicrotask(() => {
      this.#isScheduled = false;
      if (!this.#isOver) this.#flush(false);
    });
  }

  #flush(isLast: boolean): void {
    const waiting = this.#waiting;
    const size = this.#bytesWaiting;
    const head = this.#prefix;
    this.#prefix = null;
    this.#waiting = [];
    this.#bytesWaiting = 0;
    const overhead = (head?.length ?? 0) + (waiting.length + 1) * CHUNK_OVERHEAD;
    if (size + overhead <= scratch.length) this.#writeTogether(head, waiting, isLast);
    else this.#writeApart(head, waiting, isLast);
    if (this.#outbox.isBlocked && !this.#isOver) this.#body.pause();
  }

  #writeTogether(head: string | null, waiting: readonly Buffer[], isLast: boolean): void {
    let at = head === null ? 0 : writeLatin1(scratch, 0, head);
    for (const chunk of waiting) {
      at = this.#isChunked ? encodeChunk(scratch, at, chunk) : at + chunk.copy(scratch, at);
    }
    if (isLast) at += LAST_CHUNK.copy(scratch, at);
    if (at > 0) this.#outbox.writeFromScratch(scratch, at);
  }

  #writeApart(head: string | null, waiting: readonly Buffer[], isLast: boolean): void {
    let before = head ?? "";
    for (const chunk of waiting) {
      if (this.#isChunked) before += `${chunk.length.toString(16)}\r\n`;
      if (before !== "") this.#outbox.write(Buffer.from(before, "latin1"));
      this.#outbox.write(chunk);
      before = this.#isChunked ? "\r\n" : "";
    }
    if (isLast) before += "0\r\n\r\n";
    if (before !== "") this.#outbox.write(Buffer.from(before, "latin1"));
  }
}

type HeadFraming =
  | { readonly kind: "length"; readonly length: number | undefined }
  | { readonly kind: "chunked" }
  | { readonly kind: "close" };

/** 204 and 304 have no body and say no length (RFC 9110 sections 15.3.5 and 15.4.5). */
function isBodiless(status: number, framing: AnswerFraming): boolean {
  return framing.isHead || status === 204 || status === 304;
}

function answerHead(
  answer: Answer,
  request: AnswerFraming,
  framing: HeadFraming,
  keepsAlive: boolean,
): string {
  const { headers, status } = answer;
  const start = statusLine(status, request.minorVersion);
  const prepared = preparedLines(headers);
  const lines = prepared === undefined ? headerLines(answer) : prepared + dateLine();
  const connection = connectionLine(keepsAlive, request.minorVersion);
  if (framing.kind === "length" && framing.length !== undefined && !isSilent(status)) {
    return `${start}${lines}Content-Length: ${framing.length}\r\n${connection}\r\n`;
  }
  const coding = framing.kind === "chunked" ? "Transfer-Encoding: chunked\r\n" : "";
  return `${start}${lines}${coding}${connection}\r\n`;
}

/** A backend's `Date` takes the place of the gateway's. */
function headerLines({ headers, status }: Answer): string {
  let lines = "";
  let hasDate = false;
  for (let i = 0; i < headers.length; i += 2) {
    const name = headers[i]!;
    if (name.length === 4 && isSameName(name, "date")) hasDate = true;
    // A 304 describes no body of its own.
    if (status === 304 && isSameName(name, "content-type")) continue;
    lines += `${name}: ${headers[i + 1]}\r\n`;
  }
  return hasDate ? lines : lines + dateLine();
}

function connectionLine(keepsAlive: boolean, minorVersion: 0 | 1): string {
  if (!keepsAlive) return "Connection: close\r\n";
  return minorVersion === 0 ? "Connection: keep-alive\r\n" : "";
}

function isSilent(status: number): boolean {
  return status === 204 || status === 304;
}

function writeTogether<Owner>(
  outbox: Outbox<Owner>,
  head: string,
  sentPrefix: number,
  body: Uint8Array,
): void {
  const rest = sentPrefix === 0 ? head : head.slice(sentPrefix);
  if (rest.length + body.length <= scratch.length) {
    const at = writeLatin1(scratch, 0, rest);
    scratch.set(body, at);
    outbox.writeFromScratch(scratch, at + body.length);
    return;
  }
  outbox.write(Buffer.from(rest, "latin1"));
  outbox.write(body);
}
