import { type BodySink, BodyStream } from "../lib/body.ts";

/** What becomes of the copy: one of `whole` and `givenUp`, once. */
export interface CopyEvents {
  /** Whether so many more bytes may be kept; false gives the copy up. */
  keeps(bytes: number): boolean;
  whole(bytes: Buffer): void;
  givenUp(): void;
}

/** Keeps a copy of a body that passes to its one reader, at the reader's own pace. */
export class BodyCopier implements BodySink {
  /** The same body, for the reader. */
  readonly passed: BodyStream;
  readonly #source: BodyStream;
  readonly #events: CopyEvents;
  #kept: Buffer[] = [];
  #isKeeping = true;
  #isPassing = true;
  #isRead = false;

  constructor(source: BodyStream, events: CopyEvents) {
    this.#source = source;
    this.#events = events;
    this.passed = new BodyStream(source.length, {
      wanted: () => {
        this.#isRead = true;
        source.pipe(this);
      },
      pause: () => source.pause(),
      resume: () => source.resume(),
      cancel: () => this.#readOn(),
    });
    source.whenOver((reason) => {
      if (reason !== null) this.#giveUp();
    });
  }

  data(chunk: Buffer): void {
    this.#keep(chunk);
    this.passed.push(chunk);
  }

  end(): void {
    this.passed.finish();
    this.#complete();
  }

  fail(reason: string): void {
    this.passed.fail(reason);
  }

  /** The reader's work is over: what it never began to read is copied too, if all of it is there. */
  readerIsDone(): void {
    if (this.#isRead) return;
    const unread = this.#source.takeWhole();
    if (unread === undefined) {
      this.#giveUp();
      return;
    }
    this.#keep(unread);
    this.#complete();
  }

  #keep(chunk: Buffer): void {
    if (!this.#isKeeping) return;
    if (this.#events.keeps(chunk.length)) this.#kept.push(chunk);
    else this.#giveUp();
  }

  #complete(): void {
    if (!this.#isKeeping) return;
    this.#isKeeping = false;
    this.#events.whole(Buffer.concat(this.#kept));
    this.#kept = [];
  }

  #giveUp(): void {
    if (!this.#isKeeping) return;
    this.#isKeeping = false;
    this.#kept = [];
    this.#events.givenUp();
    if (!this.#isPassing) this.#source.cancel();
  }

  /** The reader has enough: the rest is read for the copy alone. */
  #readOn(): void {
    this.#isPassing = false;
    if (this.#isKeeping) this.#source.resume();
    else this.#source.cancel();
  }
}
