import type { Answer, StageResponse } from "../contracts.ts";
import {
  connectionOptions,
  type HeaderList,
  isHopByHop,
  isSameName,
} from "../http1/header-list.ts";
import { sniffContentType } from "../http1/sniff.ts";
import { type BodySink, BodyStream } from "../lib/body.ts";

/** The backend's own answer, its headers after the gateway's, its body as a stream. */
export function noOpAnswer(response: StageResponse, own: HeaderList): Answer | Promise<Answer> {
  const { headers, body } = response;
  // Data that was set where no backend answered has none.
  const status = response.status || 200;
  const isTyped = copyHeaders(headers, own);
  if (body === null) return { status, headers: own, body: null };
  const isBodiless = status === 204 || status === 304 || body.length === 0;
  if (isTyped || isBodiless) return { status, headers: own, body };
  return sniffed(body).then(({ type, body: whole }) => {
    if (type !== undefined) own.push("Content-Type", type);
    return { status, headers: own, body: whole };
  });
}

/** Appends what ends with the client; true when a content type was among it. */
function copyHeaders(from: HeaderList, to: HeaderList): boolean {
  const named = connectionOptions(from);
  const hasNamed = named.some((option) => option !== "keep-alive" && option !== "close");
  let isTyped = false;
  for (let i = 0; i < from.length; i += 2) {
    const name = from[i]!;
    if (isHopByHop(name)) continue;
    if (name.length === 12 && isSameName(name, "content-type")) isTyped = true;
    if (name.length === 14 && isSameName(name, "content-length")) continue;
    if (hasNamed && named.includes(name.toLowerCase())) continue;
    to.push(name, from[i + 1]!);
  }
  return isTyped;
}

/** Waits for the first bytes: whatever comes first is what the type is guessed from, as in Go. */
function sniffed(
  body: BodyStream,
): Promise<{ readonly type: string | undefined; readonly body: BodyStream }> {
  return new Promise((resolve) => {
    const copy = new BodyStream(body.length, {
      wanted() {},
      pause: () => body.pause(),
      resume: () => body.resume(),
      cancel: () => body.cancel(),
    });
    body.pipe(new Sniffer(copy, (type) => resolve({ type, body: copy })));
  });
}

class Sniffer implements BodySink {
  readonly #copy: BodyStream;
  #found: ((type: string | undefined) => void) | null;

  constructor(copy: BodyStream, found: (type: string | undefined) => void) {
    this.#copy = copy;
    this.#found = found;
  }

  data(chunk: Buffer): void {
    this.#copy.push(chunk);
    this.#decide(sniffContentType(chunk));
  }

  end(): void {
    this.#copy.finish();
    this.#decide(undefined);
  }

  fail(reason: string): void {
    this.#copy.fail(reason);
    this.#decide(undefined);
  }

  #decide(type: string | undefined): void {
    this.#found?.(type);
    this.#found = null;
  }
}
