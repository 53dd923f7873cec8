import { createSocket } from "node:dgram";

/** A service record as the test writes it; an empty target is the root. */
export interface ServedRecord {
  readonly priority: number;
  readonly weight: number;
  readonly port: number;
  readonly target: string;
}

/** A DNS server that listens. */
export interface DnsServer {
  /** `127.0.0.1:port` */
  readonly address: string;
  [Symbol.asyncDispose](): Promise<void>;
}

/** Answers SRV questions from the table over UDP on a free port of 127.0.0.1; other names do not exist. */
export async function startDnsServer(
  table: Readonly<Record<string, readonly ServedRecord[]>>,
): Promise<DnsServer> {
  const socket = createSocket("udp4");
  socket.on("message", (message, { address, port }) => {
    socket.send(answer(message, table), port, address);
  });
  await new Promise<void>((resolve) => socket.bind(0, "127.0.0.1", resolve));
  return {
    address: `127.0.0.1:${socket.address().port}`,
    [Symbol.asyncDispose]: () => new Promise((resolve) => socket.close(() => resolve())),
  };
}

const HEADER_BYTES = 12;
const SRV = 33;

function answer(message: Buffer, table: Readonly<Record<string, readonly ServedRecord[]>>): Buffer {
  const { name, end } = readName(message);
  const question = message.subarray(HEADER_BYTES, end + 4);
  const records = message.readUInt16BE(end) === SRV ? table[name] : undefined;
  const header = Buffer.alloc(HEADER_BYTES);
  message.copy(header, 0, 0, 2);
  // A response, recursion desired and available; 3: there is no such name.
  header.writeUInt16BE(records === undefined ? 0x8183 : 0x8180, 2);
  header.writeUInt16BE(1, 4);
  header.writeUInt16BE(records?.length ?? 0, 6);
  return Buffer.concat([header, question, ...(records ?? []).map(encodeRecord)]);
}

function readName(message: Buffer): { readonly name: string; readonly end: number } {
  const labels: string[] = [];
  let at = HEADER_BYTES;
  for (let length = message[at]!; length > 0; length = message[at]!) {
    labels.push(message.toString("latin1", at + 1, at + 1 + length));
    at += 1 + length;
  }
  return { name: labels.join("."), end: at + 1 };
}

function encodeRecord({ priority, weight, port, target }: ServedRecord): Buffer {
  const labels = target.split(".").filter((label) => label !== "");
  const name = labels.map((label) => `${String.fromCharCode(label.length)}${label}`).join("");
  const rest = Buffer.from(`${name}\0`, "latin1");
  // The name is that of the question, class IN, a minute to live.
  const start = Buffer.from([0xc0, HEADER_BYTES, 0, SRV, 0, 1, 0, 0, 0, 60]);
  const numbers = Buffer.alloc(8);
  numbers.writeUInt16BE(6 + rest.length, 0);
  for (const [index, value] of [priority, weight, port].entries()) {
    numbers.writeUInt16BE(value, 2 + 2 * index);
  }
  return Buffer.concat([start, numbers, rest]);
}
