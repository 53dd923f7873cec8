import { expect, test } from "bun:test";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { freePort } from "../../test/support/free-port.ts";
import { startProcess } from "../../test/support/gateway-process.ts";
import { runCommandLine } from "./command-line.ts";

const examples = join(import.meta.dir, "..", "..", "config");
const environments = join(examples, "environments");

const files = readdirSync(examples, { recursive: true, encoding: "utf8" }).filter((path) =>
  path.endsWith(".json"),
);

/** What `gw check` says about a file, with these variables set. */
async function check(file: string, environment: Record<string, string> = {}) {
  let said = "";
  const code = await runCommandLine(["check", "-tnc", file], {
    environment,
    out: { isTerminal: false, write: (text) => (said += text) },
    err: { isTerminal: false, write: (text) => (said += text) },
    workerEntry: new URL("../node/worker.ts", import.meta.url),
  });
  return { code, said };
}

/** The variables of an env file, read as container engines do. */
function readVariables(name: string): Record<string, string> {
  const lines = readFileSync(join(environments, name), "utf8").split("\n");
  const settings = lines.filter((line) => line !== "" && !line.startsWith("#"));
  return Object.fromEntries(
    settings.map((line) => [line.slice(0, line.indexOf("=")), line.slice(line.indexOf("=") + 1)]),
  );
}

test("there are examples of what people need first", () => {
  expect(files.toSorted()).toEqual([
    "aggregation.json",
    "environments/gateway.json",
    "filtering.json",
    "gateway.json",
    "no-op-proxy.json",
  ]);
});

test.each(files)("the example %s is built without a warning", async (name) => {
  const { code, said } = await check(join(examples, name));

  expect(said).toMatch(/^Parsing configuration file: .*\nBuilt \d+ endpoints? .*\nSyntax OK!\n$/);
  expect(code).toBe(0);
});

test.each([
  ["staging.env", "http://shop.staging.internal:8000", 200],
  ["production.env", "http://shop.internal:8000", 404],
])("one file serves with %s", async (name, host, debugStatus) => {
  const file = join(environments, "gateway.json");
  const variables = readVariables(name);
  const port = await freePort();
  expect(variables.GW_HOST).toBe(host);
  expect(await check(file, variables)).toEqual(await check(file));

  const gateway = await startProcess({
    args: ["run", "-c", file, "-p", String(port)],
    env: { ...variables, GW_SHUTDOWN_DELAY: "0" },
    port,
  });
  try {
    const health = await fetch(`http://127.0.0.1:${port}/__health`);
    const debug = await fetch(`http://127.0.0.1:${port}/__debug/`);

    expect(health.status).toBe(200);
    expect(debug.status).toBe(debugStatus);
  } finally {
    expect(await gateway.stop()).toBe(0);
  }
  expect(gateway.log()).toContain('"level":"INFO"');
});

test.each(["staging.env", "production.env"])("a shell can read %s", (name) => {
  const script = `set -a; . ./${name}; env`;
  const { stdout, stderr } = Bun.spawnSync(["sh", "-euc", script], { cwd: environments, env: {} });

  expect(stderr.toString()).toBe("");
  const lines = stdout.toString().split("\n");
  for (const [key, value] of Object.entries(readVariables(name)))
    expect(lines).toContain(`${key}=${value}`);
});
