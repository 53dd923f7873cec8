import { afterAll, expect, test } from "bun:test";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type CommandResult, gw } from "../support/gw.ts";

const folder = mkdtempSync(join(tmpdir(), "gw-rules-"));
afterAll(() => rmSync(folder, { recursive: true }));

const TWO = ["10.0.0.11", "10.0.0.12"];

interface Case {
  /** Laid over the root of the gateway's file; `null`: none is given. */
  readonly settings?: object | null;
  readonly nodes?: readonly string[];
  readonly words?: readonly string[];
}

let files = 0;
function render({ settings = {}, nodes = TWO, words = [] }: Case): Promise<CommandResult> {
  const path = join(folder, `gateway-${++files}.json`);
  const endpoints = [endpoint({})];
  const root = { version: 3, host: ["http://b:81"], timeout: "2s", endpoints, ...settings };
  writeFileSync(path, JSON.stringify(root));
  const list = nodes.flatMap((node) => ["--node", node]);
  return gw(["haproxy", ...list, ...(settings === null ? [] : ["-c", path]), ...words]);
}

/** The lines of the file, without what stands before them. */
async function linesOf(given: Case): Promise<readonly string[]> {
  const { code, out, err } = await render(given);
  if (code !== 0) throw new Error(err);
  return out.split("\n").map((line) => line.trim());
}

function endpoint(settings: object, backend: object = {}): object {
  return { endpoint: "/a", backend: [{ url_pattern: "/a", ...backend }], ...settings };
}

function router(options: object): object {
  return { extra_config: { router: options } };
}

const TLS = { public_key: "/a", private_key: "/b" };
const NODE_CA = ["--node-ca", "/ca.pem"];

