import { closeSync, openSync, readSync } from "node:fs";
import { parseIp } from "../lib/cidr.ts";

// Those of the process itself are there too where the rest of /proc is hidden from a service.
const TABLES = ["/proc/self/net/tcp", "/proc/self/net/tcp6"] as const;

/** How Linux writes the state of a socket that accepts connections. */
const LISTENING = "0A";

/** As the tables write them. */
const ANY_IPV4 = "0".repeat(8);
const ANY_IPV6 = "0".repeat(32);

/** What stands in front of an IPv4 address on a socket of IPv6. */
const IPV4_MAPPED = `${"0".repeat(16)}FFFF0000`;

const CHUNK_BYTES = 4096;

/**
 * Does anybody accept connections on this port, at an address that would overlap with `host`?
 *
 * A port that is shared between threads (`SO_REUSEPORT`) is shared with every other process of the
 * same user too, so the system would not refuse a second gateway; and to try the port by listening
 * on it would accept connections that nobody answers. Always false where there is no `/proc`.
 */
export function isPortTaken(host: string, port: number): boolean {
  return TABLES.some((table) => hasListener(readListening(table), host, port));
}

/** One line a socket: `0: 0100007F:1F90 00000000:0000 0A …`; addresses are hexadecimal, in groups of four bytes, the lowest first. */
export function hasListener(lines: readonly string[], host: string, port: number): boolean {
  const wanted = hexOfAddress(host);
  return lines.some((line) => {
    const [, local = "", , state] = line.trim().split(/\s+/);
    const [written = "", hexPort = ""] = local.split(":");
    const address = written.startsWith(IPV4_MAPPED) ? written.slice(-8) : written;
    if (state !== LISTENING || Number.parseInt(hexPort, 16) !== port) return false;
    return overlaps(wanted, address) || overlaps(address, wanted);
  });
}

/** `::` accepts IPv4 too. */
function overlaps(one: string, other: string): boolean {
  return one === other || one === ANY_IPV6 || (one === ANY_IPV4 && other.length === one.length);
}

/** Listening sockets come first in the tables, so the many connections behind them are not read. */
function readListening(path: string): readonly string[] {
  let text = "";
  try {
    const file = openSync(path, "r");
    try {
      const chunk = Buffer.alloc(CHUNK_BYTES);
      for (let count = 1; count > 0 && !hasOtherState(text); ) {
        count = readSync(file, chunk, 0, chunk.length, null);
        text += chunk.toString("latin1", 0, count);
      }
    } finally {
      closeSync(file);
    }
  } catch {
    // No such table: another system, or no IPv6.
  }
  return text.split("\n").slice(1);
}

function hasOtherState(text: string): boolean {
  const whole = text.slice(0, text.lastIndexOf("\n")).split("\n").slice(1);
  return whole.some((line) => line.trim().split(/\s+/)[3] !== LISTENING);
}

/** As in the tables: groups of four bytes, the lowest of each first. */
function hexOfAddress(host: string): string {
  const bytes = parseIp(host) ?? [];
  let hex = "";
  for (let group = 0; group < bytes.length; group += 4) {
    for (let at = group + 3; at >= group; at--) {
      hex += (bytes[at] ?? 0).toString(16).padStart(2, "0");
    }
  }
  return hex.toUpperCase();
}
