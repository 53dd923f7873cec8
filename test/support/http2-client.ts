import http2 from "node:http2";

/** An answer, read to its end. */
export interface Http2Answer {
  readonly status: number;
  readonly headers: http2.IncomingHttpHeaders;
  readonly body: Buffer;
}

/** A client's HTTP/2 connection. `using` ends it. */
export class Http2Client {
  readonly session: http2.ClientHttp2Session;
  /** Resolves once the connection is over, whoever ended it. */
  readonly closed: Promise<void>;

  constructor(url: string, options: http2.SecureClientSessionOptions = {}) {
    this.session = http2.connect(url, options);
    this.session.on("error", () => {});
    this.closed = new Promise((resolve) => this.session.once("close", () => resolve()));
  }

  /** Sends a request and reads its answer; rejects where the stream is reset. */
  send(headers: http2.OutgoingHttpHeaders, body?: string | Buffer): Promise<Http2Answer> {
    return readAnswer(this.open(headers, body));
  }

  /** Sends a request and leaves the stream to the caller. */
  open(headers: http2.OutgoingHttpHeaders, body?: string | Buffer): http2.ClientHttp2Stream {
    const stream = this.session.request(headers, { endStream: body === undefined });
    if (body !== undefined) stream.end(body);
    return stream;
  }

  [Symbol.dispose](): void {
    this.session.destroy();
  }
}

/** Reads a stream to its end; rejects where it is reset. */
export function readAnswer(stream: http2.ClientHttp2Stream): Promise<Http2Answer> {
  return new Promise((resolve, reject) => {
    let headers: http2.IncomingHttpHeaders & http2.IncomingHttpStatusHeader = {};
    const chunks: Buffer[] = [];
    stream.on("response", (received) => {
      headers = received;
    });
    stream.on("data", (chunk: Buffer) => chunks.push(chunk));
    stream.on("error", reject);
    stream.on("close", () => {
      if (stream.rstCode !== 0) reject(new Error(`the stream was reset with ${stream.rstCode}`));
      else resolve({ status: headers[":status"] ?? 0, headers, body: Buffer.concat(chunks) });
    });
  });
}
