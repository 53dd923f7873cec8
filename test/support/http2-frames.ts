import { connect, type Socket } from "node:net";
import { within } from "./scripted-upstream.ts";

/** Shorter than the limit of a test, so that a test says what it waited for. */
const DEFAULT_TIMEOUT_MS = 4_000;

/** Types of frames (RFC 9113 section 6). */
const TYPES = {
  DATA: 0,
  HEADERS: 1,
  RST_STREAM: 3,
  SETTINGS: 4,
  PING: 6,
  GOAWAY: 7,
  WINDOW_UPDATE: 8,
} as const;

/** The name of a type of frames. */
export type FrameType = keyof typeof TYPES;

/** Codes of RFC 9113 section 7. */
export const errorCodes = {
  PROTOCOL_ERROR: 1,
  REFUSED_STREAM: 7,
  CANCEL: 8,
} as const;

/** The one setting that tests need (RFC 9113 section 6.5.2). */
const INITIAL_WINDOW_SIZE = 4;

const PREFACE = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";
const FRAME_HEAD_BYTES = 9;
const END_STREAM = 1;
const END_HEADERS = 4;
const ACK = 1;

/** A frame that came. */
export interface Frame {
  readonly type: number;
  readonly flags: number;
  readonly stream: number;
  readonly payload: Buffer;
}

/** A request's fields; those with a colon first. */
export type Fields = Readonly<Record<string, string>>;

/** A GET of a path. */
export function getOf(path: string): Fields {
  return { ":method": "GET", ":scheme": "http", ":authority": "gw", ":path": path };
}

/** A POST to a path, whose body has a length, or is said to. */
export function postOf(path: string, contentLength?: number): Fields {
  const fields = { ...getOf(path), ":method": "POST" };
  return contentLength === undefined
    ? fields
    : { ...fields, "content-length": String(contentLength) };
}

/** Connects to a port of 127.0.0.1 and sends HTTP/2's preface and nothing else. */
export async function openFrames(port: number): Promise<Http2Frames> {
  const socket = connect({ port, host: "127.0.0.1", noDelay: true });
  const frames = new Http2Frames(socket);
  await within(DEFAULT_TIMEOUT_MS, "a connection", (resolve) => socket.once("connect", resolve));
  socket.write(PREFACE, "latin1");
  return frames;
}

/** A client that sends the frames that a test says, allowed or not, and keeps what comes. `using` ends it. */
export class Http2Frames {
  readonly socket: Socket;
  readonly received: Frame[] = [];
  #bytes: Buffer = Buffer.alloc(0);
  #isClosed = false;
  #looks = new Set<() => void>();

  constructor(socket: Socket) {
    this.socket = socket;
    socket.on("data", (bytes: Buffer) => {
      this.#bytes = Buffer.concat([this.#bytes, bytes]);
      while (this.#takeFrame());
      this.#look();
    });
    // An end is an end, also by a reset.
    socket.on("error", () => {});
    socket.on("close", () => {
      this.#isClosed = true;
      this.#look();
    });
  }

  /** The settings that end the handshake. A window of 0 lets no byte of any body come. */
  settings(initialWindowSize?: number): void {
    const payload = Buffer.alloc(initialWindowSize === undefined ? 0 : 6);
    if (initialWindowSize !== undefined) {
      payload.writeUInt16BE(INITIAL_WINDOW_SIZE);
      payload.writeUInt32BE(initialWindowSize, 2);
    }
    this.#send("SETTINGS", 0, 0, payload);
  }

  /** Clients number their streams 1, 3, 5, … */
  headers(stream: number, fields: Fields, isLast = true): void {
    const flags = END_HEADERS | (isLast ? END_STREAM : 0);
    this.#send("HEADERS", flags, stream, toLiterals(fields));
  }

  data(stream: number, bytes: string | Buffer, isLast = true): void {
    this.#send("DATA", isLast ? END_STREAM : 0, stream, Buffer.from(bytes as string, "latin1"));
  }

  reset(stream: number, code: number = errorCodes.CANCEL): void {
    this.#send("RST_STREAM", 0, stream, toUInt32(code));
  }

  /** For stream 0 of the connection. */
  windowUpdate(stream: number, bytes: number): void {
    this.#send("WINDOW_UPDATE", 0, stream, toUInt32(bytes));
  }

  /** Resolves when the gateway has answered a ping, and so has read all that was sent before. */
  async ping(): Promise<void> {
    const count = this.#framesOf("PING", 0).length;
    this.#send("PING", 0, 0, Buffer.alloc(8));
    await this.#until("an answer to a ping", () => this.#framesOf("PING", 0)[count]);
  }

  /** The first frame of a type on a stream. */
  frame(type: FrameType, stream: number, timeoutMs?: number): Promise<Frame> {
    return this.#until(`${type} on ${stream}`, () => this.#framesOf(type, stream)[0], timeoutMs);
  }

  /** The code with which the gateway resets a stream. */
  async resetCode(stream: number, timeoutMs?: number): Promise<number> {
    return (await this.frame("RST_STREAM", stream, timeoutMs)).payload.readUInt32BE();
  }

  /** The code with which the gateway says that the connection ends. */
  async goAwayCode(timeoutMs?: number): Promise<number> {
    return (await this.frame("GOAWAY", 0, timeoutMs)).payload.readUInt32BE(4);
  }

  /** A stream's body, once it is whole; latin1. */
  async body(stream: number, timeoutMs?: number): Promise<string> {
    const hasEnded = () =>
      this.received.some((one) => one.stream === stream && isLastOfStream(one)) || undefined;
    await this.#until(`the end of stream ${stream}`, hasEnded, timeoutMs);
    const parts = this.#framesOf("DATA", stream).map(({ payload }) => payload);
    return Buffer.concat(parts).toString("latin1");
  }

  /** Resolves when the connection is over. */
  async closed(timeoutMs?: number): Promise<void> {
    await this.#until("the end of the connection", () => this.#isClosed || undefined, timeoutMs);
  }

  [Symbol.dispose](): void {
    this.socket.destroy();
  }

  #framesOf(type: FrameType, stream: number): Frame[] {
    return this.received.filter((one) => one.type === TYPES[type] && one.stream === stream);
  }

