import { TimerEntry } from "../lib/timer-wheel.ts";
import type { Socket } from "../platform/sockets.ts";
import { ServerConnection } from "./connection.ts";
import { Http2Connection } from "./http2-connection.ts";
import type { ClientConnection, ServerScope } from "./scope.ts";

/** What every HTTP/2 client sends first (RFC 9113 section 3.4). No request of HTTP/1.1 begins so. */
const PREFACE = Buffer.from("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", "latin1");

/** A connection until its first bytes tell which protocol it speaks. */
export class PrefaceReader implements ClientConnection {
  readonly #scope: ServerScope;
  readonly #socket: Socket<ClientConnection>;
  readonly #timer: TimerEntry;
  #received: Buffer = Buffer.alloc(0);

  constructor(scope: ServerScope, socket: Socket<ClientConnection>) {
    this.#scope = scope;
    this.#socket = socket;
    this.#timer = new TimerEntry(() => this.closeIfIdle());
    scope.wheel.schedule(this.#timer, scope.limits.readHeaderTimeoutMs);
    scope.connections.add(this);
  }

  get isBusy(): boolean {
    return this.#received.length > 0;
  }

  /** Whoever has not said by then what he wants is not waited for. */
  closeIfIdle(): void {
    this.#socket.end();
    this.onClose();
  }

  destroy(): void {
    this.#socket.terminate();
    this.onClose();
  }

  onData(bytes: Buffer): void {
    this.#received = this.#received.length === 0 ? bytes : Buffer.concat([this.#received, bytes]);
    const length = Math.min(this.#received.length, PREFACE.length);
    const isPreface = this.#received.compare(PREFACE, 0, length, 0, length) === 0;
    if (isPreface && length < PREFACE.length) return;
    this.#handOver(isPreface);
  }

  onDrain(): void {}

  onEnd(): void {
    if (this.#received.length > 0) this.#handOver(false).onEnd();
    else this.closeIfIdle();
  }

  onClose(): void {
    this.#scope.wheel.cancel(this.#timer);
    this.#scope.connections.delete(this);
  }

  #handOver(isHttp2: boolean): ClientConnection {
    this.onClose();
    const Connection = isHttp2 ? Http2Connection : ServerConnection;
    const connection = new Connection(this.#scope, this.#socket);
    this.#socket.data = connection;
    connection.onData(this.#received);
    return connection;
  }
}