/** A line that is there; with `!` in front a text that is in no line. */
const RULES: readonly (readonly [string, Case, readonly string[]])[] = [
  [
    "only safe methods are repeated",
    {},
    ["http-request disable-l7-retry unless { method GET HEAD OPTIONS }"],
  ],
  [
    "a POST is never repeated, nor a PATCH",
    { words: ["--retry", "idempotent"] },
    ["http-request disable-l7-retry unless { method GET HEAD OPTIONS PUT DELETE }"],
  ],
  ["the gateway answers a second before the balancer", {}, ["timeout server 3s"]],
  ["the gateway's timeout counts", { settings: { timeout: "7s" } }, ["timeout server 8s"]],
  [
    "an endpoint's longer timeout counts",
    { settings: { timeout: "7s", endpoints: [endpoint({ timeout: "9100ms" })] } },
    ["timeout server 11s"],
  ],
  [
    "the gateway's timeout counts where endpoints have shorter ones",
    { settings: { timeout: "7s", endpoints: [endpoint({ timeout: "4s" })] } },
    ["timeout server 8s"],
  ],
  ["a node has 3 s at least", { settings: { timeout: "100ms" } }, ["timeout server 3s"]],
  ["without a configuration a node has 30 s", { settings: null }, ["timeout server 30s"]],
  ["a client has 30 s", { settings: { timeout: "28s" } }, ["timeout client 30s"]],
  ["a client has as long as a node", { settings: { timeout: "40s" } }, ["timeout client 41s"]],
  ["an old process ends", { settings: { timeout: "29s" } }, ["hard-stop-after 60s"]],
  ["but not before requests", { settings: { timeout: "30s" } }, ["hard-stop-after 62s"]],
  ["the head of a request has 10 s", {}, ["timeout http-request 10s"]],
  [
    "the shorter of the gateway's two limits counts for the head",
    { settings: { read_timeout: "7s", read_header_timeout: "8s", idle_timeout: "60s" } },
    ["timeout http-request 7s"],
  ],
  [
    "read_header_timeout counts where read_timeout is longer",
    { settings: { read_timeout: "20s", read_header_timeout: "8s" } },
    ["timeout http-request 8s"],
  ],
  ["idle clients have 30 s", {}, ["timeout http-keep-alive 30s"]],
  [
    "idle proxies have longer than they keep connections",
    { words: ["--trust", "192.0.2.0/24"] },
    ["timeout http-keep-alive 65s"],
  ],
  ["no tunnels, no timeout for them", {}, ["!timeout tunnel"]],
  [
    "websockets stay open",
    { settings: { endpoints: [endpoint({ extra_config: { websocket: {} } })] } },
    ["timeout tunnel 1h"],
  ],
  ["buffers are HAProxy's own", {}, ["!tune.bufsize"]],
  ...(
    [
      [15_360, "!tune.bufsize"],
      [15_361, "tune.bufsize 32768"],
      [31_744, "tune.bufsize 32768"],
      [31_745, "tune.bufsize 65536"],
      [1_000_000, "tune.bufsize 65536"],
    ] as const
  ).map(
    ([bytes, line]) =>
      [`heads of ${bytes} bytes fit`, { settings: { max_header_bytes: bytes } }, [line]] as const,
  ),
  ["the idlest node is asked", {}, ["balance leastconn", "!hash-type"]],
  ["two are drawn", { words: ["--balance", "random"] }, ["balance random(2)", "!hash-type"]],
  ["in turn", { words: ["--balance", "roundrobin"] }, ["balance roundrobin", "!hash-type"]],
  ["by client", { words: ["--balance", "source"] }, ["balance source", "hash-type consistent"]],
  [
    "by header",
    { words: ["--balance", "hdr(X-Api-Key)"] },
    ["balance hdr(X-Api-Key)", "hash-type consistent"],
  ],
  [
    "nodes with TLS 1.3 alone are asked so",
    { settings: { tls: { ...TLS, min_version: "TLS13" } }, words: NODE_CA },
    [
      "ssl-default-server-options ssl-min-ver TLSv1.3 no-tls-tickets",
      ...["!verify none", "!verifyhost", "!sni"],
    ],
  ],
  [
    "a node that drains is checked and gets nothing",
    { nodes: ["10.0.0.1", "10.0.0.2 drain weight=50"] },
    ["server 10.0.0.2_8080 10.0.0.2:8080 weight 0"],
  ],
  [
    "a disabled node keeps its weight",
    { nodes: ["10.0.0.1", "10.0.0.2 disabled weight=50"] },
    ["server 10.0.0.2_8080 10.0.0.2:8080 weight 50 disabled"],
  ],
  [
    "a backup and its bound",
    { nodes: ["10.0.0.1", "10.0.0.2 backup maxconn=7"] },
    ["server 10.0.0.2_8080 10.0.0.2:8080 weight 100 maxconn 7 backup"],
  ],
  [
    "several addresses of a name are looked up later",
    { nodes: ["gw.example:80 slots=4 name=gw"] },
    ["server-template gw- 4 gw.example:80 weight 100 init-addr none"],
  ],
  [
    "a zone is a comment",
    { nodes: ["10.0.0.1 name=a zone=r1", "10.0.0.2"] },
    ["server a 10.0.0.1:8080 weight 100  # zone r1"],
  ],
  [
    "the health page is nothing for clients",
    { settings: router({ health_path: "/up" }) },
    ["http-request deny deny_status 404 if { path,url_dec,regsub(//+,/,g) -i /up /up/ }"],
  ],
  [
    "slashes in the path of the health page are compared as one",
    { settings: router({ health_path: "/a//up/" }) },
    ["http-request deny deny_status 404 if { path,url_dec,regsub(//+,/,g) -i /a/up /a/up/ }"],
  ],
  [
    "an endpoint whose path the balancer cannot tell from the health page is served",
    { settings: { ...router({ health_path: "/A" }), endpoints: [endpoint({ method: "POST" })] } },
    ["!deny_status 404"],
  ],
  [
    "an endpoint with the path of the health page is served",
    { settings: { ...router({ health_path: "/a" }), endpoints: [endpoint({ method: "POST" })] } },
    ["!deny_status 404", "http-check send meth GET uri /a ver HTTP/1.1 hdr Host gw"],
  ],
  [
    "without a health page only the port is checked",
    { settings: router({ disable_health: true }) },
    ["!http-check", "!option httpchk", "!deny_status 404"],
  ],
  [
    "a port of TLS other than 443 is named",
    { words: ["--cert", "/c", "--bind", ":80", "--bind", ":8443"] },
    [
      "http-request set-var(txn.host) hdr(host),regsub(:[0-9]*$,) unless { ssl_fc }",
      "http-request deny deny_status 400 unless { ssl_fc } or { var(txn.host),length gt 0 }",
      "http-request redirect prefix https://%[var(txn.host)]:8443 code 308 unless { ssl_fc }",
    ],
  ],
  [
    "nothing is redirected to a port that clients find",
    { words: ["--cert", "/c"] },
    ["http-request redirect prefix https://%[var(txn.host)] code 308 unless { ssl_fc }"],
  ],
  [
    "clients over TLS may speak HTTP/2",
    { words: ["--cert", "/c", "--bind", ":443"] },
    ["bind :443 ssl crt /c alpn h2,http/1.1"],
  ],
  [
    "or HTTP/1.1 alone",
    { words: ["--cert", "/c", "--bind", ":443", "--no-h2"] },
    ["bind :443 ssl crt /c alpn http/1.1", "!alpn h2"],
  ],
  ["no plain port, no redirect", { words: ["--cert", "/c", "--bind", ":443"] }, ["!redirect"]],
  [
    "a body counts as announced, or as buffered",
    { words: ["--max-body", "2k"] },
    [
      "option http-buffer-request",
      "http-request deny deny_status 413 if { req.body_size gt 2048 }",
    ],
  ],
  [
    "clients are counted by their address",
    { words: ["--rate", "5/10s:src"] },
    ["http-request track-sc0 src,ipmask(32,64) table gw_rate", "!txn.client"],
  ],
  [
    "clients of a trusted proxy are counted as it names them",
    { words: ["--rate", "5/10s", "--trust", "192.0.2.0/24"] },
    [
      "http-request set-var(txn.client) src",
      "http-request set-var(txn.client) req.hdr_ip(X-Forwarded-For,-1) if from_proxy",
      "acl via_proxy req.hdr_ip(X-Forwarded-For,-1) -m ip 192.0.2.0/24",
      "acl via_second_proxy req.hdr_ip(X-Forwarded-For,-2) -m ip 192.0.2.0/24",
      "http-request set-var(txn.client) req.hdr_ip(X-Forwarded-For,-2) if from_proxy via_proxy",
      "http-request set-var(txn.client) req.hdr_ip(X-Forwarded-For,-3) if from_proxy via_proxy via_second_proxy",
      "http-request track-sc0 var(txn.client),ipmask(32,64) table gw_rate",
    ],
  ],
  [
    "a limit by header knows no addresses",
    { words: ["--rate", "5/10s:hdr(X-Key)", "--trust", "192.0.2.0/24"] },
    ["http-request track-sc0 req.fhdr(X-Key),sha2(256) table gw_rate", "!txn.client"],
  ],
  [
    "PROXY is expected from everybody, since networks are compared with whom it names",
    { words: ["--accept-proxy", "--trust", "192.0.2.0/24"] },
    ["bind :80 accept-proxy", "acl from_proxy src 192.0.2.0/24"],
  ],
  [
    "no client names its address in a header that the nodes believe",
    { settings: router({ remote_ip_headers: ["CF-Connecting-IP", "X-Client-Ip"] }) },
    ["http-request del-header Cf-Connecting-Ip", "http-request del-header X-Client-Ip"],
  ],
  [
    "a trusted proxy may",
    {
      settings: router({ remote_ip_headers: ["X-Client-IP"] }),
      words: ["--trust", "192.0.2.0/24"],
    },
    ["http-request del-header X-Client-Ip unless from_proxy"],
  ],
  [
    "App Engine's header counts as well",
    { settings: router({ app_engine: true }) },
    ["http-request del-header X-Appengine-Remote-Addr"],
  ],
  [
    "headers that nobody believes are left alone",
    {
      settings: router({ forwarded_by_client_ip: false, remote_ip_headers: ["X-Client-IP"] }),
    },
    ["!X-Client-Ip"],
  ],
];

