import type { BodyFraming } from "../../src/http1/body-framing.ts";

/** What a body decoder must make of a text: `rest` begins behind what a whole body consumed. */
export interface ReferenceBody {
  state: "done" | "more" | "broken";
  body: string;
  rest: string;
}

/** Decodes slowly and obviously, the whole text at once. */
export function referenceBody(framing: BodyFraming, text: string): ReferenceBody {
  switch (framing.kind) {
    case "none":
      return { state: "done", body: "", rest: text };
    case "close":
      return { state: "more", body: text, rest: "" };
    case "length": {
      const body = text.slice(0, framing.length);
      const state = body.length === framing.length ? "done" : "more";
      return { state, body, rest: text.slice(body.length) };
    }
    case "chunked":
      return referenceChunks(text);
  }
}

const SIZE_LINE = /^([0-9A-Fa-f]*)([ \t]*(?:;[\t\x20-\x7e\x80-\xff]*)?)/;
const WHOLE_TRAILERS = /^(?:[\t\x20-\x7e\x80-\xff]+\r\n)*\r\n/;
const PARTIAL_TRAILERS = /^(?:[\t\x20-\x7e\x80-\xff]+\r\n)*[\t\x20-\x7e\x80-\xff]*\r?$/;

function referenceChunks(text: string): ReferenceBody {
  let rest = text;
  let body = "";
  for (;;) {
    const [line, digits, extension] = SIZE_LINE.exec(rest)!;
    const size = Number.parseInt(digits!, 16);
    const isReadable =
      size <= Number.MAX_SAFE_INTEGER && digits!.length <= 15 && extension!.length <= 256;
    const end = rest.slice(line.length, line.length + 2);
    if (line === "" && end === "") return { state: "more", body, rest: "" };
    if (!isReadable) return { state: "broken", body, rest: "" };
    if (end === "" || end === "\r") return { state: "more", body, rest: "" };
    if (end !== "\r\n") return { state: "broken", body, rest: "" };

    rest = rest.slice(line.length + 2);
    if (size === 0) return referenceTrailers(rest, body);

    body += rest.slice(0, size);
    const chunkEnd = rest.slice(size, size + 2);
    rest = rest.slice(size + 2);
    if (chunkEnd !== "\r\n") {
      const isPartial = chunkEnd === "" || chunkEnd === "\r";
      return { state: isPartial ? "more" : "broken", body, rest: "" };
    }
  }
}

function referenceTrailers(text: string, body: string): ReferenceBody {
  const whole = WHOLE_TRAILERS.exec(text);
  if (whole !== null) return { state: "done", body, rest: text.slice(whole[0].length) };
  return { state: PARTIAL_TRAILERS.test(text) ? "more" : "broken", body, rest: "" };
}
