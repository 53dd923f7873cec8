import { expect, test } from "bun:test";
import { startGateway, type TestGateway } from "../support/gateway.ts";
import type { RawConnection } from "../support/raw-client.ts";

const TIMEOUT_MS = 600;

/** So many that each worker has several. */
const CLIENTS = 16;

/** Stops the whole process, as a paused machine does, until its endpoint's timeout is long over. */
async function freeze(gateway: TestGateway, meanwhile: () => void): Promise<void> {
  process.kill(gateway.pid, "SIGSTOP");
  meanwhile();
  await Bun.sleep(2 * TIMEOUT_MS);
  process.kill(gateway.pid, "SIGCONT");
}

async function openAll(gateway: TestGateway): Promise<RawConnection[]> {
  return Promise.all(Array.from({ length: CLIENTS }, () => gateway.connect()));
}

function statuses(clients: readonly RawConnection[]): Promise<number[]> {
  return Promise.all(clients.map(async (client) => (await client.readResponse()).status));
}

test.concurrent("answers that came while the process was frozen are served after the thaw, and only they", async () => {
  const answers = Promise.withResolvers<void>();
  const never = new Promise<never>(() => {});
  const config = {
    timeout: `${TIMEOUT_MS}ms`,
    endpoints: ["/answered", "/silent"].map((path) => ({
      endpoint: path,
      backend: [{ url_pattern: path }],
    })),
  };
  const upstream = async ({ target }: { readonly target: string }) => {
    await (target === "/silent" ? never : answers.promise);
    return { body: { ok: true } };
  };
  await using gateway = await startGateway(config, { upstream }, { args: ["--workers", "2"] });
  const answered = await openAll(gateway);
  const silent = await openAll(gateway);
  for (const client of answered) client.send("GET /answered HTTP/1.1\r\nHost: gw\r\n\r\n");
  for (const client of silent) client.send("GET /silent HTTP/1.1\r\nHost: gw\r\n\r\n");
  while (gateway.requests.length < 2 * CLIENTS) await Bun.sleep(1);

  await freeze(gateway, answers.resolve);
  const thawedAt = performance.now();
  const found = await Promise.all([statuses(answered), statuses(silent)]);
  const tookMs = performance.now() - thawedAt;

  expect(found).toEqual([Array(CLIENTS).fill(200), Array(CLIENTS).fill(500)]);
  expect(tookMs).toBeLessThan(TIMEOUT_MS);
});

test.concurrent("a head whose end came while the process was frozen is answered", async () => {
  const config = {
    read_header_timeout: `${TIMEOUT_MS}ms`,
    endpoints: [{ endpoint: "/thing", backend: [{}] }],
  };
  await using gateway = await startGateway(config, { upstream: { body: {} } });
  const clients = await openAll(gateway);
  for (const client of clients) client.send("GET /thing HTTP/1.1\r\nHost:");
  // A later connection that is answered: the gateway has seen the others.
  await gateway.fetch("/thing");

  await freeze(gateway, () => {
    for (const client of clients) client.send(" gw\r\n\r\n");
  });

  expect(await statuses(clients)).toEqual(Array(CLIENTS).fill(200));
});
