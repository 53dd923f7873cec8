import assert from "node:assert/strict";
import { createServer, type Server } from "node:net";
import { connect as connectTls, createServer as createTlsServer } from "node:tls";
import { secureOptionsFor } from "../../src/lib/tls-settings.ts";
import type { ClientTls, ServerTls, SocketProvider } from "../../src/platform/sockets.ts";
import { openConnection } from "../support/raw-client.ts";
import {
  type ContractCase,
  clientTls,
  connect,
  listen,
  type PemPair,
  serverTls,
  type TlsMaterial,
} from "./contract.ts";
import { RecordedSocket, recordingEvents } from "./recorded-socket.ts";

const CIPHERS_CASE = "the server's ciphers are what the client gets";
const CLIENT_CIPHERS_CASE = "the client's ciphers are what the server gets";
const CLIENT_CURVES_CASE = "the client's curves are what the server is offered";

/** What Deno does not do: its TLS library has lists of its own. */
export const OWN_LIST_CASES: readonly string[] = [
  CIPHERS_CASE,
  CLIENT_CIPHERS_CASE,
  CLIENT_CURVES_CASE,
];

/** Of connections with TLS. */
export function tlsContract(material: TlsMaterial): readonly ContractCase[] {
  const { authority, server, elsewhere, client, stranger } = material;
  const known = clientTls(authority);
  const demanding = serverTls(server, { clientAuthorities: [authority] });

  return [
    {
      name: "with TLS bytes go both ways, and each end hears of the other's FIN",
      async run(sockets) {
        using listener = await listen(sockets, { tls: serverTls(server) });
        const near = connect(sockets, listener.port, { tls: known });
        const far = await listener.next();
        await near.untilEvent("open");

        near.socket.write(Buffer.from("question"));
        await far.untilReceived("question");
        far.socket.write(Buffer.from("answer"));
        far.socket.shutdown();
        await near.untilReceived("answer");
        await near.untilEvent("end");
        near.socket.end();

        await Promise.all([near.untilEvent("close"), far.untilEvent("close")]);
        assert.equal(near.story, "open,end,close");
      },
    },
    {
      name: "with TLS a large answer passes piece by piece",
      async run(sockets) {
        const large = Buffer.alloc(8 * 1024 * 1024, "0123456789abcdef-");
        using listener = await listen(sockets, { tls: serverTls(server) });
        const near = connect(sockets, listener.port, { tls: known });
        const far = await listener.next();

        await far.writeAll(large);

        await near.until("all of it", () => near.byteLength === large.length);
        assert(near.received.equals(large));
        near.socket.terminate();
        await far.until("an end", () => /end|close/.test(far.story));
      },
    },
    {
      name: "with TLS a dropped connection ends at the other end too",
      async run(sockets) {
        using listener = await listen(sockets, { tls: serverTls(server) });
        const near = connect(sockets, listener.port, { tls: known });
        const far = await listener.next();
        await near.untilEvent("open");

        far.socket.terminate();

        assert.equal(far.socket.write(Buffer.from("x")), -1);
        await far.untilEvent("close");
        await near.until("an end", () => /end|close/.test(near.story));
        assert.equal(far.story, "open,close");
        near.socket.terminate();
      },
    },
    refusal("a certificate of an unknown authority is refused", {
      server: serverTls(server),
      client: { ...known, certificateAuthorities: [] },
    }),
    refusal("a certificate of another name is refused", {
      server: serverTls(elsewhere),
      client: known,
    }),
    refusal("a certificate of another address is refused", {
      server: serverTls(elsewhere),
      client: { ...known, serverName: "" },
    }),
    refusal("a version that the server forbids is refused", {
      server: serverTls(server, { secureOptions: secureOptionsFor("TLS13", "TLS13") }),
      client: { ...known, secureOptions: secureOptionsFor("TLS12", "TLS12") },
    }),
    acceptance("a certificate of an address is accepted", {
      server: serverTls(server),
      client: { ...known, serverName: "" },
    }),
    acceptance("a certificate that does not matter is accepted", {
      server: serverTls(elsewhere),
      client: { ...known, certificateAuthorities: [], isVerified: false },
    }),
    acceptance("a client certificate of the right authority is accepted", {
      server: demanding,
      client: { ...known, ...client },
    }),
    ...[null, stranger].map((shown) => ({
      name: `a server that demands a certificate never opens for ${shown === null ? "a client without one" : "a stranger's"}`,
      async run(sockets: SocketProvider) {
        using listener = await listen(sockets, { tls: demanding });

        const near = connect(sockets, listener.port, { tls: { ...known, ...shown } });

        // With TLS 1.3 the refusal comes after the client believes that all is well.
        await near.until("a refusal", () => /end|close|failed/.test(near.story));
        assert.equal(listener.accepted.length, 0);
      },
    })),
    {
      name: "the server's version is what the client gets",
      async run(sockets) {
        const tls = serverTls(server, { secureOptions: secureOptionsFor("TLS12", "TLS12") });

        assert.equal((await shakeHands(sockets, tls, authority)).protocol, "TLSv1.2");
      },
    },
    {
      name: CIPHERS_CASE,
      async run(sockets) {
        const secureOptions = secureOptionsFor("TLS12", "TLS12");
        const tls = serverTls(server, { secureOptions, ciphers: "ECDHE-ECDSA-AES128-GCM-SHA256" });

        assert.equal((await shakeHands(sockets, tls, authority)).cipher, tls.ciphers);
      },
    },
    {
      name: "the server's name is sent",
      async run(sockets) {
        const { certificate: cert, privateKey: key } = server;
        const names: unknown[] = [];
        const tlsServer = createTlsServer({ cert, key }, (socket) => {
          names.push(socket.servername);
          socket.destroy();
        });
        const near = connect(sockets, await startOn(tlsServer), { tls: known });

        await near.until("an end", () => /end|close/.test(near.story));
        tlsServer.close();

        assert.deepEqual(names, ["localhost"]);
      },
    },
    ...(
      [
        ["of another certificate", { ...server, privateKey: client.privateKey }],
        ["that is none", { ...server, privateKey: "none" }],
        ["without a certificate", { ...server, certificate: "none" }],
      ] satisfies [string, PemPair][]
    ).map(([what, pair]) => ({
      name: `a key ${what} is refused before anybody connects`,
      async run(sockets: SocketProvider) {
        await assert.rejects(listen(sockets, { tls: serverTls(pair) }), { code: /^ERR_OSSL/ });
      },
    })),
    {
      name: "a client that never begins the handshake is dropped",
      async run(sockets) {
        const tls = serverTls(server);
        using listener = await listen(sockets, { tls, handshakeTimeoutMs: 100 });
        using silent = await openConnection(listener.port);

        await silent.closed();

        assert.equal(listener.accepted.length, 0);
      },
    },
    {
      name: "a plain connection goes over to TLS, and its former owner hears no more of use",
      async run(sockets) {
        using listener = await listen(sockets, { tls: serverTls(server) });
        const plain = connect(sockets, listener.port);
        await plain.untilEvent("open");
        const near = new RecordedSocket();

        sockets.secure(plain.socket, { tls: known, owner: near, events: recordingEvents() });
        const far = await listener.next();
        await near.untilEvent("open");
        near.socket.write(Buffer.from("question"));
        await far.untilReceived("question");
        far.socket.write(Buffer.from("answer"));

        await near.untilReceived("answer");
        far.socket.shutdown();
        await near.untilEvent("end");
        near.socket.end();
        await far.untilEvent("close");
      },
    },
    {
      name: "a plain connection does not go over to TLS with a server of another name",
      async run(sockets) {
        using listener = await listen(sockets, { tls: serverTls(elsewhere) });
        const plain = connect(sockets, listener.port);
        await plain.untilEvent("open");
        const near = new RecordedSocket();

        sockets.secure(plain.socket, { tls: known, owner: near, events: recordingEvents() });

        await near.untilEvent("failed");
        assert.equal(near.failure?.stage, "tls");
      },
    },
    {
      name: "who waits for a handshake can end it",
      async run(sockets) {
        const ended = Promise.withResolvers<void>();
        const silent = createServer((socket) => {
          socket.on("error", () => {});
          socket.on("data", () => {});
          socket.on("close", () => ended.resolve());
        });
        const port = await startOn(silent);
        const owner = new RecordedSocket();

        sockets.connect({
          host: "127.0.0.1",
          port,
          tls: known,
          keepAliveMs: 0,
          owner,
          events: {
            ...recordingEvents(),
            handshaking: (_, one) => setImmediate(() => one.terminate()),
          },
        });

        await ended.promise;
        silent.close();
        assert.equal(owner.events.includes("open"), false);
      },
    },
    {
      name: CLIENT_CIPHERS_CASE,
      async run(sockets) {
        const ciphers = "ECDHE-ECDSA-CHACHA20-POLY1305";
        const heard = Promise.withResolvers<string>();
        const { certificate: cert, privateKey: key } = server;
        const tlsServer = createTlsServer({ cert, key, maxVersion: "TLSv1.2" }, (socket) => {
          heard.resolve(socket.getCipher().name);
          socket.destroy();
        });

        connect(sockets, await startOn(tlsServer), { tls: { ...known, ciphers } });

        assert.equal(await heard.promise, ciphers);
        tlsServer.close();
      },
    },
    {
      name: CLIENT_CURVES_CASE,
      async run(sockets) {
        const heard = Promise.withResolvers<Buffer>();
        const listening = createServer((socket) =>
          socket
            .on("error", () => {})
            .once("data", (hello) => {
              heard.resolve(hello as Buffer);
              socket.destroy();
            }),
        );

        connect(sockets, await startOn(listening), { tls: { ...known, curves: "P-521:P-384" } });

        // The extension `supported_groups` with these two (RFC 8446, section 4.2.7).
        assert((await heard.promise).toString("hex").includes("000a0006000400190018"));
        listening.close();
      },
    },
    {
      name: "a server that hangs up in the handshake is a failure",
      async run(sockets) {
        const hangingUp = createServer((socket) => socket.end());
        const near = connect(sockets, await startOn(hangingUp), { tls: known });

        await near.untilEvent("failed");
        hangingUp.close();

        assert.equal(near.failure?.stage, "tls");
        assert.equal(near.story, "failed");
      },
    },
  ];
}

