import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { createServer } from "node:net";
import { openConnection } from "../support/raw-client.ts";
import { acceptOne, type ContractCase, connect, listen } from "./contract.ts";
import { RecordedSocket, recordingEvents } from "./recorded-socket.ts";

/** More than the kernel keeps for a reader that does not read. */
const LARGE = Buffer.alloc(24 * 1024 * 1024, "0123456789abcdef-");

/** Of connections without TLS. */
export const plainContract: readonly ContractCase[] = [
  {
    name: "both ends agree about the addresses",
    async run(sockets) {
      using listener = await listen(sockets);
      const client = connect(sockets, listener.port);
      const server = await listener.next();
      await client.untilEvent("open");

      assert.equal(server.socket.localPort, listener.port);
      assert.equal(client.socket.remotePort, listener.port);
      assert.equal(server.socket.remotePort, client.socket.localPort);
      assert.equal(server.socket.remoteAddress, "127.0.0.1");
      client.socket.terminate();
    },
  },
  {
    name: "bytes go both ways, from anywhere in a buffer that is used again at once",
    async run(sockets) {
      using pair = await acceptOne(sockets);
      const scratch = Buffer.from("..answer..");
      pair.client.send("question");
      await pair.server.untilReceived("question");

      assert.equal(pair.server.socket.write(scratch, 2, 6), 6);
      scratch.fill("x");

      assert.equal((await pair.client.readUntil("answer")).toString(), "answer");
    },
  },
  {
    name: "a socket takes what there is room for and tells when there is room again",
    async run(sockets) {
      using pair = await acceptOne(sockets);
      pair.client.socket.pause();
      const taken = pair.server.socket.write(LARGE);
      assert(taken > 0 && taken < LARGE.length, `${taken} bytes were taken`);

      pair.client.socket.resume();
      await pair.server.untilEvent("drain");
      await pair.server.writeAll(LARGE.subarray(taken));
      pair.server.socket.shutdown();

      assert((await pair.client.readUntilClose()).equals(LARGE));
    },
  },
  {
    name: "nothing comes while it is paused, the peer waits, and then everything comes",
    async run(sockets) {
      using pair = await acceptOne(sockets);
      pair.server.socket.pause();
      const isSent = new Promise((resolve) => pair.client.socket.write(LARGE, resolve));
      // The kernel takes what it has room for at once; one exchange on another connection later it has.
      using other = await acceptOne(sockets);
      other.client.send("x");
      await other.server.untilReceived("x");
      const early = pair.server.byteLength;

      pair.server.socket.resume();
      await pair.server.until("all of it", () => pair.server.byteLength === LARGE.length);
      await isSent;

      assert.equal(early, 0);
      assert(pair.server.received.equals(LARGE));
    },
  },
  {
    name: "a peer that has sent FIN still gets everything",
    async run(sockets) {
      using pair = await acceptOne(sockets);
      pair.client.send("question");
      pair.client.end();
      await pair.server.untilEvent("end");

      pair.server.socket.write(Buffer.from("HTTP/1.1 "));
      await pair.client.readSome();
      await pair.server.writeAll(Buffer.from("200 OK"));
      pair.server.socket.shutdown();

      assert((await pair.client.readUntilClose()).toString().endsWith("200 OK"));
      await pair.server.untilEvent("close");
      assert.equal(pair.server.story, "open,end,close");
    },
  },
  {
    name: "a peer that has sent FIN and is gone is noticed by a few bytes",
    async run(sockets) {
      using pair = await acceptOne(sockets);
      pair.client.destroy();
      await pair.server.untilEvent("end");

      pair.server.socket.write(Buffer.from("HTTP/1.1 "));

      await pair.server.untilEvent("close");
    },
  },
  {
    name: "after FIN of its own it goes on reading",
    async run(sockets) {
      using pair = await acceptOne(sockets);
      pair.server.socket.write(Buffer.from("bye"));
      pair.server.socket.shutdown();
      assert.equal((await pair.client.readUntilClose()).toString(), "bye");

      pair.client.send("late");
      await pair.server.untilReceived("late");
      pair.client.end();

      await pair.server.untilEvent("close");
      assert.equal(pair.server.socket.write(Buffer.from("x")), -1);
    },
  },
  {
    name: "an ended connection closes after its last byte",
    async run(sockets) {
      using pair = await acceptOne(sockets);
      pair.server.socket.write(Buffer.from("bye"));
      pair.server.socket.end();

      assert.equal((await pair.client.readUntilClose()).toString(), "bye");
      assert.equal(await pair.client.closed(), "close");
      await pair.server.untilEvent("close");
    },
  },
  {
    name: "a dropped connection is reset, closes once and takes nothing",
    async run(sockets) {
      using pair = await acceptOne(sockets);

      pair.server.socket.terminate();
      const taken = pair.server.socket.write(Buffer.from("x"));

      assert.equal(await pair.client.closed(), "ECONNRESET");
      await pair.server.untilEvent("close");
      assert.equal(taken, -1);
      assert.equal(pair.server.story, "open,close");
    },
  },
  {
    name: "a reset by the peer closes it, once and last",
    async run(sockets) {
      using pair = await acceptOne(sockets);

      pair.client.socket.resetAndDestroy();

      await pair.server.untilEvent("close");
      assert.equal(pair.server.story, "open,close");
    },
  },
  {
    name: "a stopped listener accepts no more, and its connections go on",
    async run(sockets) {
      using listener = await listen(sockets);
      using client = await openConnection(listener.port);
      const server = await listener.next();

      listener.stop();
      server.socket.write(Buffer.from("still here"));

      await client.readUntil("still here");
      await assert.rejects(openConnection(listener.port), { code: "ECONNREFUSED" });
    },
  },
  {
    name: "a port is refused with the system's code",
    async run(sockets) {
      using listener = await listen(sockets);

      await assert.rejects(listen(sockets, { port: listener.port }), { code: "EADDRINUSE" });
      await assert.rejects(listen(sockets, { host: "203.0.113.7" }), { code: "EADDRNOTAVAIL" });
    },
  },
  {
    name: "a connection that nobody accepts fails with the system's code",
    async run(sockets) {
      const listener = await listen(sockets);
      listener.stop();

      const client = connect(sockets, listener.port);

      await client.untilEvent("failed");
      assert.deepEqual([client.failure?.stage, client.failure?.code], ["connect", "ECONNREFUSED"]);
      assert.equal(client.story, "failed");
    },
  },
  {
    name: "a name that nobody knows fails in the lookup",
    async run(sockets) {
      const client = connect(sockets, 80, { host: "nobody.invalid" });

      await client.untilEvent("failed");
      assert.equal(client.failure?.stage, "lookup");
    },
  },
  {
    name: "a connection of one's own ends with the server's FIN, which is told",
    async run(sockets) {
      const server = createServer((socket) => socket.end("hello"));
      await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
      const address = server.address();
      const client = connect(sockets, typeof address === "object" ? (address?.port ?? 0) : 0);

      await client.untilEvent("end");
      client.socket.end();

      await client.untilEvent("close");
      assert.equal(client.received.toString(), "hello");
      assert.equal(client.story, "open,end,close");
      server.close();
    },
  },
  {
    name: "the system asks after a while whether a silent peer is still there",
    async run(sockets) {
      if (process.platform !== "linux") return;
      using listener = await listen(sockets);
      const states = new Map<number, string | undefined>();
      for (const keepAliveMs of [0, 20_000]) {
        const owner = new RecordedSocket();
        const target = { host: "127.0.0.1", port: listener.port, tls: null };
        sockets.connect({ ...target, keepAliveMs, owner, events: recordingEvents() });
        await owner.untilEvent("open");
        const ports = [owner.socket.localPort, listener.port] as const;
        // Until the handshake's own timer is off, it is the one that is shown.
        const wanted = keepAliveMs === 0 ? NO_TIMER : KEEP_ALIVE_TIMER;
        for (let look = 0; look < 200 && timerOf(...ports).kind !== wanted; look++) {
          await new Promise((resolve) => setTimeout(resolve, 10));
        }
        states.set(keepAliveMs, keepAliveTimer(...ports));
        owner.socket.terminate();
      }

      assert.equal(states.get(0), undefined);
      const seconds = Number(states.get(20_000)) / 100;
      assert(seconds > 18 && seconds <= 20, `${seconds}`);
    },
  },
];

/** Kinds of timers in /proc/net/tcp. */
const NO_TIMER = "00";
const KEEP_ALIVE_TIMER = "02";

/** What is left until the first probe of the connection between these ports, in hundredths of a second. */
function keepAliveTimer(from: number, to: number): string | undefined {
  const { kind, rest } = timerOf(from, to);
  return kind === KEEP_ALIVE_TIMER ? String(Number.parseInt(rest, 16)) : undefined;
}

/** The timer of the connection between these ports, as /proc/net/tcp has it: others may have one of them too. */
function timerOf(from: number, to: number): { readonly kind: string; readonly rest: string } {
  const lines = readFileSync("/proc/net/tcp", "latin1").split("\n");
  const fields = lines
    .map((line) => line.trim().split(/ +/))
    .find(([, local, remote]) => local === loopbackPort(from) && remote === loopbackPort(to));
  const [kind = "", rest = ""] = fields?.[5]?.split(":") ?? [];
  return { kind, rest };
}

function loopbackPort(port: number): string {
  return `0100007F:${port.toString(16).toUpperCase().padStart(4, "0")}`;
}
