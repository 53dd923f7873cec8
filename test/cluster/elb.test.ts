import { afterAll, expect, test } from "bun:test";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parse } from "yaml";
import { runCommandLine } from "../../src/commands/command-line.ts";
import { findTool } from "../support/find-tool.ts";

const folder = mkdtempSync(join(tmpdir(), "gw-elb-"));
afterAll(() => rmSync(folder, { recursive: true }));
const linter = findTool("cfn-lint");
if (linter === undefined) console.log("cfn-lint is not installed: it does not check the templates");

/** Everything as an operator on AWS would set it. */
const sound = {
  timeout: "4s",
  ...withEndpoint({ timeout: "12.5s" }),
  extra_config: {
    "gw/node": { shutdown_delay: "30s" },
    router: { trusted_proxies: ["10.0.0.0/8"], forwarded_by_client_ip: true },
  },
};
const tls = { keys: [{ public_key: "cert.pem", private_key: "key.pem" }] };

async function gw(type: string, root: object) {
  let out = "";
  let err = "";
  const path = join(folder, "gateway.json");
  writeFileSync(path, JSON.stringify({ version: 3, ...root }));
  const code = await runCommandLine(["elb", "--type", type, "-c", path], {
    environment: {},
    out: { isTerminal: false, write: (text) => (out += text) },
    err: { isTerminal: false, write: (text) => (err += text) },
    workerEntry: new URL("../../src/node/worker.ts", import.meta.url),
  });
  return { code, out, err };
}

function withEndpoint(settings: object) {
  const backend = [{ host: ["http://a"], url_pattern: "/" }];
  return { endpoints: [{ endpoint: "/a", backend, ...settings }] };
}

/** Properties of a resource, with its attributes as one object. */
function resource(out: string, name: string) {
  const { Properties } = parse(out, { logLevel: "silent" }).Resources[name];
  const list: { Key: string; Value: string }[] =
    Properties.TargetGroupAttributes ?? Properties.LoadBalancerAttributes ?? [];
  return { ...Properties, attributes: Object.fromEntries(list.map((a) => [a.Key, a.Value])) };
}

// Said above and not counted as skipped: whoever tests need not have Python.
if (linter !== undefined) {
  test("cfn-lint finds nothing about the templates", async () => {
    const cases: readonly (readonly [string, object])[] = [
      ["alb", sound],
      ["alb", { ...sound, tls }],
      ["nlb", sound],
      ["nlb", { ...sound, tls }],
      ["nlb", { extra_config: { router: { disable_health: true } } }],
    ];
    const files: string[] = [];
    for (const [at, [type, root]] of cases.entries()) {
      const file = join(folder, `template-${at}.yaml`);
      writeFileSync(file, (await gw(type, root)).out);
      files.push(file);
    }

    // Once for all of them: it takes seconds to start.
    const { stdout, stderr, exitCode } = Bun.spawnSync([linter, ...files]);

    expect({ said: `${stdout}${stderr}`, exitCode }).toEqual({ said: "", exitCode: 0 });
  });
}

test("the load balancer of requests has the values that the nodes need", async () => {
  const { code, out, err } = await gw("alb", { ...sound, port: 9090 });

  expect({ code, err }).toEqual({ code: 0, err: "" });
  expect(resource(out, "LoadBalancer").attributes).toEqual({
    "idle_timeout.timeout_seconds": "60",
  });
  const group = resource(out, "TargetGroup");
  expect(group).toMatchObject({
    Port: 9090,
    Protocol: "HTTP",
    HealthCheckProtocol: "HTTP",
    HealthCheckPath: "/__health",
    HealthCheckIntervalSeconds: 5,
    HealthCheckTimeoutSeconds: 2,
    HealthyThresholdCount: 2,
    UnhealthyThresholdCount: 2,
    Matcher: { HttpCode: "200" },
  });
  expect(group.attributes).toEqual({
    "deregistration_delay.timeout_seconds": "43",
    "stickiness.enabled": "false",
    "load_balancing.algorithm.type": "least_outstanding_requests",
    "load_balancing.cross_zone.enabled": "true",
  });
});

test("the load balancer of connections checks over HTTP too and keeps the client's address", async () => {
  const { code, out, err } = await gw("nlb", { ...sound, tls });

  expect({ code, err }).toEqual({ code: 0, err: "" });
  const group = resource(out, "TargetGroup");
  expect(group).toMatchObject({ Protocol: "TCP", HealthCheckProtocol: "HTTPS" });
  expect(group.attributes).toMatchObject({
    "preserve_client_ip.enabled": "true",
    "deregistration_delay.connection_termination.enabled": "true",
  });
  expect(resource(out, "Listener")).toMatchObject({ Port: 443, Protocol: "TCP" });
});

test.each([
  ["alb", {}, '"shutdown_delay": "15s"'],
  ["nlb", {}, '"shutdown_delay": "30s"'],
  ["alb", {}, "trusted_proxies is not set"],
  ["alb", { idle_timeout: "60s" }, '"idle_timeout": "75s"'],
  ["alb", withEndpoint({ timeout: "90s" }), '"idle_timeout": "106s"'],
  ["nlb", { idle_timeout: "350s" }, '"idle_timeout": "75s"'],
  ["nlb", { extra_config: { router: { disable_health: true } } }, "does not see a node drain"],
  ["alb", { listen_ip: "127.0.0.1" }, "loopback"],
])("%s warns about %j", async (type, root, said) => {
  const { code, err } = await gw(type, root);

  expect(code).toBe(0);
  expect(err).toContain(said);
});

test.each([
  [
    { extra_config: { router: { disable_health: true } } },
    ": $.extra_config.router.disable_health: true: an ALB needs a health path",
  ],
  [{ extra_config: { router: { health_path: "/a b" } } }, ": $.extra_config.router.health_path: "],
  [
    { extra_config: { router: { health_path: '/a"\nX: y' } } },
    ": $.extra_config.router.health_path: ",
  ],
  [{ port: 99_999 }, "port"],
])("%j makes no template", async (root, said) => {
  const { code, out, err } = await gw("alb", root);

  expect({ code, out }).toEqual({ code: 1, out: "" });
  expect(err).toContain(said);
});