interface Ends {
  readonly server: ServerTls;
  readonly client: ClientTls;
}

function refusal(name: string, { server, client }: Ends): ContractCase {
  return {
    name,
    async run(sockets) {
      using listener = await listen(sockets, { tls: server });

      const near = connect(sockets, listener.port, { tls: client });

      await near.untilEvent("failed");
      assert.equal(near.failure?.stage, "tls");
      assert.notEqual(near.failure?.code, "");
      assert.equal(near.story, "failed");
    },
  };
}

function acceptance(name: string, { server, client }: Ends): ContractCase {
  return {
    name,
    async run(sockets) {
      using listener = await listen(sockets, { tls: server });

      const near = connect(sockets, listener.port, { tls: client });
      const far = await listener.next();
      await near.untilEvent("open");
      near.socket.write(Buffer.from("hello"));

      await far.untilReceived("hello");
      near.socket.terminate();
    },
  };
}

/** What a client of the runtime's own and the listener agree about. */
async function shakeHands(sockets: SocketProvider, tls: ServerTls, authority: string) {
  using listener = await listen(sockets, { tls });
  const socket = connectTls({ port: listener.port, host: "127.0.0.1", ca: authority });
  await new Promise((resolve, reject) => {
    socket.once("secureConnect", resolve);
    socket.once("error", reject);
  });
  const agreed = { protocol: socket.getProtocol(), cipher: socket.getCipher().name };
  socket.destroy();
  return agreed;
}

async function startOn(server: Server): Promise<number> {
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  return typeof address === "object" && address !== null ? address.port : 0;
}
