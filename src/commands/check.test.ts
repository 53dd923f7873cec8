import { afterAll, expect, test } from "bun:test";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { freePort } from "../../test/support/free-port.ts";
import { runCommandLine } from "./command-line.ts";
import { readShutdownDelay } from "./shutdown.ts";

const folder = mkdtempSync(join(tmpdir(), "gw-check-"));
afterAll(() => rmSync(folder, { recursive: true }));

/** Runs `gw check` with these words, outputs recorded; `name` says how the errors look. */
async function check(words: readonly string[], environment = {}, isTerminal = false) {
  let out = "";
  let err = "";
  const code = await runCommandLine(["check", ...words], {
    environment,
    out: { isTerminal, write: (text) => (out += text) },
    err: { isTerminal, write: (text) => (err += text) },
    workerEntry: new URL("../node/worker.ts", import.meta.url),
  });
  return { code, out, err };
}

let written = 0;
function configFile(config: object): string {
  const path = join(folder, `config-${++written}.json`);
  writeFileSync(path, JSON.stringify({ version: 3, ...config }, null, 2));
  return path;
}

const backend = { host: ["http://a"], url_pattern: "/v1/users/{id}" };

test.each(["-lc", "-nc", "-tnc", "-tlc"])(
  "check %s takes unknown keys for errors, remarks excepted",
  async (flags) => {
    const file = configFile({
      timeoutt: "3s",
      "@timeoutt": 1,
      $b: 1,
      _c: 1,
      "#d": 1,
      tls: { disabled: true, prefer_server_cipher_suites: true },
      Timeout: "3s",
      timeout: "3s",
      endpoints: [{ endpoint: "/a/{id}", headers_to_pass: ["A"], backend: [backend] }],
      extra_config: { router: { auto_option: true }, "a/b": {} },
    });

    const { code, err } = await check([flags, file]);

    expect(code).toBe(1);
    const [first, warning, ...rest] = err.trimEnd().split("\n");
    expect(first).toBe(`Parsing configuration file: ${file}`);
    expect(warning).toContain(": $.tls.prefer_server_cipher_suites: ");
    expect(rest).toEqual([
      `ERROR linting the configuration file:\t'${file}':3:3: $.timeoutt: unknown key 'timeoutt' is not allowed; did you mean 'timeout'?`,
      expect.stringMatching(/\$\.Timeout: .* stands here .* too; this one is not allowed$/),
      expect.stringMatching(/\.headers_to_pass: this name of the former format is not allowed; /),
      expect.stringMatching(/\.router\.auto_option: unknown option 'auto_option' is not allowed; /),
      expect.stringMatching(/\["a\/b"\]: unknown namespace 'a\/b' is not allowed$/),
    ]);
  },
);

test("without these flags unknown keys are warnings", async () => {
  const { code, err } = await check(["-c", configFile({ timeoutt: "3s" })]);

  expect(code).toBe(0);
  expect(err).toContain("WARNING ");
  expect(err).toEndWith("Syntax OK!\n");
});

test("a GW_SHUTDOWN_DELAY with which gw run does not start is refused in its words", async () => {
  const environment = { GW_SHUTDOWN_DELAY: "abc" };

  const { code, err } = await check(["-c", configFile({})], environment);

  expect(code).toBe(2);
  const delay = readShutdownDelay({ option: undefined, variable: "abc" });
  expect(delay).toEqual({ problem: expect.stringContaining("GW_SHUTDOWN_DELAY") });
  expect(err.split("\n")[0]).toBe(`Error: ${typeof delay === "object" && delay.problem}`);
});

test("a strict check of a clean file is content", async () => {
  const { code, err } = await check(["-nc", configFile({ "@comment": "fine" })]);

  expect({ code, last: err.split("\n").at(-2) }).toEqual({ code: 0, last: "Syntax OK!" });
});

test("check -t says what it built, what is refused and what is never served", async () => {
  const file = configFile({
    endpoints: [
      { endpoint: "/a/{id}", backend: [backend, backend] },
      { endpoint: "/b/{id}", backend: [backend] },
      { endpoint: "/c/{id}", backend: [backend], extra_config: { "auth/api-keys": {} } },
      { endpoint: "/d/{id}", method: "HEAD", backend: [{ ...backend, method: "GET" }] },
    ],
  });

  const { code, err } = await check(["-tc", file]);

  expect(code).toBe(0);
  expect(err).toContain(
    "\nBuilt 2 endpoints with 3 backends\n" +
      "Refused: GET /c/{id}: gw does not have auth/api-keys\n" +
      "Not served: HEAD /d/{id}: only GET, POST, PUT, PATCH and DELETE are\nSyntax OK!\n",
  );
});

test("check -t opens no port: the configuration's may be in use", async () => {
  const port = await freePort();
  using holder = Bun.listen({ hostname: "127.0.0.1", port, socket: { data() {} } });

  const { code, err } = await check(["-tc", configFile({ listen_ip: "127.0.0.1", port })]);

  expect(holder.port).toBe(port);
  expect({ code, last: err.split("\n").at(-2) }).toEqual({ code: 0, last: "Syntax OK!" });
});

