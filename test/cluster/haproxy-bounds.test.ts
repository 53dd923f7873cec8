import { afterAll, expect, test } from "bun:test";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gw } from "../support/gw.ts";

const folder = mkdtempSync(join(tmpdir(), "gw-bounds-"));
afterAll(() => rmSync(folder, { recursive: true }));

/** What `gw haproxy` says about a gateway with these settings. */
function render(settings: object, nodes: readonly string[] = ["10.0.0.11", "10.0.0.12"]) {
  const path = join(folder, "gateway.json");
  const endpoints = [{ endpoint: "/a", backend: [{ url_pattern: "/a" }] }];
  const root = { version: 3, host: ["http://b:81"], timeout: "2s", endpoints, ...settings };
  writeFileSync(path, JSON.stringify(root));
  const list = nodes.flatMap((node) => ["--node", node]);
  return gw(["haproxy", ...list, "-c", path]);
}

test.each([
  [{ idle_timeout: "9999ms" }, 1],
  [{ idle_timeout: "10s" }, 0],
  [{ read_timeout: "9999ms" }, 1],
  [{ read_timeout: "10s" }, 0],
])(
  "nodes may close idle connections after 10 s at the earliest: %j ends with %p",
  async (settings, expected) => {
    const { code, err } = await render(settings);

    expect(code).toBe(expected);
    expect(err.includes("closes idle connections after 9999 ms")).toBe(expected === 1);
  },
);

test.each([
  ["1299ms", true],
  ["1300ms", false],
])("a node has to serve on for 1,300 ms: with %s W12 is %p", async (shutdown_delay, isShort) => {
  const { err } = await render({ extra_config: { "gw/node": { shutdown_delay } } });

  expect(err.includes("W12 ")).toBe(isShort);
});

const LIMIT = { extra_config: { "qos/ratelimit/service": { max_rate: 3 } } };

test.each([
  [["10.0.0.11", "gw.test slots=4"], "on 5 nodes is 15 in all"],
  [["gw.test slots=4"], "on 4 nodes is 12 in all"],
  [["10.0.0.11", "gw.test slots=4 backup", "10.0.0.12"], "on 2 nodes is 6 in all"],
])(
  "each slot of a name counts as a node where a limit is multiplied: %j",
  async (nodes, expected) => {
    const { code, err } = await render(LIMIT, nodes);

    expect(code).toBe(0);
    expect(err).toContain(`W06 the service: max_rate 3 ${expected}`);
  },
);

test.each([
  [["127.0.0.1:8081", "127.0.0.2:8081"], false],
  [["[::1]:8081", "localhost:8082"], false],
  [["gw.localhost:8081", "127.0.0.1"], false],
  [["127.0.0.1", "10.0.0.11"], true],
  [["localhost", "gw.test"], true],
  [["[::1]", "[2001:db8::5]"], true],
])(
  "a gateway on a loopback address is reached by the balancer of its own host: for %j W14 is %p",
  async (nodes, isWarned) => {
    const { code, err } = await render({ listen_ip: "127.0.0.1" }, nodes);

    expect(code).toBe(0);
    expect(err.includes("W14 ")).toBe(isWarned);
  },
);

test.each(["127.0.0.1", "127.8.0.1", "::1"])("listening on %s alone is W14", async (listen_ip) => {
  const { err } = await render({ listen_ip });

  expect(err).toContain("W14 listen_ip is a loopback address");
});
