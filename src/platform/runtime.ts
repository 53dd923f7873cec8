import type { SocketProvider } from "./sockets.ts";
import { bunSockets } from "./sockets-bun.ts";

const isBun = typeof Bun !== "undefined";

/** Several threads of a process can listen on one port; where they cannot, one worker serves. */
export const threadsCanSharePort: boolean = isBun;

/**
 * The sockets of the runtime that runs this program.
 *
 * The others are not even loaded: the modules of Node.js would cost Bun milliseconds of its start.
 */
export const sockets: SocketProvider = isBun
  ? bunSockets
  : (await import("./sockets-node.ts")).nodeSockets;
