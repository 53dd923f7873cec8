import { expect, test } from "bun:test";
import { loadValid } from "../../src/config/fixture.ts";
import type { ClientRequest } from "../../src/contracts.ts";
import { Cancellation } from "../../src/lib/cancellation.ts";
import { startTimerWheel } from "../../src/lib/timer-wheel.ts";
import { createLogger } from "../../src/logging/logger.ts";
import { buildGateway } from "../../src/node/gateway.ts";
import { bunSockets } from "../../src/platform/sockets-bun.ts";
import { createSrvLookup } from "../../src/upstream/lookup-srv.ts";
import { startDnsServer } from "../support/dns-server.ts";
import { type SeenRequest, startUpstream } from "../support/upstream.ts";

test("backends are found through DNS by weight, and called with the final dot of their names", async () => {
  const seen: SeenRequest[] = [];
  const answer = { body: { ok: 1 } };
  const [light, heavy, spare] = [
    await startUpstream("light", answer, seen),
    await startUpstream("heavy", answer, seen),
    await startUpstream("spare", answer, seen),
  ];
  const record = { priority: 1, target: "localhost" };
  await using dns = await startDnsServer({
    "_http._tcp.svc.test": [
      { ...record, weight: 10, port: light.port },
      { ...record, weight: 20, port: heavy.port },
      { ...record, weight: 50, port: spare.port, priority: 2 },
    ],
  });
  const wheel = startTimerWheel();
  const gateway = buildGateway(
    loadValid({
      endpoints: [
        {
          endpoint: "/thing",
          backend: [{ host: "_http._tcp.svc.test", disable_host_sanitize: true, sd: "dns" }],
        },
      ],
    }),
    {
      log: createLogger({ level: "ERROR", layout: "basic", destination() {} }),
      accessLog: null,
      wheel,
      sockets: bunSockets,
      lookupSrv: createSrvLookup({ servers: [dns.address] }),
      random: () => 0,
      isDraining: () => false,
      transports: [],
    },
  );
  await gateway.discovered;

  const statuses: number[] = [];
  for (let i = 0; i < 6; i++) statuses.push((await gateway.handler(request())).status);
  gateway.close();
  await Promise.all([light, heavy, spare].map((upstream) => upstream.stop()));

  expect(statuses).toEqual(Array(6).fill(200));
  const counts = Map.groupBy(seen, ({ upstream }) => upstream);
  expect([counts.get("light")?.length, counts.get("heavy")?.length]).toEqual([2, 4]);
  expect(seen[0]?.headers.host).toEqual([`localhost.:${light.port}`]);

  function request(): ClientRequest {
    return {
      method: "GET",
      target: "/thing",
      path: "/thing",
      query: undefined,
      host: "gw",
      headers: [],
      body: null,
      peerAddress: "127.0.0.1",
      isTls: false,
      cancellation: new Cancellation(wheel, null),
      params: [],
      errors: [],
    };
  }
});
