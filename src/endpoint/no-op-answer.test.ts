import { describe, expect, test } from "bun:test";
import type { StageResponse } from "../contracts.ts";
import type { HeaderList } from "../http1/header-list.ts";
import { BodyStream } from "../lib/body.ts";
import { noOpAnswer } from "./no-op-answer.ts";

const OWN: HeaderList = ["X-Krakend", "Version v"];

async function answerTo(status: number, headers: HeaderList, body: BodyStream | null) {
  const response: StageResponse = {
    data: null,
    isComplete: true,
    status,
    headers,
    body,
    source: "",
  };
  const answer = await noOpAnswer(response, [...OWN]);
  const text = answer.body instanceof BodyStream ? String(await answer.body.collect(100)) : null;
  return { status: answer.status, headers: answer.headers.slice(OWN.length), text };
}

const bodyOf = (text: string) => BodyStream.of(Buffer.from(text));

describe("a backend's own answer", () => {
  test("stands behind the gateway's headers, repeated ones apart", async () => {
    const headers = ["Content-Type", "text/csv", "Set-Cookie", "a=1", "Set-Cookie", "b=2"];

    expect(await answerTo(202, headers, bodyOf("x,y"))).toEqual({
      status: 202,
      headers,
      text: "x,y",
    });
  });

  test("loses what belongs to one connection, and the framing, which is the server's", async () => {
    const kept = ["Content-Type", "a/b", "X-Fourteen-Let", "1", "X-Kept", "2"];
    const lost = ["Connection", "keep-alive, X-Named", "X-Named", "3", "Keep-Alive", "timeout=5"];
    const framing = ["content-length", "2", "Transfer-Encoding", "chunked", "Trailer", "X-T"];

    expect(await answerTo(200, [...lost, ...kept, ...framing], bodyOf("ok"))).toMatchObject({
      headers: kept,
    });
  });

  test.each(["keep-alive", "close"])(
    "with Connection: %s loses no header of that name",
    async (option) => {
      const named = [option === "close" ? "Close" : "X-Other", "1", "Content-Type", "a/b"];

      expect((await answerTo(200, ["Connection", option, ...named], bodyOf("ok"))).headers).toEqual(
        named,
      );
    },
  );

  test.each([
    ['{"a":1}', "text/plain; charset=utf-8"],
    ["<html>", "text/html; charset=utf-8"],
    ["%PDF-1.4", "application/pdf"],
  ])("without a type gets that of its first bytes: %s", async (text, type) => {
    const headers = ["X-Twelve-Let", "1"];

    expect(await answerTo(200, headers, bodyOf(text))).toEqual({
      status: 200,
      headers: [...headers, "Content-Type", type],
      text,
    });
  });

  test.each([
    [204, ""],
    [304, ""],
    [200, ""],
  ])("with status %d and no body has no type", async (status, text) => {
    expect(await answerTo(status, [], bodyOf(text))).toEqual({ status, headers: [], text });
  });

  test.each([204, 304])("with status %d waits for no first byte", async (status) => {
    const silent = new BodyStream(undefined, { wanted() {}, pause() {}, resume() {}, cancel() {} });
    const response = {
      data: null,
      isComplete: true,
      status,
      headers: [],
      body: silent,
      source: "",
    };

    expect(noOpAnswer(response, [])).not.toBeInstanceOf(Promise);
  });

  test("that is none, but data of the configuration, is an empty 200", async () => {
    expect(await answerTo(0, [], null)).toEqual({ status: 200, headers: [], text: null });
  });
});