test.each(RULES)("%s", async (_rule, given, expected) => {
  const lines = await linesOf(given);

  for (const line of expected) {
    if (!line.startsWith("!")) expect(lines).toContain(line);
    else expect(lines.filter((one) => one.includes(line.slice(1)))).toEqual([]);
  }
});

test("what the balancer sets itself is set after the deletions, and nothing is deleted twice", async () => {
  const names = ["X-Forwarded-For", "x-real-ip", "X-Forwarded-Proto", "x-client-ip", "X-CLIENT-IP"];

  const lines = await linesOf({ settings: router({ remote_ip_headers: names }) });

  const deleted = lines.filter((line) => line.includes("del-header"));
  const set = lines.filter((line) => line.startsWith("http-request set-header"));
  expect(deleted.map((line) => line.split(" ")[2])).toEqual([
    ...["Forwarded", "X-Client-Ip", "X-Forwarded-Host", "X-Forwarded-Port", "X-Real-IP"],
  ]);
  expect(set.map((line) => line.split(" ")[2])).toEqual([
    ...["X-Forwarded-For", "X-Forwarded-Proto", "X-Request-Id"],
  ]);
  expect(lines.indexOf(set[0] ?? "")).toBeGreaterThan(lines.indexOf(deleted.at(-1) ?? ""));
});

