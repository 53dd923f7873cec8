import { EventEmitter } from "node:events";
import type { Socket } from "node:net";
import { type HttpMessage, parseMessage } from "./http-message.ts";
import { type RawUpstream, rawUpstream } from "./upstream.ts";

/** Shorter than the limit of a test, so that a test says what it waited for. */
const DEFAULT_TIMEOUT_MS = 3_000;

/** One request that reached a scripted upstream, and the socket on which it came. */
export interface Visit {
  readonly socket: Socket;
  /** Counts the upstream's connections from 0. */
  readonly connection: number;
  readonly method: string;
  /** Path and query, raw. */
  readonly target: string;
  /** Names in lower case. */
  readonly headers: HttpMessage["headers"];
  readonly body: string;
}

/** What an upstream does with a request: writes these bytes (latin1) and waits, or whatever the function does. */
export type Script = string | ((visit: Visit) => void);

/** An upstream that does for each path, byte by byte, what the test says. */
export interface ScriptedUpstream extends RawUpstream {
  /** Whole requests in order of arrival. */
  readonly visits: Visit[];
  /** What came and is not, or not yet, a whole request; latin1, all connections together. */
  unfinished(): string;
  /** The next visit of that path, or one that has been already and was not asked for yet; fails when none comes. */
  visited(target: string, timeoutMs?: number): Promise<Visit>;
  /** The next connection on which the text has come outside of any whole request; fails when none does. */
  received(text: string, timeoutMs?: number): Promise<Socket>;
  /** Visits so far no longer count for `visits` and `visited`. */
  forget(): void;
}

/** Plays a script for each whole request; a path without one closes the connection. */
export function scriptedUpstream(scripts: Readonly<Record<string, Script>>): ScriptedUpstream {
  const visits: Visit[] = [];
  const unclaimed: Visit[] = [];
  const waiting = new Map<string, ((visit: Visit) => void)[]>();
  const partial = new EventEmitter();
  const rests = new Map<number, Buffer>();
  let connections = 0;

  const arrive = (visit: Visit): void => {
    visits.push(visit);
    const claim = waiting.get(visit.target)?.shift();
    if (claim === undefined) unclaimed.push(visit);
    else claim(visit);
    const script = scripts[visit.target];
    if (script === undefined) visit.socket.end();
    else if (typeof script === "string") visit.socket.write(script, "latin1");
    else script(visit);
  };
  const upstream = rawUpstream((socket) => {
    const connection = connections++;
    socket.on("data", (chunk: Buffer) => {
      let received = Buffer.concat([rests.get(connection) ?? Buffer.alloc(0), chunk]);
      for (;;) {
        const message = parseMessage(received, "framed", false);
        if (message === undefined) break;
        received = received.subarray(message.byteLength);
        const { headers, startLine } = message;
        const [method = "", target = ""] = startLine.split(" ");
        const body = message.body.toString("utf8");
        arrive({ socket, connection, method, target, headers, body });
      }
      rests.set(connection, received);
      partial.emit("rest", socket, received.toString("latin1"));
    });
  });
  return {
    ...upstream,
    visits,
    unfinished: () => Buffer.concat([...rests.values()]).toString("latin1"),
    visited(target, timeoutMs = DEFAULT_TIMEOUT_MS) {
      const at = unclaimed.findIndex((visit) => visit.target === target);
      const [visit] = at < 0 ? [] : unclaimed.splice(at, 1);
      if (visit !== undefined) return Promise.resolve(visit);
      return within(timeoutMs, `a request of ${target}`, (resolve) => {
        waiting.set(target, [...(waiting.get(target) ?? []), resolve]);
      });
    },
    received: (text, timeoutMs = DEFAULT_TIMEOUT_MS) =>
      within(timeoutMs, `a request with ${JSON.stringify(text)}`, (resolve) => {
        const look = (socket: Socket, rest: string): void => {
          if (!rest.includes(text)) return;
          partial.off("rest", look);
          resolve(socket);
        };
        partial.on("rest", look);
      }),
    forget() {
      visits.length = 0;
      unclaimed.length = 0;
      rests.clear();
    },
  };
}

/** A script that writes the bytes and ends the connection. */
export function thenEnd(bytes: string): Script {
  return ({ socket }) => socket.end(bytes, "latin1");
}

/** Resolves when the other side has ended or reset the connection; fails when it does not. */
export function gone(socket: Socket, timeoutMs = DEFAULT_TIMEOUT_MS): Promise<void> {
  if (socket.destroyed || socket.readableEnded) return Promise.resolve();
  return within(timeoutMs, "the end of a connection", (resolve) => {
    socket.once("end", resolve);
    socket.once("close", () => resolve());
  });
}

/** A promise that fails, saying what it waited for, when its time is over. */
export function within<Result>(
  timeoutMs: number,
  what: string,
  start: (resolve: (result: Result) => void) => void,
): Promise<Result> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(
      () => reject(new Error(`waited ${timeoutMs} ms for ${what}`)),
      timeoutMs,
    );
    start((result) => {
      clearTimeout(timer);
      resolve(result);
    });
  });
}
