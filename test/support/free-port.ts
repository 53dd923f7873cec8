import { createServer } from "node:net";

// Below the range from which the system picks ports for outgoing connections, so that none of those takes a port
// between the moment it is found free and the moment the gateway listens on it. Processes begin apart.
const FIRST_PORT = 10_000;
const LAST_PORT = 19_999;

let nextPort = FIRST_PORT + (process.pid % 100) * 100;

/** A port of 127.0.0.1 on which nothing listens; no port is handed out twice by one process. */
export async function freePort(): Promise<number> {
  for (;;) {
    const port = nextPort;
    nextPort = port === LAST_PORT ? FIRST_PORT : port + 1;
    if (await isFree(port)) return port;
  }
}

function isFree(port: number): Promise<boolean> {
  const server = createServer();
  return new Promise((resolve) => {
    server.once("error", () => resolve(false));
    server.listen(port, "127.0.0.1", () => server.close(() => resolve(true)));
  });
}