test("the proxy's word is read before the balancer adds its own", async () => {
  const lines = await linesOf({ words: ["--rate", "5/10s", "--trust", "192.0.2.0/24"] });

  const read = lines.findIndex((line) => line.includes("req.hdr_ip(X-Forwarded-For,-1)"));
  const write = lines.findIndex((line) => line.includes("set-header X-Forwarded-For"));
  expect(read).toBeGreaterThan(lines.findIndex((line) => line.startsWith("acl from_proxy")));
  expect(read).toBeLessThan(write);
});

test.each([
  ["Host", "no header that HTTP itself needs"],
  ["content-length", "no header that HTTP itself needs"],
  ["X Client", "letters, digits and - _ ."],
  ["X-Client'Ip", "letters, digits and - _ ."],
  ["-m", "letters, digits and - _ ."],
])("%j as a header of addresses is refused with its place", async (name, expected) => {
  const settings = router({ remote_ip_headers: ["X-Forwarded-For", name] });

  const { code, out, err } = await render({ settings });

  expect([code, out]).toEqual([1, ""]);
  expect(err).toContain("$.extra_config.router.remote_ip_headers[1]: ");
  expect(err).toContain("cannot be taken from clients by a balancer");
  expect(err).toContain(expected);
});

const PROXY_LIMIT = { extra_config: { "qos/ratelimit/proxy": { max_rate: 5, capacity: 5 } } };
const SERVICE_LIMIT = { extra_config: { "qos/ratelimit/service": { max_rate: 3 } } };

test.each([
  [{ endpoints: [endpoint({}, PROXY_LIMIT)] }, "W06 /a backend 0: max_rate 5 on 2 nodes is 10 in"],
  [SERVICE_LIMIT, "W06 the service: max_rate 3 on 2 nodes is 6 in all"],
])("a limit of each node is multiplied: %j", async (settings, warning) => {
  const two = await render({ settings });
  const one = await render({ settings, nodes: ["10.0.0.11"] });

  expect(two.err).toContain(warning);
  expect(one.err).not.toContain("W06");
});

test.each([
  [["--cert", "/c"], true],
  [["--cert", "/c", "--no-h2"], false],
  [[], false],
])("a repeated POST is warned of where clients speak HTTP/2: %j %p", async (words, isWarned) => {
  const { err } = await render({ words });

  expect(err.includes("W17 HTTP/2 clients may repeat a POST whose node died")).toBe(isWarned);
});

test.each([
  [{}, true],
  [{ "X-Forwarded-Proto": "https" }, false],
  [{ "x-forwarded-proto": "https" }, false],
  [{ "X-Scheme": "https" }, true],
])("ssl_redirect with ssl_proxy_headers %j loops: %p", async (headers, isLoop) => {
  const options = { ssl_redirect: true, ssl_proxy_headers: headers };

  const { err } = await render({ settings: { extra_config: { "security/http": options } } });

  expect(err.includes("W09")).toBe(isLoop);
});

const PEERS = ["--rate", "5/1s", "--peer", "a=10.0.0.1:1000", "--peer", "b=10.0.0.2:1000"];

test.each([
  [["--bind", "[::]:8404"]],
  [["--bind", "10.0.0.1:81", "--bind", "10.0.0.2:81", "--stats", "10.0.0.3:81"]],
  [["--bind", "[::]:81", "--bind", ":81"]],
  [["--bind", "[::]:81", "--stats", "10.0.0.1:81"]],
  [["--bind", "0.0.0.0:81", "--stats", "[::1]:81"]],
  [["--bind", ":8404", "--stats", "off"]],
  [[...PEERS, "--self", "b", "--bind", "10.0.0.1:1000"]],
])("addresses that are free beside each other are taken: %j", async (words) => {
  expect((await render({ words })).code).toBe(0);
});

test("a header of addresses is no key where it is deleted, and one where proxies write it", async () => {
  const settings = router({ remote_ip_headers: ["CF-Connecting-IP", "X-Forwarded-For"] });
  const words = ["--rate", "5/1s:hdr(cf-connecting-ip)"];

  const deleted = await render({ settings, words });
  const proxied = await render({ settings, words: [...words, "--trust", "192.0.2.0/24"] });
  const unknown = await render({ words });

  expect([deleted.code, deleted.out]).toEqual([2, ""]);
  expect(deleted.err).toContain("--rate by hdr(cf-connecting-ip): the balancer deletes");
  expect([proxied.code, unknown.code]).toEqual([0, 0]);
});

