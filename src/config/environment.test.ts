import { expect, test } from "bun:test";
import { loadObject, loadValid } from "./fixture.ts";

const tls = { keys: [{ public_key: "a.pem", private_key: "a.key" }], min_version: "TLS12" };

test("overrides and adds root attributes", () => {
  const config = loadValid(
    { Port: 8080, host: ["http://a"] },
    { environment: { KRAKEND_PORT: "9000", KRAKEND_NAME: "n", KRAKEND_TIMEOUT: "400ms" } },
  );

  expect(config).toMatchObject({ port: 9000, name: "n" });
});

test("prefers GW_ to KRAKEND_", () => {
  const config = loadValid({}, { environment: { KRAKEND_PORT: "9000", GW_PORT: "9001" } });

  expect(config.port).toBe(9001);
});

test("takes the value for one element where a list is expected", () => {
  const endpoints = [{ endpoint: "/a", backend: [{}] }];

  const config = loadValid({ endpoints }, { environment: { KRAKEND_HOST: "http://a" } });

  expect(config.endpoints[0]?.backends[0]?.hosts).toEqual(["http://a"]);
});

test("descends into objects at a dot", () => {
  const config = loadValid({ tls }, { environment: { "KRAKEND_TLS.MAX_VERSION": "TLS12" } });

  expect(config.tls).toMatchObject({ minVersion: "TLS12", maxVersion: "TLS12" });
});

test("names the variable, its value and the remedy when a container platform sets the port", () => {
  const { problems } = loadObject({}, { environment: { KRAKEND_PORT: "tcp://10.0.0.1:80" } });

  expect(problems).toHaveLength(1);
  expect(problems[0]).toMatchObject({
    file: "environment",
    path: "KRAKEND_PORT",
    value: '"tcp://10.0.0.1:80"',
    line: undefined,
  });
  expect(problems[0]?.message).toContain("enableServiceLinks: false");
});

test("ignores the same from a service called gw, with a warning", () => {
  const { config, warnings } = loadObject(
    { port: 8000 },
    { environment: { GW_PORT: "tcp://10.0.0.1:80" } },
  );

  expect(config?.port).toBe(8000);
  expect(warnings[0]).toMatchObject({ file: "environment", path: "GW_PORT" });
});

test("refuses a text where the file has an object", () => {
  const { problems } = loadObject({}, { environment: { KRAKEND_TLS: "x" } });

  expect(problems[0]).toMatchObject({ path: "KRAKEND_TLS", expected: "an object" });
});

test("names the variable in rules about values too", () => {
  const { problems } = loadObject({}, { environment: { KRAKEND_LISTEN_IP: "localhost" } });

  expect(problems[0]).toMatchObject({
    path: "KRAKEND_LISTEN_IP",
    message: "invalid ip address localhost",
  });
});

test("is silent about variables that other programs own and helps with misspelt ones", () => {
  const environment = {
    KRAKEND_SERVICE_HOST: "10.0.0.1",
    KRAKEND_PORT_8080_TCP_ADDR: "10.0.0.1",
    GW_LOG_JSON: "1",
    GW_SHUTDOWN_DELAY: "5s",
    GW_DEBUG: "1",
    GW_SERVICE_HOST: "10.0.0.1",
    GW_PORT_8080_TCP_ADDR: "10.0.0.1",
    KRAKEND_WORKERS: "4",
    KRAKEND_TIMEOUTS: "1s",
  };

  const { warnings } = loadObject({}, { environment });

  expect(warnings.map(({ path, nearest }) => [path, nearest])).toEqual([
    ["KRAKEND_TIMEOUTS", "KRAKEND_TIMEOUT"],
  ]);
});

test.each([
  ["GW_SHUTDOWNDELAY", "GW_SHUTDOWN_DELAY"],
  ["GW_SHUTDOWN_DELY", "GW_SHUTDOWN_DELAY"],
  ["GW_shutdown_delay", "GW_SHUTDOWN_DELAY"],
  ["GW_LOG_JSN", "GW_LOG_JSON"],
  ["GW_DEBG", "GW_DEBUG"],
])("%s, nearly a variable of gw itself, gets a warning that names %s", (name, nearest) => {
  const { warnings } = loadObject({}, { environment: { [name]: "1" } });

  expect(warnings).toHaveLength(1);
  expect(warnings[0]).toMatchObject({ file: "environment", path: name, nearest });
  expect(warnings[0]?.message).toBe("no variable of gw has this name; ignored");
});

test.each(["GW_WORKERS", "GW_WORKER"])("%s gets a warning that names the flag", (name) => {
  const { warnings } = loadObject({}, { environment: { [name]: "4" } });

  expect(warnings).toHaveLength(1);
  expect(warnings[0]).toMatchObject({
    path: name,
    value: '"4"',
    message: "no variable of gw; ignored, use gw run --workers",
    nearest: undefined,
  });
});
