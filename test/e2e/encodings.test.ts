import { afterAll, beforeAll, expect, test } from "bun:test";
import { startGateway, type TestGateway } from "../support/gateway.ts";
import { scriptedUpstream, thenEnd } from "../support/scripted-upstream.ts";

const head = (length: number) =>
  `HTTP/1.1 200 OK\r\nContent-Type: text/xml\r\nContent-Length: ${length}\r\n\r\n`;
const answer = (body: string) => `${head(Buffer.byteLength(body))}${body}`;

const backend = scriptedUpstream({
  "/whole": answer("<a b='1'>c</a>"),
  "/cut-behind": thenEnd(`${head(100)}<a b='1'>c</a>`),
  "/cut-inside": thenEnd(`${head(100)}<a b='1'>c`),
  "/not-xml": answer('{"a":1}'),
  "/open": answer("<a>\n<b></a>"),
  "/feed": answer("<rss><channel><title>t</title></channel></rss>"),
});

let gateway: TestGateway;
beforeAll(async () => {
  const endpoint = (path: string, encoding: string, output: string) => ({
    endpoint: `${path}/{name}`,
    output_encoding: output,
    backend: [{ url_pattern: "/{name}", encoding }],
  });
  gateway = await startGateway(
    {
      extra_config: { router: { return_error_msg: true } },
      endpoints: [
        endpoint("/xml", "xml", "json"),
        endpoint("/rss", "rss", "json"),
        endpoint("/any", "xml", "negotiate"),
      ],
    },
    { backend },
  );
});
afterAll(() => gateway[Symbol.asyncDispose]());

async function ask(path: string, headers = ""): Promise<readonly [number, string, string]> {
  using connection = await gateway.connect();
  connection.send(`GET ${path} HTTP/1.1\r\nHost: gw\r\n${headers}\r\n`);
  const { status, headers: answered, text } = await connection.readResponse({ timeoutMs: 3000 });
  return [status, String(answered["content-type"]), text];
}

const JSON_TYPE = "application/json; charset=utf-8";
const TEXT_TYPE = "text/plain; charset=utf-8";
const DATA = '{"a":{"#text":"c","-b":"1"}}';

test.each([
  ["/xml/whole", [200, JSON_TYPE, DATA]],
  ["/xml/cut-behind", [200, JSON_TYPE, DATA]],
  ["/xml/cut-inside", [500, TEXT_TYPE, "unexpected EOF"]],
  ["/xml/not-xml", [500, TEXT_TYPE, "EOF"]],
  [
    "/xml/open",
    [
      500,
      TEXT_TYPE,
      "xml.Decoder.Token() - XML syntax error on line 2: element <b> closed by </a>",
    ],
  ],
  ["/rss/whole", [500, TEXT_TYPE, "Failed to detect feed type"]],
] as const)("%s answers %j", async (path, expected) => {
  expect(await ask(path)).toEqual(expected);
});

test("a feed is data like any other", async () => {
  const [status, , text] = await ask("/rss/feed");

  expect([status, JSON.parse(text)]).toEqual([
    200,
    expect.objectContaining({ title: "t", items: [], type: "rss" }),
  ]);
});

test.each([
  ["", [200, JSON_TYPE, DATA]],
  ["Accept: application/xml\r\n", [200, "application/xml", '<a b="1">c</a>']],
  [
    "Accept: text/plain\r\n",
    [200, "application/yaml; charset=utf-8", 'a:\n  "#text": c\n  -b: "1"\n'],
  ],
  ["Accept: image/png\r\nAccept: application/xml\r\n", [200, JSON_TYPE, DATA]],
] as const)("with %j the client gets %j", async (headers, expected) => {
  expect(await ask("/any/whole", headers)).toEqual(expected);
});
