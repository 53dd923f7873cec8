import { afterAll, expect, test } from "bun:test";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parse } from "yaml";
import { findTool } from "../support/find-tool.ts";
import { gw as gwCommand } from "../support/gw.ts";
import { expectedFile, expectFile } from "./support/expected-file.ts";

const folder = mkdtempSync(join(tmpdir(), "gw-elb-"));
afterAll(() => rmSync(folder, { recursive: true }));
const linter = findTool("cfn-lint");

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
const disableHealth = {
  ...sound.extra_config,
  router: { ...sound.extra_config.router, disable_health: true },
};

function gw(type: string, root: object) {
  const path = join(folder, "gateway.json");
  writeFileSync(path, JSON.stringify({ version: 3, ...root }));
  return gwCommand(["elb", "--type", type, "-c", path]);
}

const UNSEEN_DRAIN = "the NLB checks connections only and does not see a node drain\n";

/** Of which type and configuration which file of `expected/` is made, and what is said about it. */
const CASES: readonly (readonly [string, string, object, string])[] = [
  ["elb-alb.yaml", "alb", sound, ""],
  ["elb-alb-tls.yaml", "alb", { ...sound, tls, port: 8443 }, ""],
  ["elb-nlb.yaml", "nlb", sound, ""],
  ["elb-nlb-tls.yaml", "nlb", { ...sound, tls, port: 8443 }, ""],
  [
    "elb-nlb-no-health.yaml",
    "nlb",
    { ...sound, extra_config: disableHealth },
    `WARNING disable_health: ${UNSEEN_DRAIN}`,
  ],
  [
    "elb-nlb-mtls.yaml",
    "nlb",
    { ...sound, tls: { ...tls, enable_mtls: true }, port: 8443 },
    `WARNING tls.enable_mtls: ${UNSEEN_DRAIN}`,
  ],
];

test.each(CASES)("%s is what its configuration makes", async (name, type, root, said) => {
  const { code, out, err } = await gw(type, root);

  expect({ code, err }).toEqual({ code: 0, err: said });
  expectFile(name, out);
});

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

test.skipIf(linter === undefined)(
  `cfn-lint finds nothing about the templates${linter === undefined ? " (not possible here: cfn-lint is not installed)" : ""}`,
  () => {
    const files = CASES.map(([name]) => expectedFile(name));

    // Once for all of them: it takes seconds to start.
    const { stdout, stderr, exitCode } = Bun.spawnSync([linter ?? "", ...files]);

    expect({ said: `${stdout}${stderr}`, exitCode }).toEqual({ said: "", exitCode: 0 });
  },
  60_000,
);

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
  expect(group).toMatchObject({
    Protocol: "TCP",
    HealthCheckProtocol: "HTTPS",
    HealthCheckPath: "/__health",
    Matcher: { HttpCode: "200" },
    HealthCheckIntervalSeconds: 5,
    HealthCheckTimeoutSeconds: 2,
    HealthyThresholdCount: 2,
    UnhealthyThresholdCount: 2,
  });
  expect(group.attributes).toEqual({
    "deregistration_delay.timeout_seconds": "43",
    "deregistration_delay.connection_termination.enabled": "true",
    "preserve_client_ip.enabled": "true",
    "stickiness.enabled": "false",
  });
  expect(resource(out, "LoadBalancer").attributes).toEqual({
    "load_balancing.cross_zone.enabled": "true",
  });
  expect(resource(out, "Listener")).toMatchObject({ Port: 443, Protocol: "TCP" });
});

test.each([
  ["disable_health", { extra_config: { router: { disable_health: true } } }],
  ["mutual TLS", { tls: { ...tls, enable_mtls: true } }],
])("with %s only connections can be checked", async (_, root) => {
  const { out } = await gw("nlb", root);

  const group = resource(out, "TargetGroup");
  expect(group.HealthCheckProtocol).toBe("TCP");
  expect(Object.keys(group)).not.toContain("HealthCheckPath");
  expect(Object.keys(group)).not.toContain("Matcher");
});

