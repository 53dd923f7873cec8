import type net from "node:net";
import type tls from "node:tls";
import type { Socket, SocketEvents } from "./sockets.ts";
import { Trickle } from "./trickle.ts";

/** A stream takes every byte that it is given; so many at most are given to it before it has sent them. */
const MAX_WAITING_BYTES = 64 * 1024;

/** A write of so few bytes to a peer that has sent FIN asks whether it still reads. */
const MAX_TRICKLED_BYTES = 16;

/** One of the streams of Node.js, plain or TLS, with the manners of Bun's sockets. */
export class StreamSocket<Owner> implements Socket<Owner> {
  // The owner hangs it on in `open`, before any other event.
  data!: Owner;
  readonly remoteAddress: string;
  readonly remotePort: number;
  readonly localAddress: string;
  readonly localPort: number;
  readonly alpnProtocol: string | false | null;
  readonly #stream: net.Socket;
  readonly #events: SocketEvents<Owner>;
  #owesDrain = false;
  #mayTrickle = false;
  #trickle: Trickle | null = null;
  readonly #sent = (): void => {
    if (!this.#owesDrain || this.#stream.destroyed) return;
    this.#owesDrain = false;
    this.#events.drain(this);
  };

  constructor(stream: net.Socket, events: SocketEvents<Owner>) {
    this.#stream = stream;
    this.#events = events;
    // All of them are gone once the stream is closed.
    this.remoteAddress = stream.remoteAddress ?? "";
    this.remotePort = stream.remotePort ?? 0;
    this.localAddress = stream.localAddress ?? "";
    this.localPort = stream.localPort ?? 0;
    this.alpnProtocol = "alpnProtocol" in stream ? (stream as tls.TLSSocket).alpnProtocol : null;
    stream.setNoDelay(true);
  }

  /** To be called once the peer may be talked to; from then on the events come. */
  open(): void {
    const stream = this.#stream;
    const events = this.#events;
    stream.on("error", ignore);
    events.open(this);
    // Text only where an encoding is set.
    stream.on("data", (bytes) => events.data(this, bytes as Buffer));
    stream.on("end", () => {
      if (stream.destroyed) return;
      this.#mayTrickle = true;
      events.end(this);
    });
    stream.on("close", () => {
      this.#trickle?.takeRest();
      events.close(this);
    });
  }

  write(bytes: Uint8Array, byteOffset = 0, byteLength = bytes.length - byteOffset): number {
    const stream = this.#stream;
    if (!stream.writable) return -1;
    this.#endTrickle();
    const taken = Math.min(byteLength, MAX_WAITING_BYTES - stream.writableLength);
    if (taken < byteLength) this.#owesDrain = true;
    if (taken <= 0) return 0;
    // A copy: the stream keeps the bytes, and the caller may use its buffer again.
    const copy = Buffer.from(bytes.subarray(byteOffset, byteOffset + taken));
    if (this.#mayTrickle && taken <= MAX_TRICKLED_BYTES) {
      // After FIN the stream reads no more and misses the reset of a peer that is gone; only a
      // later write hears of it.
      this.#trickle = new Trickle(copy, (byte) => this.#stream.write(byte));
    } else {
      // Its event `drain` did not always come (Bun 1.4.5, Deno 2.9.6).
      stream.write(copy, this.#sent);
    }
    this.#mayTrickle = false;
    return taken;
  }

  shutdown(): void {
    this.#endTrickle();
    this.#stream.end();
  }

  end(): void {
    this.#endTrickle();
    this.#stream.destroySoon();
  }

  terminate(): void {
    // There is no reset of a stream with TLS; its peer sees an end without the TLS goodbye.
    if ("encrypted" in this.#stream) this.#stream.destroy();
    else this.#stream.resetAndDestroy();
  }

  pause(): void {
    this.#stream.pause();
  }

  resume(): void {
    this.#stream.resume();
  }

  /** Gives the stream to somebody else: no event comes any more. */
  release(): net.Socket {
    for (const event of ["data", "end", "close"]) this.#stream.removeAllListeners(event);
    return this.#stream;
  }

  #endTrickle(): void {
    if (this.#trickle === null) return;
    const rest = this.#trickle.takeRest();
    this.#trickle = null;
    if (rest.length > 0 && this.#stream.writable) this.#stream.write(rest);
  }
}

function ignore(): void {}