test.each([
  [["--cert", "/etc/certs/.."], "--cert"],
  [["--node-ca", "/etc/../ca.pem"], "--node-ca"],
  [["--node-cert", "cert.pem"], "--node-cert"],
  [["--bind", "[10.0.0.1]:80"], "--bind"],
  [["--balance", "random(3)"], "--balance"],
  [["--retry", "post"], "--retry"],
  [["--rate", "5/1500ms"], "--rate"],
  [["--rate", "5/25h"], "--rate"],
  [["--rate", "5/1s:hdr(-m)"], "--rate"],
  [["--max-body", "0"], "--max-body"],
  [["--trust", ""], "--trust"],
  [["--rate", "5/1s", "--peer", "a=0.0.0.0:1"], "--peer: NAME=ADDRESS:PORT of one host"],
  [["--no-h2"], "--no-h2 has no effect without --cert"],
  [["--self", "lb1"], "--self has no effect without --peer"],
  [["--self", "lb 1"], "--self: the name of a balancer"],
  [["--resolver", "dns.example:53"], "--resolver: ADDRESS:PORT of one host"],
  [["--resolver", "224.0.0.1:53"], "--resolver"],
  [["--stats", "localhost:8404"], "--stats"],
  [["--maxconn", "1000001"], "--maxconn"],
  [["--user", "0"], "--user"],
  [["--node-name", "-gw"], "--node-name"],
  [
    ["--bind", ":8404"],
    "--bind :8404 and --stats 127.0.0.1:8404 are the same address and port, or",
  ],
  [["--bind", "0.0.0.0:8404"], "--bind 0.0.0.0:8404 and --stats 127.0.0.1:8404"],
  [["--bind", "127.0.0.1:8404"], "--bind 127.0.0.1:8404 and --stats 127.0.0.1:8404"],
  [["--bind", "[::ffff:127.0.0.1]:8404"], "--bind 127.0.0.1:8404 and --stats 127.0.0.1:8404"],
  [["--bind", "[::]:81", "--stats", "[::1]:81"], "--bind [::]:81 and --stats [::1]:81"],
  [["--bind", ":81", "--stats", "[::]:81"], "--bind :81 and --stats [::]:81"],
  [["--bind", ":81", "--bind", ":81"], "--bind :81 and --bind :81"],
  [["--bind", ":81", "--bind", "10.0.0.1:81"], "--bind :81 and --bind 10.0.0.1:81"],
  [["--bind", "[2001:db8::1]:81", "--bind", "[2001:DB8:0::1]:81"], "--bind [2001:db8::1]:81 and"],
  [["--stats", "10.0.0.1:80"], "the default --bind :80 and --stats 10.0.0.1:80"],
  [["--cert", "/c", "--stats", "10.0.0.1:443"], "the default --bind :443 and --stats 10.0.0.1:443"],
  [["--cert", "/c", "--stats", "[::1]:443"], "the default --bind :::443 and --stats [::1]:443"],
  [[...PEERS, "--self", "a", "--bind", ":1000"], "--bind :1000 and --peer a=10.0.0.1:1000"],
  [
    [...PEERS, "--self", "b", "--stats", "10.0.0.2:1000"],
    "--stats 10.0.0.2:1000 and --peer b=10.0.0.2:1000",
  ],
  [["--cert", "/c", "--bind", ":80"], "--cert has no effect: port 80 stays plain, and no other"],
  [["--cert", "/c", "--bind", "10.0.0.1:80", "--bind", "[::]:80"], "add --bind :443"],
  ...[
    ...["X-Real-IP", "x-request-id", "FORWARDED", "X-Forwarded-For", "X-Forwarded-Host"],
    ...["X-Forwarded-Port", "X-Forwarded-Proto"],
  ].flatMap((name) => [
    [
      ["--rate", `5/1s:hdr(${name})`],
      `--rate by hdr(${name}): the balancer deletes or replaces`,
    ] as const,
    [["--balance", `hdr(${name})`], `--balance hdr(${name}): the balancer deletes or`] as const,
  ]),
  [
    ["--rate", "5/1s:hdr(X-Real-IP)", "--trust", "10.0.0.0/8"],
    "write src for the client's address",
  ],
  [["--balance", "hdr(X-Real-IP)"], "write source for the client's address"],
] as const)("%j is refused, and nothing is written", async (words, message) => {
  const { code, out, err } = await render({ words });

  expect([code, out]).toEqual([2, ""]);
  expect(err).toContain(message);
});
