import {
  CHUNK_END,
  chunkHeader,
  encodeChunk,
  LAST_CHUNK,
  writeLatin1,
} from "../http1/head-writer.ts";
import type { BodySink, BodyStream } from "../lib/body.ts";
import type { Outbox } from "../platform/outbox.ts";

/** Head and small bodies leave in one write; it is used again as soon as they have. */
const scratch = Buffer.allocUnsafe(64 * 1024);

/** Of a chunk's size line and end, and of the last chunk. */
const CHUNKING_BYTES = 32;

/** Writes a head, and with it a body that is there. */
export function writeRequest<Owner>(
  outbox: Outbox<Owner>,
  head: string,
  body: Buffer | null,
  isChunked: boolean,
): void {
  const bodyLength = body === null ? 0 : body.length;
  if (head.length + bodyLength + CHUNKING_BYTES > scratch.length) {
    outbox.write(Buffer.from(head, "latin1"));
    if (body !== null) writeBody(outbox, body, isChunked);
    if (isChunked) outbox.write(LAST_CHUNK);
    return;
  }
  let at = writeLatin1(scratch, 0, head);
  if (body !== null) {
    at = isChunked ? encodeChunk(scratch, at, body) : at + body.copy(scratch, at);
  }
  if (isChunked) at += LAST_CHUNK.copy(scratch, at);
  outbox.writeFromScratch(scratch, at);
}

function writeBody<Owner>(outbox: Outbox<Owner>, chunk: Buffer, isChunked: boolean): void {
  if (!isChunked) {
    outbox.write(chunk);
  } else if (chunk.length + CHUNKING_BYTES <= scratch.length) {
    outbox.writeFromScratch(scratch, encodeChunk(scratch, 0, chunk));
  } else {
    outbox.write(Buffer.from(chunkHeader(chunk.length), "latin1"));
    outbox.write(chunk);
    outbox.write(CHUNK_END);
  }
}

/** What becomes of a body on its way to a backend. */
export interface UploadEvents {
  uploaded(): void;
  /** The client's body broke off. */
  uploadBroken(reason: string): void;
}

/** A client's body on its way to a backend, with backpressure. The head has been written. */
export class Upload<Owner> implements BodySink {
  readonly #outbox: Outbox<Owner>;
  readonly #body: BodyStream;
  readonly #isChunked: boolean;
  readonly #events: UploadEvents;
  #isOver = false;

  constructor(outbox: Outbox<Owner>, body: BodyStream, isChunked: boolean, events: UploadEvents) {
    this.#outbox = outbox;
    this.#body = body;
    this.#isChunked = isChunked;
    this.#events = events;
  }

  start(): void {
    this.#body.pipe(this);
  }

  /** The connection has room again. */
  drained(): void {
    if (!this.#isOver) this.#body.resume();
  }

  /** Nobody wants the rest. */
  cancel(): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#body.cancel();
  }

  data(chunk: Buffer): void {
    if (this.#isOver) return;
    writeBody(this.#outbox, chunk, this.#isChunked);
    if (this.#outbox.isBlocked) this.#body.pause();
  }

  end(): void {
    if (this.#isOver) return;
    this.#isOver = true;
    if (this.#isChunked) this.#outbox.write(LAST_CHUNK);
    this.#events.uploaded();
  }

  fail(reason: string): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#events.uploadBroken(reason);
  }
}
