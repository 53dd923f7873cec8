import { describe, expect, test } from "bun:test";
import { Outbox } from "./outbox.ts";
import type { Socket } from "./sockets.ts";

/** A socket that takes at most `room` bytes and then waits; closed with a `room` of -1. */
class NarrowSocket implements Socket<null> {
  readonly data = null;
  readonly remoteAddress = "";
  readonly remotePort = 0;
  readonly localAddress = "";
  readonly alpnProtocol = null;
  readonly localPort = 0;
  room: number;
  taken = "";

  constructor(room: number) {
    this.room = room;
  }

  write(bytes: Uint8Array, byteOffset = 0, byteLength = bytes.length): number {
    if (this.room < 0) return -1;
    const count = Math.min(this.room, byteLength);
    this.room -= count;
    this.taken += Buffer.from(bytes.subarray(byteOffset, byteOffset + count)).toString();
    return count;
  }

  end() {}
  shutdown() {}
  terminate() {}
  pause() {}
  resume() {}
}

function createOutbox(room: number) {
  const socket = new NarrowSocket(room);
  return { socket, outbox: new Outbox(socket) };
}

const bytes = (text: string) => Buffer.from(text);

describe("bytes", () => {
  test("that the socket takes leave nothing behind", () => {
    const { socket, outbox } = createOutbox(10);

    outbox.write(bytes("abc"));

    expect(socket.taken).toBe("abc");
    expect(outbox.isBlocked).toBe(false);
  });

  test("that it does not take wait, and later ones behind them", () => {
    const { socket, outbox } = createOutbox(2);

    outbox.write(bytes("abc"));
    socket.room = 10;
    outbox.write(bytes("d"));
    outbox.writeFromScratch(bytes("ef."), 2);

    expect(outbox.isBlocked).toBe(true);
    expect(socket.taken).toBe("ab");
    expect(outbox.drain()).toBe(true);
    expect(outbox.isBlocked).toBe(false);
    expect(socket.taken).toBe("abcdef");
  });

  test("leave piece by piece, however small the room", () => {
    const { socket, outbox } = createOutbox(0);
    outbox.write(bytes("abc"));
    outbox.write(bytes("de"));

    const drained = [1, 1, 2, 1].map((room) => {
      socket.room = room;
      return outbox.drain();
    });

    expect(drained).toEqual([false, false, false, true]);
    expect(socket.taken).toBe("abcde");
  });

  test("of a scratch buffer wait as a copy, of which only the first so many count", () => {
    const { socket, outbox } = createOutbox(1);
    const scratch = bytes("abc.");

    outbox.writeFromScratch(scratch, 3);
    outbox.writeFromScratch(scratch, 1);
    scratch.fill("x");
    socket.room = 10;
    outbox.drain();

    expect(socket.taken).toBe("abca");
  });

  test("none of them are not even written", () => {
    const { socket, outbox } = createOutbox(0);

    outbox.write(bytes(""));

    expect(outbox.isBlocked).toBe(false);
    expect(socket.taken).toBe("");
  });
});

describe("a closed socket", () => {
  test("makes nothing wait", () => {
    const { outbox } = createOutbox(-1);

    outbox.write(bytes("abc"));
    outbox.writeFromScratch(bytes("abc"), 2);

    expect(outbox.isBlocked).toBe(false);
  });

  test("drops what waits", () => {
    const { socket, outbox } = createOutbox(1);
    outbox.write(bytes("abc"));

    socket.room = -1;

    expect(outbox.drain()).toBe(true);
    expect(outbox.isBlocked).toBe(false);
  });
});

test("asked for movement it tells whether bytes that waited went out since", () => {
  const { socket, outbox } = createOutbox(0);
  outbox.write(bytes("abc"));
  outbox.hasMovedSinceAsked();

  const stalled = outbox.hasMovedSinceAsked();
  socket.room = 1;
  outbox.drain();
  const moved = outbox.hasMovedSinceAsked();

  expect([stalled, moved]).toEqual([false, true]);
});
