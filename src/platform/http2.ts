import type http2 from "node:http2";
import { SocketStream } from "./socket-stream.ts";
import type { Socket } from "./sockets.ts";

/** A client's connection as the library sees it. */
export type Http2Session = http2.ServerHttp2Session;

/** One request and its answer. */
export type Http2Stream = http2.ServerHttp2Stream;

/** What a client may do. */
export interface Http2Limits {
  /** Requests at a time. */
  readonly maxStreams: number;
  /** Fields of one head. */
  readonly maxHeaders: number;
}

/** A session on a socket, whose events must be handed to the stream. */
export interface AcceptedHttp2<Owner> {
  readonly session: Http2Session;
  readonly stream: SocketStream<Owner>;
}

/** Speaks HTTP/2 on a socket from its first byte on. */
export function acceptHttp2<Owner>(
  socket: Socket<Owner>,
  { maxStreams, maxHeaders }: Http2Limits,
): AcceptedHttp2<Owner> {
  const stream = new SocketStream(socket);
  const options = {
    settings: { maxConcurrentStreams: maxStreams, enablePush: false },
    maxHeaderListPairs: maxHeaders,
    // Beyond its own 10 MB the library forgets answers without a word; whoever answers bounds what waits.
    maxSessionMemory: MAX_SESSION_MEGABYTES,
    // A backend's answer goes on as it is; `@types/node` does not know the option.
    strictSingleValueFields: false,
  };
  const session = loadHttp2().performServerHandshake(stream, options);
  return { session, stream };
}

/** Ends a stream with a code of RFC 9113 section 7, whatever was sent of its answer. */
export function resetStream(stream: Http2Stream, code: number): void {
  if (stream.destroyed) return;
  if (typeof Bun === "undefined") {
    stream.close(code);
    return;
  }
  // Bun 1.4.5 sends nothing for `close` on this side; with an error it sends the code that stands here.
  Object.assign(stream, { rstCode: code });
  stream.destroy(new Error("reset"));
}

const MAX_SESSION_MEGABYTES = 16 * 1024;

// Not imported: it would be loaded at every start and in every thread.
function loadHttp2(): typeof http2 {
  return process.getBuiltinModule("node:http2");
}
