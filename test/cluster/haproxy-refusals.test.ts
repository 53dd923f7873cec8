import { afterAll, expect, test } from "bun:test";
import {
  existsSync,
  lstatSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { findTool } from "../support/find-tool.ts";
import { gw } from "../support/gw.ts";

const folder = mkdtempSync(join(tmpdir(), "gw-refusals-"));
afterAll(() => rmSync(folder, { recursive: true }));

const haproxy = findTool("haproxy");
const NODES = ["--node", "10.0.0.11:8080", "--node", "10.0.0.12:8080"];

const HEALTH_UP = { extra_config: { router: { health_path: "/up" } } };

let files = 0;
function gateway(settings: object): string {
  const path = join(folder, `gateway-${++files}.json`);
  const endpoints = [{ endpoint: "/a", backend: [{ url_pattern: "/a" }] }];
  writeFileSync(
    path,
    JSON.stringify({ version: 3, host: ["http://b:81"], endpoints, ...settings }),
  );
  return path;
}

test.each([
  [["--bind", "80"], "--bind: :PORT, IPV4:PORT or [IPV6]:PORT"],
  [["--bind", ":80 ssl crt /etc/passwd"], "--bind"],
  [["--bind", "0.0.0.0:080"], "--bind"],
  [["--cert", "certs/a.pem"], "--cert: an absolute path"],
  [["--cert", "/etc/../etc/shadow"], "--cert"],
  [["--cert", "/a b"], "--cert"],
  [["--cert", "/a\nlisten x"], "--cert"],
  [["--balance", "url_param(x)"], "--balance: leastconn, roundrobin, random, source or hdr(Name)"],
  [["--balance", "hdr(X) if { always_true }"], "--balance"],
  [["--balance", "constructor"], "--balance"],
  [["--retry", "all"], "--retry"],
  [["--rate", "0/1s"], "--rate"],
  [["--rate", "10/500ms"], "--rate"],
  [["--rate", "1/1s"], "one request in two periods: write 2/2s:src"],
  [["--rate", "01/1m:hdr(X-Key)"], "write 2/120s:hdr(X-Key)"],
  [["--rate", "1/12h"], "write 2/86400s:src"],
  [["--rate", "1/24h"], "write 2/86400s:src"],
  [["--rate", "10/1s:hdr(X-Api-Key) "], "--rate"],
  [["--rate", "10/1s:path"], "--rate"],
  [["--max-body", "1x"], "--max-body: a size such as 512k or 1m"],
  [["--trust", "10.0.0.0/8,everybody"], "--trust"],
  [["--trust", "10.0.0.0/33"], "--trust"],
  [["--rate", "2/1s", "--peer", "lb 1=10.0.0.1:1000"], "--peer: NAME=ADDRESS:PORT"],
  [["--rate", "2/1s", "--peer", "lb1=lb1.example:1000"], "--peer"],
  [
    ["--rate", "2/1s", "--peer", "lb1=10.0.0.1:1000", "--self", "lb2"],
    "--self lb2 is none of the peers: lb1",
  ],
  [["--peer", "lb1=10.0.0.1:1000"], "--peer has no effect without --rate"],
  [
    ["--rate", "2/1s", "--peer", "lb1=10.0.0.1:1000", "--peer", "lb1=10.0.0.2:1000"],
    "--peer lb1 is given twice",
  ],
  [["--stats", ":8404"], "--stats: ADDRESS:PORT or off"],
  [["--maxconn", "0"], "--maxconn: a number from 1 to 1000000"],
  [["--user", "root;id"], "--user"],
  [["--node-name", "a b"], "--node-name"],
  [["--node-insecure"], "are for nodes with TLS"],
  [["--verify", "a", "--out", "b"], "verify"],
  [["--colour"], "unknown flag: --colour"],
])("%j is a usage error and writes nothing", async (words, message) => {
  const { code, out, err } = await gw(["haproxy", ...NODES, ...words]);

  expect(code).toBe(2);
  expect(out).toBe("");
  expect(err).toContain(message);
});

test("without nodes it says which flag is missing", async () => {
  const { code, err } = await gw(["haproxy"]);

  expect(code).toBe(2);
  expect(err).toContain("required and not given: --nodes HOSTS, or --node ADDR");
});

test.each([
  ["listen x", "E"],
  ["10.0.0.11:8080 name=a;b", "E"],
  ["10.0.0.11:8080 zone=$HOME", "E"],
  ["10.0.0.11:8080\tname=%[src]", "E"],
  ["{{it}}", "E"],
  ["<%= it.user %>", "E"],
])("the node line %j never reaches the output", async (line, code) => {
  const result = await gw(["haproxy", "--node", line]);

  expect(result.code).toBe(1);
  expect(result.out).toBe("");
  expect(result.err).toStartWith(`<--node 1>:1:`);
  expect(result.err).toContain(` ${code}`);
});

test.each([
  [{ idle_timeout: "5s" }, '$.idle_timeout: "5s": closes idle connections after 5000 ms'],
  [{ read_timeout: "9s" }, '$.read_timeout: "9s": closes idle connections after 9000 ms'],
  [{ extra_config: { router: { health_path: "/up?x=1" } } }, "$.extra_config.router.health_path: "],
  [{ timeout: "3000" }, "$.timeout"],
  [{ timeout: "9000h" }, '$.timeout: "9000h": is longer than a balancer can wait'],
  [
    { endpoints: [{ endpoint: "/a", timeout: "300h", backend: [{ url_pattern: "/" }] }] },
    '$.endpoints[0].timeout: "300h": is longer than a balancer can wait',
  ],
])("a gateway with %j is refused with the place", async (settings, message) => {
  const { code, out, err } = await gw(["haproxy", ...NODES, "-c", gateway(settings)]);

  expect(code).toBe(1);
  expect(out).toBe("");
  expect(err).toContain(message);
});

test.each([
  [{ tls: { public_key: "/a", private_key: "/b" } }, [], "give --node-ca FILE"],
  [
    { tls: { public_key: "/a", private_key: "/b", enable_mtls: true } },
    ["--node-ca", "/ca.pem"],
    "give --node-cert FILE",
  ],
])("nodes with %j need to be known", async (settings, words, message) => {
  const { code, err } = await gw(["haproxy", ...NODES, "-c", gateway(settings), ...words]);

  expect(code).toBe(2);
  expect(err).toContain(message);
});

test.each([
  ["W04", [], null, "no gateway configuration (-c)"],
  [
    "W06",
    [],
    { endpoints: [limited({ max_rate: 100 })] },
    "/x: max_rate 100 on 2 nodes is 200 in all",
  ],
  ["W07", [], {}, "router.trusted_proxies is not set"],
  ["W07", [], router({ forwarded_by_client_ip: true }), "router.trusted_proxies is not set"],
  ["W07", [], router({ forwarded_by_client_ip: false }), "take the balancer for the client"],
  ["W07", [], router({ trusted_proxies: ["10.0.0.1", "::/0"] }), "router.trusted_proxies has ::/0"],
  [
    "W07",
    [],
    router({ trusted_proxies: ["10.0.0.1"], remote_ip_headers: ["X-Client-IP"] }),
    "router.remote_ip_headers is without X-Forwarded-For",
  ],
  ["W08", [], { extra_config: { router: { disable_health: true } } }, "only the port is checked"],
  ["W09", [], { extra_config: { "security/http": { ssl_redirect: true } } }, "redirects for ever"],
  [
    "W13",
    [],
    { timeout: "9s", max_shutdown_wait_time: "2s" },
    "(2000 ms) is shorter than the longest endpoint timeout (9000 ms)",
  ],
  ["W11", [], { endpoints: [posting()] }, "GET /x calls a backend with POST"],
  ["W12", [], { extra_config: { "gw/node": { shutdown_delay: "1s" } } }, "drains for 1000 ms only"],
  ["W14", [], { listen_ip: "127.0.0.1" }, "listen_ip is a loopback address"],
  [
    "W16",
    ["--balance", "source", "--trust", "10.0.0.0/8"],
    { endpoints: [limited({ client_max_rate: 5 })] },
    "--balance source with --trust sends all clients of one proxy to the same node",
  ],
  [
    "W06",
    ["--balance", "source", "--trust", "10.0.0.0/8"],
    { endpoints: [limited({ client_max_rate: 5 })] },
    "/x: client_max_rate 5 on 2 nodes is 10 in all",
  ],
] as const)("%s warns and renders", async (code, words, settings, message) => {
  const config = settings === null ? [] : ["-c", gateway(settings)];

  const result = await gw(["haproxy", ...NODES, ...config, ...words]);

  expect(result.code).toBe(0);
  expect(result.out).toContain("backend gw\n");
  const line = result.err.split("\n").find((one) => one.startsWith(`${code} `));
  expect(line).toContain(message);
});

test.each([
  ["8999ms", true],
  ["9s", false],
  ["0s", false],
])("with a longest timeout of 9 s a wait of %s is too short: %p", async (wait, isShort) => {
  const timeouts = { timeout: "7s", endpoints: [{ ...posting(), timeout: "9s" }] };
  const config = gateway({ ...timeouts, max_shutdown_wait_time: wait });

  const { err } = await gw(["haproxy", ...NODES, "-c", config]);

  expect(err.includes("W13 ")).toBe(isShort);
});

test("a backup does not add to what the nodes let through", async () => {
  const config = gateway({ endpoints: [limited({ max_rate: 100 })] });

  const { err } = await gw(["haproxy", ...NODES, "--node", "10.0.0.13 backup", "-c", config]);

  expect(err).toContain("/x: max_rate 100 on 2 nodes is 200 in all");
});

test("a client that always meets the same node has one limit, and draws no warning", async () => {
  const config = gateway({ endpoints: [limited({ client_max_rate: 5 })] });

  const spread = await gw(["haproxy", ...NODES, "-c", config]);
  const hashed = await gw(["haproxy", ...NODES, "-c", config, "--balance", "source"]);

  expect(spread.err).toContain("W06 /x: client_max_rate 5 on 2 nodes is 10 in all");
  expect(hashed.err).not.toContain("W06");
});

function limited(options: object) {
  return {
    endpoint: "/x",
    extra_config: { "qos/ratelimit/router": options },
    backend: [{ url_pattern: "/" }],
  };
}

function router(options: object) {
  return { extra_config: { router: options } };
}

function posting() {
  return { endpoint: "/x", backend: [{ url_pattern: "/", method: "POST" }] };
}

test("GW_SHUTDOWN_DELAY is stronger than the file, as it is for gw run", async () => {
  const config = gateway({ extra_config: { "gw/node": { shutdown_delay: "20s" } } });

  const short = await gw(["haproxy", ...NODES, "-c", config], { GW_SHUTDOWN_DELAY: "200ms" });
  const broken = await gw(["haproxy", ...NODES, "-c", config], { GW_SHUTDOWN_DELAY: "soon" });

  expect(short.err).toContain("W12 a node drains for 200 ms only");
  expect([broken.code, broken.out]).toEqual([2, ""]);
  expect(broken.err).toContain('"soon" in GW_SHUTDOWN_DELAY');
});

test("a gateway that knows its balancer and its limits draws no warning", async () => {
  const config = gateway({ extra_config: { router: { trusted_proxies: ["10.0.0.1"] } } });

  const { err } = await gw(["haproxy", ...NODES, "-c", config]);

  expect(err).toBe("");
});

test.each([
  [{ timeout: "1500ms" }, "timeout server 3s"],
  [{ timeout: "4200ms" }, "timeout server 6s"],
  [{ timeout: "100s" }, "hard-stop-after 202s"],
  [{ timeout: "100s" }, "timeout client 101s"],
  [{ read_header_timeout: "1500ms" }, "timeout http-request 1500ms"],
  [{ read_header_timeout: "60s" }, "timeout http-request 10s"],
  [{ max_header_bytes: 15_360 }, "!tune.bufsize"],
  [{ max_header_bytes: 15_361 }, "tune.bufsize 32768"],
  [{ max_header_bytes: 1_000_000 }, "tune.bufsize 65536"],
  [{ extra_config: { router: { health_path: "/up" } } }, "http-check send meth GET uri /up ver"],
  [{}, "deny_status 404 if { path,url_dec,regsub(//+,/,g) -i /__health /__health/ }"],
  [
    { endpoints: [{ ...posting(), endpoint: "/up", method: "POST" }], ...HEALTH_UP },
    "!deny_status 404",
  ],
  [{ name: "Shop $x" }, "# gateway: Shop_x"],
  [{ port: 9000 }, "server 10.0.0.13_9000 10.0.0.13:9000 weight 100"],
])("a gateway with %j renders %j", async (settings, line) => {
  const words = [...NODES, "--node", "10.0.0.13"];

  const { code, out } = await gw(["haproxy", ...words, "-c", gateway(settings)]);

  expect(code).toBe(0);
  if (line.startsWith("!")) expect(out).not.toContain(line.slice(1));
  else expect(out).toContain(line);
});

test("HSTS is the balancer's where the gateway does not send it", async () => {
  const config = gateway({ extra_config: { "security/http": { sts_seconds: 300 } } });

  const { out } = await gw(["haproxy", ...NODES, "-c", config, "--cert", "/c.pem"]);

  expect(out).toContain("Strict-Transport-Security");
});

test("a limit by header tells long values apart and takes the header once", async () => {
  const { out } = await gw(["haproxy", ...NODES, "--rate", "5/10s:hdr(Authorization)"]);

  expect(out).toContain("deny deny_status 400 if { req.fhdr_cnt(Authorization) gt 1 }");
  expect(out).toContain("track-sc0 req.fhdr(Authorization),sha2(256) table gw_rate");
  expect(out).toContain("stick-table type binary len 32 ");
});

test("without a configuration the timeouts are long and the port is 8080", async () => {
  const { out } = await gw(["haproxy", "--node", "10.0.0.13"]);

  expect(out).toContain("timeout server 30s");
  expect(out).toContain("10.0.0.13:8080");
});

test.skipIf(haproxy === undefined)("a thousand nodes are rendered and accepted", async () => {
  const list = join(folder, "thousand.txt");
  writeFileSync(list, "10.1.0.[1-250]\n10.1.1.[1-250]\n10.1.2.[1-250]\n10.1.3.[1-250]\n");
  const startedAt = performance.now();

  const { code, out } = await gw(["haproxy", "--nodes", list, "--check", "--maxconn", "1000"]);

  console.log(
    `1,000 nodes rendered and checked in ${Math.round(performance.now() - startedAt)} ms`,
  );
  expect(code).toBe(0);
  expect(out.match(/^ {4}server /gm)).toHaveLength(1000);
});

test.skipIf(haproxy === undefined)(
  "-o writes a file that HAProxy accepts, and nothing else",
  async () => {
    const place = mkdtempSync(join(folder, "out-"));
    const target = join(place, "haproxy.cfg");

    const good = await gw(["haproxy", ...NODES, "--maxconn", "1000", "-o", target]);
    const bad = await gw([
      "haproxy",
      ...NODES,
      "--cert",
      "/nowhere.pem",
      "-o",
      join(place, "no.cfg"),
    ]);

    expect(good).toMatchObject({ code: 0, out: "" });
    expect(readFileSync(target, "utf8")).toContain("backend gw\n");
    expect(statSync(target).mode & 0o777).toBe(0o644);
    expect(bad.code).toBe(3);
    expect(bad.err).toMatch(/haproxy refuses the result:\n.*haproxy\.cfg.*\/nowhere\.pem/s);
    expect(existsSync(join(place, "no.cfg"))).toBe(false);
    expect(readdirSync(place)).toEqual(["haproxy.cfg"]);
  },
);

test.skipIf(haproxy === undefined)(
  "-o follows a link, keeps the mode, refuses a device",
  async () => {
    const place = mkdtempSync(join(folder, "link-"));
    const target = join(place, "target.cfg");
    writeFileSync(target, "old", { mode: 0o600 });
    symlinkSync(target, join(place, "link.cfg"));
    const words = ["haproxy", ...NODES, "--maxconn", "1000", "-o"];

    const linked = await gw([...words, join(place, "link.cfg")]);
    const device = await gw([...words, "/dev/null"]);

    expect(linked.code).toBe(0);
    expect(lstatSync(join(place, "link.cfg")).isSymbolicLink()).toBe(true);
    expect(readFileSync(target, "utf8")).toContain("backend gw\n");
    expect(statSync(target).mode & 0o777).toBe(0o600);
    expect(device.code).toBe(1);
    expect(device.err).toContain("/dev/null is no regular file");
    expect(lstatSync("/dev/null").isCharacterDevice()).toBe(true);
  },
);

test("-o into a folder that is not there says so and leaves nothing", async () => {
  const target = join(folder, "missing", "haproxy.cfg");

  const { code, err } = await gw(["haproxy", ...NODES, "--maxconn", "1000", "-o", target]);

  expect(code).toBe(haproxy === undefined ? 3 : 1);
  expect(err).toContain(haproxy === undefined ? "cannot be started" : "no such file or directory");
});
