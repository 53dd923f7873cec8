import { afterAll, expect, test } from "bun:test";
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseDocument } from "yaml";
import { findTool } from "../support/find-tool.ts";
import { gw } from "./haproxy-cases.ts";

const folder = mkdtempSync(join(tmpdir(), "gw-elb-"));
afterAll(() => rmSync(folder, { recursive: true }));

function gateway(settings: object): string {
  const path = join(folder, "gateway.json");
  const endpoints = [{ endpoint: "/a", backend: [{ url_pattern: "/a" }] }];
  writeFileSync(
    path,
    JSON.stringify({ version: 3, host: ["http://b:81"], endpoints, ...settings }),
  );
  return path;
}

/** The template as data; CloudFormation's short tags become their arguments. */
function toObject(text: string): Record<string, unknown> {
  const tags = ["Ref", "GetAtt"].map((name) => ({
    tag: `!${name}`,
    resolve: (value: string) => `${name} ${value}`,
  }));
  return parseDocument(text, { customTags: tags }).toJS();
}

function properties(template: Record<string, unknown>, resource: string): unknown {
  return Reflect.get(Reflect.get(template.Resources as object, resource), "Properties");
}

test("an application load balancer follows the gateway's file", async () => {
  const config = gateway({
    port: 9000,
    timeout: "12s",
    idle_timeout: "40s",
    extra_config: {
      router: { health_path: "/up" },
      "gw/node": { shutdown_delay: "15s" },
    },
  });

  const { code, out, err } = await gw(["elb", "--type", "alb", "-c", config]);

  expect(code).toBe(0);
  expect(err).not.toContain("W12");
  const template = toObject(out);
  expect(properties(template, "Nodes")).toMatchObject({
    Port: 9000,
    Protocol: "HTTP",
    HealthCheckPath: "/up",
    HealthCheckIntervalSeconds: 5,
    HealthyThresholdCount: 2,
    UnhealthyThresholdCount: 2,
    TargetGroupAttributes: expect.arrayContaining([
      { Key: "deregistration_delay.timeout_seconds", Value: "42" },
      { Key: "load_balancing.algorithm.type", Value: "least_outstanding_requests" },
    ]),
  });
  expect(properties(template, "Balancer")).toMatchObject({
    Type: "application",
    LoadBalancerAttributes: expect.arrayContaining([
      { Key: "idle_timeout.timeout_seconds", Value: "35" },
    ]),
  });
});

test("a network load balancer asks for health over HTTP and ends connections", async () => {
  const { out, err } = await gw(["elb", "--type", "nlb", "-c", gateway({})]);

  const template = toObject(out);
  expect(properties(template, "Nodes")).toMatchObject({
    Protocol: "TCP",
    HealthCheckProtocol: "HTTP",
    TargetGroupAttributes: expect.arrayContaining([
      { Key: "deregistration_delay.connection_termination.enabled", Value: "true" },
    ]),
  });
  expect(err).toContain("W12 the nodes drain for 5 s, the default,");
  expect(err).toContain("--shutdown-delay 30s");
});

test("with TLS port 80 redirects, and the certificate is a parameter", async () => {
  const { out } = await gw(["elb", "--type", "alb", "--tls", "--internal", "-c", gateway({})]);

  const template = toObject(out);
  expect(template.Parameters).toHaveProperty("CertificateArn");
  expect(properties(template, "Balancer")).toMatchObject({ Scheme: "internal" });
  expect(properties(template, "Https")).toMatchObject({ Port: 443, Protocol: "HTTPS" });
  expect(properties(template, "RedirectToHttps")).toMatchObject({ Port: 80 });
});

test.each([
  [[], "--type alb or --type nlb"],
  [["--type", "clb"], "one of alb, nlb"],
])("%j is a usage error", async (words, message) => {
  const { code, out, err } = await gw(["elb", ...words]);

  expect(code).toBe(2);
  expect(out).toBe("");
  expect(err).toContain(message);
});

test("a gateway that closes idle connections too soon is refused", async () => {
  const config = gateway({ idle_timeout: "5s" });

  const { code, out, err } = await gw(["elb", "--type", "alb", "-c", config]);

  expect(code).toBe(1);
  expect(out).toBe("");
  expect(err).toContain("$.idle_timeout");
});

const cfnLint = findTool("cfn-lint");
if (cfnLint === undefined)
  console.log("cfn-lint is not installed: templates are not checked by it");
else {
  test.each([["alb"], ["nlb"], ["alb --tls"], ["nlb --tls --internal"]])(
    "cfn-lint finds nothing in --type %s",
    async (words) => {
      const path = join(folder, "template.yaml");
      const { out } = await gw(["elb", "--type", ...words.split(" "), "-c", gateway({})]);
      writeFileSync(path, out);

      const report = execFileSync(cfnLint, [path], { encoding: "utf8" });

      expect(report).toBe("");
    },
  );
}
