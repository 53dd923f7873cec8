import type { HaproxyOptions } from "./haproxy-options.ts";
import { bindsOf } from "./haproxy-tls-view.ts";

/** Two addresses on which this balancer cannot listen at the same time; `undefined`: there are none. */
export function findListenerConflict(options: HaproxyOptions): string | undefined {
  const listeners = listenersOf(options);
  for (const [index, one] of listeners.entries()) {
    const other = listeners.slice(0, index).find((earlier) => overlap(one, earlier));
    if (other !== undefined) {
      return `${other.name} and ${one.name} are the same address and port, or one has all addresses of that port: give each a port of its own`;
    }
  }
  return undefined;
}

interface Listener {
  /** As the user would write it, for the message. */
  readonly name: string;
  /** Empty: all addresses of IPv4. */
  readonly host: string;
  readonly port: string;
  /** All addresses of IPv6 alone, beside which all of IPv4 are free. */
  readonly isV6Only: boolean;
}

function listenersOf(options: HaproxyOptions): readonly Listener[] {
  const { binds, stats, peers, self } = options;
  const own = peers.find(({ name }) => name.cfg() === self?.cfg());
  const flag = binds.length === 0 ? "the default --bind" : "--bind";
  return [
    ...bindsOf(options).map(({ address, isV6Only }) => toListener(flag, address.cfg(), isV6Only)),
    ...(stats === null ? [] : [toListener("--stats", stats.cfg(), false)]),
    ...(own === undefined ? [] : [toListener(`--peer ${self?.cfg()}=`, own.address.cfg(), false)]),
  ];
}

function toListener(flag: string, address: string, isV6Only: boolean): Listener {
  const colon = address.lastIndexOf(":");
  const host = address.slice(0, colon).replace(/^\[(.*)\]$/, "$1");
  const name = flag.endsWith("=") ? `${flag}${address}` : `${flag} ${address}`;
  return { name, host: host === "0.0.0.0" ? "" : host, port: address.slice(colon + 1), isV6Only };
}

function overlap(one: Listener, other: Listener): boolean {
  if (one.port !== other.port) return false;
  return one.host === other.host || covers(one, other) || covers(other, one);
}

/** An address `::` that is not v6only has those of IPv4 as well. */
function covers(all: Listener, { host }: Listener): boolean {
  const isIpv6 = host.includes(":");
  if (all.host === "") return !isIpv6;
  return all.host === "::" && (isIpv6 || !all.isV6Only);
}
