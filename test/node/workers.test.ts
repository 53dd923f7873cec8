import { expect, test } from "bun:test";
import { spawn } from "node:child_process";
import { startGateway } from "../support/gateway.ts";
import { gatewayCommand } from "../support/gateway-process.ts";

test("both workers answer health: 200 while they serve, 503 from the first signal on", async () => {
  await using gateway = await startGateway(
    {},
    {},
    { args: ["--workers", "2", "--shutdown-delay", "60s"] },
  );
  // So many that both workers have some.
  const clients = await Promise.all(Array.from({ length: 40 }, () => gateway.connect()));
  const ask = async () => {
    for (const client of clients) client.send("GET /__health HTTP/1.1\r\nHost: gw\r\n\r\n");
    return Promise.all(clients.map((client) => client.readResponse()));
  };

  const ready = await ask();
  process.kill(gateway.pid, "SIGTERM");
  await gateway.logged("Draining");
  const draining = await ask();

  expect(ready.map(({ status }) => status)).toEqual(Array(40).fill(200));
  expect(draining.map(({ status, text }) => [status, text])).toEqual(
    Array(40).fill([503, '{"status":"draining"}']),
  );
});

test("20,000 access lines of two workers stay whole, with long queries and in a pipe", async () => {
  await using gateway = await startGateway({}, {}, { args: ["--workers", "2"] });
  const clients = await Promise.all(Array.from({ length: CONNECTIONS }, () => gateway.connect()));

  // Of requests; their lines in the log are longer.
  let sentLength = 0;
  await Promise.all(
    clients.map(async (client, at) => {
      for (let round = 0; round < ROUNDS; round++) {
        // The log of a node does not wait for a reader that is too busy: it drops lines.
        while (sentLength - gateway.log().length > MAX_AHEAD_LENGTH) await Bun.sleep(1);
        const ids = Array.from({ length: SENT_AHEAD }, (_, i) => `${at}.${round}.${i}`);
        const requests = ids.map((id, i) => requestOf(id, i)).join("");
        sentLength += requests.length;
        client.send(requests);
        for (const _ of ids) expect((await client.readResponse()).status).toBe(404);
      }
    }),
  );
  // Standard error, which a stop writes to, is another pipe: the test would tear the lines itself.
  while (gateway.log().split("/nowhere").length <= REQUESTS) await Bun.sleep(20);

  const lines = gateway.log().split("\n");
  const accessLines = lines.filter((line) => line.includes("nowhere"));
  const torn = accessLines.filter((line) => !ACCESS_LINE.test(line));
  const ids = accessLines.map((line) => ACCESS_LINE.exec(line)?.[1]);
  expect(torn).toEqual([]);
  expect(accessLines).toHaveLength(REQUESTS);
  expect(new Set(ids).size).toBe(REQUESTS);
  // No line was torn where it does not hold the word.
  expect(lines.filter((line) => !/^(\[GIN\] |\d{4}\/|$)/.test(line))).toEqual([]);
});

const CONNECTIONS = 20;
const ROUNDS = 20;
const SENT_AHEAD = 50;
const MAX_AHEAD_LENGTH = 200_000;
const REQUESTS = CONNECTIONS * ROUNDS * SENT_AHEAD;

const ACCESS_LINE =
  /^\[GIN\] \d{4}\/\d\d\/\d\d - \d\d:\d\d:\d\d \| 404 \| +[\d.]+(?:ns|µs|ms|s) \| +127\.0\.0\.1 \| GET {6}"\/nowhere\?id=([\d.]+)&q=x*"$/;

function requestOf(id: string, i: number): string {
  const query = "x".repeat((i * 37) % 600);
  return `GET /nowhere?id=${id}&q=${query} HTTP/1.1\r\nHost: gw\r\n\r\n`;
}

test.each(["0", "abc", "65", "-1", "2.5", ""])("--workers %p is a usage error", async (count) => {
  const [program, ...words] = gatewayCommand();
  const child = spawn(program, [...words, "run", `--workers=${count}`]);
  let message = "";
  child.stderr.on("data", (chunk: Buffer) => {
    message += chunk.toString();
  });
  const code = await new Promise((resolve) => child.once("close", resolve));

  expect(code).toBe(2);
  expect(message).toContain(`"${count}" for --workers: a number from 1 to 64`);
});