test("check --format json has what was built beside errors and warnings", async () => {
  const file = configFile({ endpoints: [{ endpoint: "/a/{id}", backend: [backend] }] });

  const { code, out, err } = await check(["--test-gin-routes", "-c", file, "--format", "json"]);

  expect(code).toBe(0);
  expect(err).toBe("");
  expect(JSON.parse(out)).toEqual({
    configuration: file,
    valid: true,
    errors: [],
    warnings: [],
    built: { endpoints: 1, backends: 1, refused: [], unregistered: [] },
  });
});

test("check --format json marks unknown names in a strict check", async () => {
  const { code, out } = await check(["-lc", configFile({ portt: 1 }), "--format", "json"]);

  expect(code).toBe(1);
  expect(JSON.parse(out)).toMatchObject({
    valid: false,
    errors: [{ path: "$.portt", line: 3, severity: "error", isUnknownName: true, nearest: "port" }],
    warnings: [],
  });
});

const described = {
  name: "shop",
  port: 9000,
  host: ["http://h"],
  extra_config: { router: { auto_options: true } },
  endpoints: [
    {
      endpoint: "/users/{id}",
      timeout: "1500ms",
      input_query_strings: ["a", "b"],
      extra_config: { "documentation/openapi": { summary: "one" } },
      backend: [
        { url_pattern: "/v1/users/{id}", mapping: { b: "c" }, group: "g" },
        { url_pattern: "/v2", method: "POST", host: ["http://b", "http://c"], deny: ["x"] },
      ],
    },
  ],
};

test("check -d shows the configuration as KrakenD lays it out", async () => {
  const { code, err } = await check(["-dc", configFile(described)]);

  expect(code).toBe(0);
  const lines = err.split("\n").filter((line) => !/^(?:Parsing|WARNING) /.test(line));
  expect(lines).toEqual([
    "Global settings",
    "\tName: shop",
    "\tVersion: 3",
    "\tAddress: ",
    "\tPort: 9000",
    "\tDefault backend hosts: [http://h]",
    "1 global component configuration(s):",
    "- router",
    "1 API endpoint(s):",
    "\t- GET /users/:id",
    "\tTimeout: 1.5s",
    "\tQueryString: [a b]",
    "\t1 endpoint component configuration(s):",
    "\t- documentation/openapi",
    "\tConnecting to 2 backend(s):",
    "\t\t[+] GET /v1/users/{{.Id}}",
    "\t\tTimeout: 1.5s",
    "\t\tHosts: [http://h]",
    "",
    "\t\t[+] POST /v2",
    "\t\tTimeout: 1.5s",
    "\t\tHosts: [http://b http://c]",
    "",
    "0 async agent(s):",
    "Syntax OK!",
    "",
  ]);
});

test.each([
  [["-ddc"], "I- GET /users/:id", "Mapping: map[b:c]", "Read timeout"],
  [["-d", "-dc"], "IIDeny: [x], Allow: []", "Max Rate: 2.500000", "Max header bytes"],
  [["-dd", "-tc"], "I- GET /users/:id", "\tIsummary: one", "UseH2C"],
  [["--debug", "--debug", "-c"], "INo TLS section defined", "INo Plugin section", "Echo endpoint"],
])("check %p shows more, each line behind the given indent", async (flags, first, second, not) => {
  const agent = {
    name: "queue",
    consumer: { topic: "t", max_rate: 2.5 },
    connection: {},
    backend: [{ url_pattern: "/q" }],
  };
  const file = configFile({ ...described, async_agent: [agent] });

  const { code, err } = await check([...flags, file, "-i", "I"]);

  expect(code).toBe(0);
  expect(err).toContain(first);
  expect(err).toContain(second);
  expect(err).not.toContain(not);
  expect(err).not.toContain("\t- ");
});

test.each(["-dddtc", "-ddddc"])("check %s shows everything", async (flags) => {
  const { err } = await check([flags, configFile({ ...described, max_header_bytes: 5000 })]);

  for (const line of ["Idle timeout: 1m15s", "Max header bytes: 5000", "UseH2C: false"])
    expect(err).toContain(`\t${line}\n`);
});

test("the dump goes to standard error also where JSON is asked for", async () => {
  const { out, err } = await check(["-dc", configFile(described), "--format", "json"]);

  expect(err).toStartWith("Global settings\n");
  expect(JSON.parse(out)).toMatchObject({ valid: true });
});

test("texts of the file cannot command the terminal that shows the dump", async () => {
  const { err } = await check([
    "-dddc",
    configFile({ name: "a\u001b[2J\nb", extra_config: { "x\u0007": { "y\r": ["\u009b1m"] } } }),
  ]);

  expect(err).toContain("Name: a\\u001b[2J\\u000ab\n");
  expect(err).not.toMatch(/[^\P{Cc}\n\t]/u);
});

test.each([
  ["on a terminal", {}, true, true],
  ["in a pipe", {}, false, false],
  ["where NO_COLOR is set", { NO_COLOR: "1" }, true, false],
  ["where NO_COLOR is empty", { NO_COLOR: "" }, true, true],
  ["on a dumb terminal", { TERM: "dumb" }, true, false],
])("colours %s", async (_, environment, isTerminal, isColored) => {
  const { err } = await check(["-dc", configFile(described)], environment, isTerminal);

  expect(err.includes("\u001b[")).toBe(isColored);
});
