import type { SocketProvider } from "./sockets.ts";
import { bunSockets } from "./sockets-bun.ts";
import { nodeSockets } from "./sockets-node.ts";

const isBun = typeof Bun !== "undefined";

/**
 * The sockets of the runtime that runs this program.
 *
 * Both are loaded: a module that waited for only one of them could not be loaded by a compiled
 * worker thread.
 */
export const sockets: SocketProvider = isBun ? bunSockets : nodeSockets;