  #send(type: FrameType, flags: number, stream: number, payload: Buffer): void {
    const head = Buffer.alloc(FRAME_HEAD_BYTES);
    head.writeUIntBE(payload.length, 0, 3);
    head[3] = TYPES[type];
    head[4] = flags;
    head.writeUInt32BE(stream, 5);
    this.socket.write(Buffer.concat([head, payload]));
  }

  #takeFrame(): boolean {
    if (this.#bytes.length < FRAME_HEAD_BYTES) return false;
    const end = FRAME_HEAD_BYTES + this.#bytes.readUIntBE(0, 3);
    if (this.#bytes.length < end) return false;
    const frame: Frame = {
      type: this.#bytes[3] ?? 0,
      flags: this.#bytes[4] ?? 0,
      stream: this.#bytes.readUInt32BE(5),
      payload: this.#bytes.subarray(FRAME_HEAD_BYTES, end),
    };
    this.#bytes = this.#bytes.subarray(end);
    this.received.push(frame);
    if (frame.type === TYPES.SETTINGS && (frame.flags & ACK) === 0 && !this.socket.destroyed) {
      this.#send("SETTINGS", ACK, 0, Buffer.alloc(0));
    }
    return true;
  }

  #look(): void {
    for (const look of this.#looks) look();
  }

  #until<Result>(
    what: string,
    find: () => Result | undefined,
    timeoutMs = DEFAULT_TIMEOUT_MS,
  ): Promise<Result> {
    const found = within<Result | null>(timeoutMs, what, (resolve) => {
      const look = () => {
        const result = find() ?? (this.#isClosed ? null : undefined);
        if (result === undefined) return;
        this.#looks.delete(look);
        resolve(result);
      };
      this.#looks.add(look);
      look();
    });
    return found.then((result) => {
      if (result === null) throw new Error(`the connection ended without ${what}`);
      return result;
    });
  }
}

function isLastOfStream({ type, flags }: Frame): boolean {
  return (type === TYPES.DATA || type === TYPES.HEADERS) && (flags & END_STREAM) !== 0;
}

function toUInt32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return bytes;
}

/** Literal fields without indexing and without Huffman code (RFC 7541 section 6.2.2). */
function toLiterals(fields: Fields): Buffer {
  const parts = Object.entries(fields).map(([name, value]) =>
    Buffer.concat([Buffer.from([0]), toText(name), toText(value)]),
  );
  return Buffer.concat(parts);
}

function toText(text: string): Buffer {
  const bytes = Buffer.from(text, "latin1");
  // Longer ones have a length of several bytes, which no test needs.
  if (bytes.length >= 127) throw new Error(`too long for a test's field: ${text}`);
  return Buffer.concat([Buffer.from([bytes.length]), bytes]);
}