test.each([
  ["alb", "the longest of all timeouts", withEndpoint({ timeout: "90s" }), "91", "120"],
  ["alb", "the service's timeout", { timeout: "70s" }, "71", "100"],
  ["alb", "AWS's limits", withEndpoint({ timeout: "2h" }), "4000", "3600"],
  ["alb", "AWS's lower limits", { timeout: "-1h" }, "60", "30"],
  ["nlb", "the longest of all timeouts", withEndpoint({ timeout: "90s" }), undefined, "120"],
])("an %s waits for answers as long as %s say", async (type, _, root, idle, deregistration) => {
  const { out } = await gw(type, root);

  expect(resource(out, "LoadBalancer").attributes["idle_timeout.timeout_seconds"]).toBe(idle);
  expect(resource(out, "TargetGroup").attributes["deregistration_delay.timeout_seconds"]).toBe(
    deregistration,
  );
});

test.each(CASES)("of %s only the load balancer reaches the nodes", (name, _, root) => {
  const text = readFileSync(expectedFile(name), "utf8");

  const port = "port" in root ? root.port : 8080;
  expect(resource(text, "NodeSecurityGroup").SecurityGroupIngress).toEqual([
    {
      ...{ IpProtocol: "tcp", FromPort: port, ToPort: port },
      SourceSecurityGroupId: "LoadBalancerSecurityGroup",
    },
  ]);
  expect(resource(text, "LoadBalancer").SecurityGroups).toEqual(["LoadBalancerSecurityGroup"]);
});

test.each([
  [
    "alb",
    {},
    'delay is 5 s, an ALB needs 15 s to notice: "extra_config": {"gw/node": {"shutdown_delay": "15s"}}',
  ],
  [
    "nlb",
    {},
    'delay is 5 s, an NLB needs 15 s to notice, better 30 s: "extra_config": {"gw/node": {"shutdown_delay": "30s"}}',
  ],
  ["nlb", delay("15s"), "delay is 15 s, an NLB may need longer to notice, better 30 s: "],
  ["nlb", delay("29.9s"), "delay is 29.9 s, an NLB may need longer to notice, better 30 s: "],
  ["alb", {}, "trusted_proxies is not set"],
  ["alb", { idle_timeout: "60s" }, '"idle_timeout": "75s"'],
  ["alb", withEndpoint({ timeout: "90s" }), '"idle_timeout": "106s"'],
  ["nlb", { idle_timeout: "350s" }, '"idle_timeout": "75s"'],
  ["nlb", { extra_config: { router: { disable_health: true } } }, "disable_health: the NLB checks"],
  ["nlb", { tls: { ...tls, enable_mtls: true } }, "tls.enable_mtls: the NLB checks"],
  ["alb", { listen_ip: "127.0.0.1" }, "loopback"],
])("%s warns about %j", async (type, root, said) => {
  const { code, err } = await gw(type, root);

  expect(code).toBe(0);
  expect(err).toContain(said);
});

test.each([
  ["alb", "15s"],
  ["nlb", "30s"],
])("%s is content with a delay of %s", async (type, shutdownDelay) => {
  const { err } = await gw(type, delay(shutdownDelay));

  expect(err).not.toContain("shutdown delay");
});

function delay(shutdownDelay: string) {
  return { extra_config: { "gw/node": { shutdown_delay: shutdownDelay } } };
}

const TOO_LONG = "is longer than a balancer can wait; expected 277h or less";

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
  [
    { tls: { ...tls, enable_mtls: true } },
    ": $.tls.enable_mtls: true: an ALB shows no certificate to the nodes",
  ],
  [{ port: 99_999 }, "port"],
  [{ timeout: "278h" }, `:1:24: $.timeout: "278h": ${TOO_LONG}`],
  [withEndpoint({ timeout: "278h" }), `: $.endpoints[0].timeout: "278h": ${TOO_LONG}`],
  [{ idle_timeout: 1e300 }, `:1:29: $.idle_timeout: 1e+300: ${TOO_LONG}`],
  [{ read_timeout: 1e300 }, `:1:29: $.read_timeout: 1e+300: ${TOO_LONG}`],
  [
    { extra_config: { "gw/node": { shutdown_delay: "278h" } } },
    `: $.extra_config["gw/node"].shutdown_delay: "278h": is longer than `,
  ],
])("%j makes no template", async (root, said) => {
  const { code, out, err } = await gw("alb", root);

  expect({ code, out }).toEqual({ code: 1, out: "" });
  expect(err).toContain(said);
});

test("a delay of 278h is refused", async () => {
  const { code, out, err } = await gwCommand(["elb", "--type", "alb"], {
    GW_SHUTDOWN_DELAY: "278h",
  });

  expect({ code, out }).toEqual({ code: 2, out: "" });
  expect(err).toContain('invalid value "278h" in GW_SHUTDOWN_DELAY: it is longer than 277h');
});
