import { expect, test } from "bun:test";
import { loadValid } from "../config/fixture.ts";
import type { UpstreamResponse } from "../contracts.ts";
import { HeaderLines } from "../http1/header-lines.ts";
import { withJsonBlock } from "../json/block.ts";
import { compileFlatmap } from "../json/flatmap-plan.ts";
import { BodyStream } from "../lib/body.ts";
import { encodingOf } from "./decoder.ts";
import { compileFormatter } from "./formatter.ts";
import { compileReply } from "./reply.ts";

test("no path of a flatmap leads into error details, which move as a whole", async () => {
  const backend = {
    url_pattern: "/",
    extra_config: { "backend/http": { return_error_details: "f" } },
  };
  const model = loadValid({
    host: ["http://a"],
    endpoints: [{ endpoint: "/a", backend: [backend] }],
  });
  const config = model.endpoints[0]!.backends[0]!;
  const read = compileReply({
    config,
    encoding: encodingOf("json", false),
    format: compileFormatter(config),
  });
  const gathered = await read(failing());

  const text = withJsonBlock((block) => {
    const data = gathered.settle(block).response!.data!;
    block.set(data, "a", block.number("1"));
    const operations = [
      { type: "del", args: ["error_f.http_body", "*.http_status_code"] },
      { type: "move", args: ["a", "error_f.a"] },
      { type: "move", args: ["error_f", "problem"] },
    ] as const;
    return block.emit(block.flatmap(data, compileFlatmap(operations))!).toString();
  });

  expect(text).toBe('{"a":1,"problem":{"http_status_code":500,"http_body":"no"}}');
});

function failing(): UpstreamResponse {
  const origin = {
    isTls: false,
    host: "a",
    port: 80,
    authority: "a",
    text: "http://a",
    basePath: "",
  };
  return {
    kind: "response",
    status: 500,
    headers: HeaderLines.of([]),
    contentEncoding: undefined,
    body: BodyStream.of(Buffer.from("no")),
    origin,
    target: "/",
  };
}
