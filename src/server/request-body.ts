import { BodyDecoder } from "../http1/body-decoder.ts";
import type { RequestHead } from "../http1/request-head.ts";
import { BodyStream } from "../lib/body.ts";
import { BodyRate } from "./body-rate.ts";

/** As much of a body that nobody read is skipped to save the connection. */
const MAX_SKIPPED_BYTES = 256 * 1024;

/** What a body needs of the connection that brings it. */
export interface BodyConnection {
  sendContinue(): void;
  pauseReading(): void;
  resumeReading(): void;
}

/** The body of one request while it comes: read from the connection, handed to whoever wants it. */
export class RequestBody {
  readonly stream: BodyStream;
  readonly #decoder: BodyDecoder;
  readonly #rate: BodyRate;
  #isContinueDue: boolean;
  #skipped = 0;
  #isLost = false;
  readonly #push = (chunk: Buffer): void => this.#pushChunk(chunk);

  constructor(
    { framing, expectsContinue }: RequestHead,
    connection: BodyConnection,
    now: () => number,
  ) {
    this.#decoder = new BodyDecoder(framing);
    this.#rate = new BodyRate(now());
    this.#isContinueDue = expectsContinue;
    this.stream = new BodyStream(framing.kind === "length" ? framing.length : undefined, {
      wanted: () => {
        if (this.#isContinueDue) connection.sendContinue();
        this.#isContinueDue = false;
      },
      pause: () => {
        this.#rate.pause();
        connection.pauseReading();
      },
      resume: () => {
        this.#rate.resume(now());
        connection.resumeReading();
      },
      cancel: () => connection.resumeReading(),
    });
  }

  /** Bytes are still to come. */
  get isComing(): boolean {
    return !this.#isLost && !this.#decoder.isDone;
  }

  /** What comes after it on the connection can be read. */
  get isWhole(): boolean {
    return this.#decoder.isDone && !this.#isLost;
  }

  /** A client that waits for `100 Continue` has not sent its body, and after the answer will not. */
  get isUnsent(): boolean {
    return this.#isContinueDue && this.isComing;
  }

  /** The framing cannot be read: every later byte of the connection is meaningless. */
  get isMalformed(): boolean {
    return this.#decoder.error !== undefined;
  }

  get isSkippedTooFar(): boolean {
    return this.#skipped > MAX_SKIPPED_BYTES;
  }

  /** Takes what belongs to the body and returns the offset behind it. */
  feed(bytes: Buffer, from: number): number {
    const end = this.#decoder.decode(bytes, from, bytes.length, this.#push);
    if (this.isWhole) this.stream.finish();
    return end;
  }

  /** The rest will not come. */
  lose(reason: string): void {
    if (!this.isComing && !this.isMalformed) return;
    this.#isLost = true;
    this.stream.fail(reason);
  }

  /** Less than the least came in the last window; to be asked once a window. */
  isTooSlow(now: number): boolean {
    return this.isComing && this.#rate.isTooSlow(now);
  }

  #pushChunk(chunk: Buffer): void {
    this.#rate.add(chunk.length);
    if (this.stream.isOpen) this.stream.push(chunk);
    else this.#skipped += chunk.length;
  }
}
