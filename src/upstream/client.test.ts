import { expect, test } from "bun:test";
import type { Environment } from "../config/environment.ts";
import { loadValid } from "../config/fixture.ts";
import type { UpstreamRequest } from "../contracts.ts";
import { Cancellation } from "../lib/cancellation.ts";
import { createManualWheel } from "../lib/manual-wheel.fixture.ts";
import { Params } from "../lib/params.ts";
import type { ConnectOptions, SocketProvider } from "../platform/sockets.ts";
import { UpstreamClient } from "./client.ts";
import { parseOrigin } from "./origin.ts";
import { compileClientTls } from "./tls.ts";

/** A client whose connections stay as the test makes them, and one call of the host. */
function callThrough(host: string, settings: object, environment: Environment = {}) {
  const dials: ConnectOptions<unknown>[] = [];
  const sockets: SocketProvider = {
    listen: () => Promise.reject(new Error("nobody listens")),
    connect: (options) => void dials.push(options as ConnectOptions<unknown>),
    secure() {},
  };
  const { wheel, advance } = createManualWheel();
  const { transport } = loadValid(settings, { environment });
  const tlsFor = compileClientTls(transport.clientTls);
  const client = new UpstreamClient({ transport, wheel, sockets, tlsFor });
  const origin = parseOrigin(host);
  if ("kind" in origin) throw new Error(origin.message);
  const request: UpstreamRequest = {
    params: Params.none,
    method: "GET",
    origin,
    target: "/x",
    headers: [],
    body: null,
    cancellation: new Cancellation(wheel, null),
  };
  let message = "";
  const outcome = client.send(request, null).then((answer) => {
    message = "message" in answer ? answer.message : "an answer";
  });
  return { dial: dials[0]!, advance, outcome, message: () => message };
}

test("a host that cannot be connected to is given up after dialer_timeout", async () => {
  const call = callThrough("http://[2001:db8::1]:81", { dialer_timeout: "2s" });

  call.advance(2_100);
  await call.outcome;

  expect(call.message()).toBe(
    'Get "http://[2001:db8::1]:81/x": dial tcp [2001:db8::1]:81: i/o timeout',
  );
});

test.each(["http://a.test", "https://a.test"])(
  "a proxy that cannot be connected to is given up after dialer_timeout too: %s",
  async (host) => {
    const proxy = "http://p.test:3128";
    const environment = { HTTP_PROXY: proxy, HTTPS_PROXY: proxy };
    const call = callThrough(host, { dialer_timeout: "2s" }, environment);

    call.advance(2_100);
    await call.outcome;

    expect([call.dial.host, call.dial.port, call.dial.tls]).toEqual(["p.test", 3128, null]);
    expect(call.message()).toBe(
      `Get "${host}/x": proxyconnect tcp: dial tcp p.test:3128: i/o timeout`,
    );
  },
);

test("without dialer_timeout the endpoint's time alone counts", async () => {
  const call = callThrough("https://a.test", {});

  call.advance(3_600_000);
  await new Promise(setImmediate);

  expect(call.message()).toBe("");
});

test.each(["1s", "0"])(
  "a handshake has ten seconds of its own, and its connection ends with dialer_timeout %s",
  async (dialerTimeout) => {
    const call = callThrough("https://a.test", { dialer_timeout: dialerTimeout });
    let isEnded = false;

    call.advance(900);
    call.dial.events.handshaking?.(call.dial.owner, {
      terminate: () => {
        isEnded = true;
      },
    });
    call.advance(9_900);
    await new Promise(setImmediate);
    const early = call.message();
    call.advance(300);
    await call.outcome;

    expect([early, isEnded]).toEqual(["", true]);
    expect(call.message()).toBe('Get "https://a.test/x": net/http: TLS handshake timeout');
  },
);

test.each([
  [{}, 15_000],
  [{ dialer_keep_alive: "40s" }, 40_000],
  [{ dialer_keep_alive: "-1s" }, -1000],
])("connections are probed as %j says", (settings, expected) => {
  expect(callThrough("http://a.test", settings).dial.keepAliveMs).toBe(expected);
});

test("the final dot of a host found through DNS is no part of its certificate's name", () => {
  const { dial } = callThrough("https://a.test.:8443", { client_tls: {} });

  expect([dial.host, dial.tls?.serverName]).toEqual(["a.test.", "a.test"]);
});

test("client_tls says which ciphers and groups are offered, and the default is KrakenD's", () => {
  const chosen = { curve_preferences: [29], cipher_suites: [49199] };
  const offers = [{}, { client_tls: {} }, { client_tls: chosen }].map((settings) => {
    const { tls } = callThrough("https://a.test", settings).dial;
    return [tls?.ciphers.split(":")[0], tls?.curves];
  });

  expect(offers).toEqual([
    ["", ""],
    ["ECDHE-RSA-AES128-GCM-SHA256", "P-256:P-384:P-521"],
    ["ECDHE-RSA-AES128-GCM-SHA256", "X25519"],
  ]);
});
