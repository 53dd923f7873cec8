import { createServer, type Server } from "node:net";

const FIRST_NETWORK = 5;
const LAST_NETWORK = 250;

// Below the range from which the system picks ports for outgoing connections.
const CLAIM_PORT = 20_999;
const FIRST_PORT = 21_000;
const LAST_PORT = 29_990;

/** Ports of the block that a cluster uses, on each of its addresses. */
const PORT_COUNT = 8;

/** Addresses and ports that no other cluster uses at the same time, whichever process it belongs to. */
export interface LoopbackBlock {
  /** An address of 127.0.N.0/24. */
  host(last: number): string;
  /** Of eight, from 0; free on all addresses of the block when it was claimed. */
  port(at: number): number;
  [Symbol.dispose](): void;
}

/** Claims the first free 127.0.N.0/24 from 127.0.5.0 on, with eight ports. */
export async function claimLoopbackBlock(): Promise<LoopbackBlock> {
  for (let network = FIRST_NETWORK; network <= LAST_NETWORK; network++) {
    const claim = await listen(`127.0.${network}.254`, CLAIM_PORT);
    if (claim === undefined) continue;
    const first = await findPorts(`127.0.${network}.1`);
    return {
      host: (last) => `127.0.${network}.${last}`,
      port: (at) => first + at,
      [Symbol.dispose]: () => claim.close(),
    };
  }
  throw new Error("no loopback network is free");
}

async function findPorts(host: string): Promise<number> {
  for (let first = FIRST_PORT; first <= LAST_PORT; first += PORT_COUNT) {
    const offsets = Array.from({ length: PORT_COUNT }, (_, offset) => offset);
    const servers = await Promise.all(offsets.map((offset) => listen(host, first + offset)));
    for (const server of servers) server?.close();
    if (servers.every((server) => server !== undefined)) return first;
  }
  throw new Error(`no ports of ${host} are free`);
}

/** `undefined`: somebody listens there, or on that port of all addresses. */
function listen(host: string, port: number): Promise<Server | undefined> {
  const server = createServer();
  return new Promise((resolve) => {
    server.once("error", () => resolve(undefined));
    server.listen(port, host, () => resolve(server));
  });
}
