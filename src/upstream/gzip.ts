import { createGunzip, gunzipSync } from "node:zlib";
import type { UpstreamResponse } from "../contracts.ts";
import { HeaderLines } from "../http1/header-lines.ts";
import { type HeaderList, isSameName } from "../http1/header-list.ts";
import { BodyStream, isBodyFailure } from "../lib/body.ts";

/** Go's word for a body that is not packed although its header says so. */
const INVALID_GZIP = "gzip: invalid header";

const TOO_LARGE = "gzip: body too large";

/** Past the first megabyte a body may not grow more than this many times: nothing honest packs so well. */
const MAX_RATIO = 200;
const UNCHECKED_BYTES = 1024 * 1024;

/** Bodies up to this size that are whole are unpacked on the spot. */
const SYNCHRONOUS_BYTES = 64 * 1024;

/** The answer as if it had never been packed: Go's client does so where the gateway itself asked for gzip. */
export function unpackedResponse(response: UpstreamResponse): UpstreamResponse {
  if (response.contentEncoding?.toLowerCase() !== "gzip") return response;
  return {
    ...response,
    headers: HeaderLines.of(withoutPacking(response.headers.list())),
    contentEncoding: undefined,
    body: gunzipBody(response.body),
  };
}

function withoutPacking(headers: HeaderList): HeaderList {
  const kept: HeaderList = [];
  for (let i = 0; i < headers.length; i += 2) {
    const name = headers[i]!;
    if (isSameName(name, "content-encoding") || isSameName(name, "content-length")) continue;
    kept.push(name, headers[i + 1]!);
  }
  return kept;
}

/** The same body, unpacked as it comes; one that is not gzip, or grows past all reason, fails. */
export function gunzipBody(packed: BodyStream): BodyStream {
  if (packed.isFinished && packed.bytesUnread <= SYNCHRONOUS_BYTES) {
    const bytes = packed.collect(SYNCHRONOUS_BYTES);
    if (!(bytes instanceof Promise) && !isBodyFailure(bytes)) return gunzipWhole(bytes);
  }
  return gunzipStream(packed);
}

/** Unpacks bytes at once; a text says why they cannot be: not gzip, or more than is reasonable. */
export function gunzipBytes(bytes: Buffer): Buffer | string {
  const maxOutputLength = Math.max(UNCHECKED_BYTES, bytes.length * MAX_RATIO);
  try {
    return gunzipSync(bytes, { maxOutputLength });
  } catch (error) {
    // The library throws for every kind of damage; the caller reports it as a value.
    const isTooLarge =
      error instanceof Error && "code" in error && error.code === "ERR_BUFFER_TOO_LARGE";
    return isTooLarge ? TOO_LARGE : INVALID_GZIP;
  }
}

function gunzipWhole(bytes: Buffer): BodyStream {
  const plain = gunzipBytes(bytes);
  if (typeof plain !== "string") return BodyStream.of(plain);
  const broken = new BodyStream(undefined, { wanted() {}, pause() {}, resume() {}, cancel() {} });
  broken.fail(plain);
  return broken;
}

function gunzipStream(packed: BodyStream): BodyStream {
  const gunzip = createGunzip();
  let bytesIn = 0;
  let bytesOut = 0;
  const plain = new BodyStream(undefined, {
    wanted() {},
    pause: () => gunzip.pause(),
    resume: () => gunzip.resume(),
    cancel: () => {
      packed.cancel();
      gunzip.destroy();
    },
  });
  const fail = (reason: string) => {
    packed.cancel();
    gunzip.destroy();
    plain.fail(reason);
  };
  gunzip.on("data", (chunk: Buffer) => {
    bytesOut += chunk.length;
    if (bytesOut > UNCHECKED_BYTES && bytesOut > bytesIn * MAX_RATIO) fail(TOO_LARGE);
    else plain.push(chunk);
  });
  gunzip.on("end", () => plain.finish());
  gunzip.on("error", () => fail(INVALID_GZIP));
  gunzip.on("drain", () => packed.resume());
  packed.pipe({
    data(chunk) {
      bytesIn += chunk.length;
      if (!gunzip.write(chunk)) packed.pause();
    },
    end: () => gunzip.end(),
    fail: (reason) => {
      gunzip.destroy();
      plain.fail(reason);
    },
  });
  return plain;
}
