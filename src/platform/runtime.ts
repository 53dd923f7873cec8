import type { SocketProvider } from "./sockets.ts";
import { bunSockets } from "./sockets-bun.ts";

/** The sockets of the runtime that runs this program. */
export const sockets: SocketProvider = bunSockets;
