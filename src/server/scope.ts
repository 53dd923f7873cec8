import type { ListenerConfig } from "../config/model.ts";
import type { ClientRequest, Handler } from "../contracts.ts";
import type { Refusal } from "../http1/refusal.ts";
import type { HeadLimits } from "../http1/request-head.ts";
import type { TimerWheel } from "../lib/timer-wheel.ts";

/** What all connections of a listener share. */
export interface ServerScope {
  readonly limits: ListenerConfig;
  readonly headLimits: HeadLimits;
  readonly handler: Handler;
  readonly wheel: TimerWheel;
  readonly isTls: boolean;
  /** Clients may speak HTTP/2 without TLS, beginning with its preface (RFC 9113 section 3.3). */
  readonly takesHttp2: boolean;
  readonly normalizePeer: (address: string) => string;
  /** The live connections, for draining. */
  readonly connections: Set<ServedConnection>;
  /** True while the node drains: every answer is the last one of its connection. */
  readonly isDraining: () => boolean;
  /** An exception on the way is a bug of ours: it is logged here and costs one request. */
  readonly onBug: (error: unknown, request: Pick<ClientRequest, "method" | "path">) => void;
  /** A request that the server itself answers, before any route. */
  readonly onRefusal: (refusal: Refusal, peerAddress: string) => void;
}

/** A client's connection as its socket sees it. */
export interface ClientConnection extends ServedConnection {
  onData(bytes: Buffer): void;
  /** The socket has room again. */
  onDrain(): void;
  /** The client sent FIN. */
  onEnd(): void;
  onClose(): void;
}

/** A client's connection as the node sees it. */
export interface ServedConnection {
  /** A request, or the beginning of one, has come and its answer is not sent to the end. */
  readonly isBusy: boolean;
  /** Ends the connection where it waits for a request; a busy one ends after its answer. */
  closeIfIdle(): void;
  /** Ends the connection in the middle of whatever it does. */
  destroy(): void;
}
