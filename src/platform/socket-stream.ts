import { Duplex } from "node:stream";
import type { Socket } from "./sockets.ts";

type Done = (error?: Error | null) => void;

/** A socket as one of the streams of Node.js, for libraries that want one. Its owner hands the socket's events on. */
export class SocketStream<Owner> extends Duplex {
  readonly #socket: Socket<Owner>;
  #waiting: { readonly bytes: Buffer; readonly done: Done } | null = null;

  constructor(socket: Socket<Owner>) {
    super({ allowHalfOpen: true, autoDestroy: true });
    this.#socket = socket;
    // Whoever uses the stream listens too; a failure is never an exception.
    this.on("error", () => {});
  }

  received(bytes: Buffer): void {
    if (!this.push(bytes)) this.#socket.pause();
  }

  /** The peer sent FIN. */
  ended(): void {
    this.push(null);
  }

  /** The socket has room again. */
  drained(): void {
    const waiting = this.#waiting;
    if (waiting === null) return;
    this.#waiting = null;
    this.#send(waiting.bytes, waiting.done);
  }

  /** The socket is gone. */
  lost(): void {
    this.#waiting = null;
    this.destroy();
  }

  override _read(): void {
    this.#socket.resume();
  }

  override _write(chunk: Buffer, _encoding: string, done: Done): void {
    this.#send(chunk, done);
  }

  override _writev(chunks: { chunk: Buffer }[], done: Done): void {
    this.#send(Buffer.concat(chunks.map(({ chunk }) => chunk)), done);
  }

  override _final(done: Done): void {
    this.#socket.shutdown();
    done();
  }

  override _destroy(error: Error | null, done: Done): void {
    if (error === null) this.#socket.end();
    else this.#socket.terminate();
    done(error);
  }

  #send(bytes: Buffer, done: Done): void {
    const taken = this.#socket.write(bytes);
    if (taken < 0) done(new Error("the socket is closed"));
    else if (taken === bytes.length) done();
    else this.#waiting = { bytes: bytes.subarray(taken), done };
  }
}
