import assert from "node:assert/strict";
import type { ClientSocketEvents, ConnectError, Socket } from "../../src/platform/sockets.ts";

/** Shorter than the limit of a test, so that a test says what it waited for. */
const TIMEOUT_MS = 4_000;

/** The owner of one socket: keeps, in order, what the socket told. */
export class RecordedSocket {
  /** `open`, `end`, `drain`, `close`, `failed`; of bytes see `received`. */
  readonly events: string[] = [];
  failure: ConnectError | undefined;
  #socket: Socket<RecordedSocket> | undefined;
  #chunks: Buffer[] = [];
  #wake: () => void = () => {};

  get socket(): Socket<RecordedSocket> {
    assert(this.#socket !== undefined, "the socket has not opened");
    return this.#socket;
  }

  /** What happened, but for `drain`: a socket may tell of room that nobody waits for. */
  get story(): string {
    return this.events.filter((event) => event !== "drain").join();
  }

  get byteLength(): number {
    return this.#chunks.reduce((sum, chunk) => sum + chunk.length, 0);
  }

  get received(): Buffer {
    return Buffer.concat(this.#chunks);
  }

  opened(socket: Socket<RecordedSocket>): void {
    this.#socket = socket;
    this.happened("open");
  }

  got(bytes: Buffer): void {
    this.#chunks.push(bytes);
    this.#wake();
  }

  happened(event: string): void {
    this.events.push(event);
    this.#wake();
  }

  /** Resolves once it holds; fails with what has happened when the time is over. */
  async until(what: string, holds: () => boolean): Promise<void> {
    let isLate = false;
    const timer = setTimeout(() => {
      isLate = true;
      this.#wake();
    }, TIMEOUT_MS);
    while (!holds() && !isLate) {
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
    clearTimeout(timer);
    assert(holds(), `waited for ${what}; so far: ${this.events}, ${this.byteLength} bytes`);
  }

  untilEvent(event: string): Promise<void> {
    return this.until(event, () => this.events.includes(event));
  }

  untilReceived(text: string): Promise<void> {
    return this.until(JSON.stringify(text), () => this.received.toString().includes(text));
  }

  /** Sends all of it, in as many pieces as the socket wants; resolves when the socket has taken it. */
  async writeAll(bytes: Buffer): Promise<void> {
    for (let at = 0; at < bytes.length; ) {
      const drains = this.#countDrains();
      const taken = this.socket.write(bytes, at, bytes.length - at);
      assert(taken >= 0, "the socket closed");
      at += taken;
      if (at === bytes.length) return;
      await this.until("drain", () => this.#countDrains() > drains);
    }
  }

  #countDrains(): number {
    return this.events.filter((event) => event === "drain").length;
  }
}

/** Events for a client's or a listener's sockets; `accepted` hears of each that a listener opens. */
export function recordingEvents(
  accepted: (record: RecordedSocket) => void = () => {},
): ClientSocketEvents<RecordedSocket> {
  return {
    open(socket) {
      // A socket of a listener has no owner yet, whatever its type says.
      const owner: RecordedSocket | undefined = socket.data;
      const record = owner ?? new RecordedSocket();
      socket.data = record;
      record.opened(socket);
      if (owner === undefined) accepted(record);
    },
    data: (socket, bytes) => socket.data.got(bytes),
    drain: (socket) => socket.data.happened("drain"),
    end: (socket) => socket.data.happened("end"),
    close: (socket) => socket.data.happened("close"),
    connectFailed(record, error) {
      record.failure = error;
      record.happened("failed");
    },
  };
}
